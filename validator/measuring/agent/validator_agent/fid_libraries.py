"""FID libraries that are called once: clean-fid, pytorch-fid, torch-fidelity. Their calls, and what they are given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import imports, stand_ins
from .fid_calls import FidCalls

ABOUT = "Stands in for a library that computes FID: the harness computes it outside."
MOST_DRAWN = 10_000
DRAW_BATCH = 32
FIDELITY = {
    "fid": ("frechet_inception_distance",),
    "kid": ("kernel_inception_distance_mean", "kernel_inception_distance_std"),
    "isc": ("inception_score_mean", "inception_score_std"),
    "prc": ("precision", "recall", "f_score"),
    "ppl": ("perceptual_path_length_mean", "perceptual_path_length_std", "perceptual_path_length_raw"),
}


def install(calls: FidCalls, channel: Any) -> None:
    """Wait for each library."""
    for name in ("cleanfid", "cleanfid.fid", "torch_fidelity"):
        imports.stand_in(name, lambda name: stand_ins.empty(name, channel, about=ABOUT))
    imports.after_import("cleanfid.fid", lambda module: _answer_cleanfid(module, calls))
    imports.after_import("pytorch_fid.fid_score", lambda module: _answer_pytorch_fid(module, calls))
    imports.after_import("torch_fidelity", lambda module: _answer_torch_fidelity(module, calls))


def _answer_cleanfid(module: Any, calls: FidCalls) -> None:
    folders: dict[str, Any] = {}
    """Folders by the name that statistics were made under."""

    def compute(fdir1: Any = None, fdir2: Any = None, gen: Any = None, **options: Any) -> float:
        call = calls.number()
        named = folders.get(str(options.get("dataset_name")))
        given = [argument for argument in (fdir1, fdir2) if argument is not None]
        if callable(gen):
            drawn = _drawn_from(gen, options)
            given.append(calls.stream(call, len(given) + 1, "gen", drawn))
        if named is not None and len(given) == 1:
            given.insert(0, named)
        return calls.tell(call, "cleanfid", given)

    def make_custom_stats(name: Any, fdir: Any, *args: Any, **options: Any) -> None:
        folders[str(name)] = fdir

    module.compute_fid = module.compute_kid = compute
    module.make_custom_stats = make_custom_stats
    module.test_stats_exists = lambda name, *args, **options: str(name) in folders
    module.remove_custom_stats = lambda name, *args, **options: folders.pop(str(name), None)


def _drawn_from(gen: Any, options: dict[str, Any]) -> Iterator[Any]:
    """Batches as clean-fid draws them: `gen` of normal latents `(n, z_dim)` gives images in 0..255."""
    import torch

    wanted = min(int(options.get("num_gen", MOST_DRAWN)), MOST_DRAWN)
    size = int(options.get("batch_size", DRAW_BATCH))
    device = options.get("device", "cuda" if torch.cuda.is_available() else "cpu")
    for first in range(0, wanted, size):
        with torch.no_grad():
            latents = torch.randn((min(size, wanted - first), int(options.get("z_dim", 512))), device=device)
            yield gen(latents)


def _answer_pytorch_fid(module: Any, calls: FidCalls) -> None:
    def calculate_fid_given_paths(paths: Any, *args: Any, **options: Any) -> float:
        return calls.answer("pytorch-fid", list(paths))

    module.calculate_fid_given_paths = calculate_fid_given_paths


class GenerativeModelModuleWrapper:
    """torch-fidelity's, as far as images are drawn from it."""

    def __init__(self, module: Any, z_size: int, z_type: str, num_classes: int = 0, **options: Any) -> None:
        self.module, self.z_size, self.z_type, self.num_classes = module, z_size, z_type, num_classes


def _answer_torch_fidelity(module: Any, calls: FidCalls) -> None:
    def calculate_metrics(input1: Any = None, input2: Any = None, **options: Any) -> dict[str, float]:
        call = calls.number()
        given = [
            argument if isinstance(argument, str) else calls.stream(call, place, name, _batches(argument, options))
            for place, (argument, name) in enumerate(((input2, "input2"), (input1, "input1")), start=1)
            if argument is not None
        ]
        answer = calls.tell(call, "torch-fidelity", given)
        asked = [key for key in FIDELITY if options.get(key)] or ["fid"]
        return {name: answer for key in asked for name in FIDELITY[key]}

    module.calculate_metrics = calculate_metrics
    if not hasattr(module, "GenerativeModelModuleWrapper"):
        module.GenerativeModelModuleWrapper = GenerativeModelModuleWrapper


def _batches(argument: Any, options: dict[str, Any]) -> Iterator[Any]:
    """Batches of a data set of image tensors, or of a generative model given its latents."""
    import torch

    if hasattr(argument, "__getitem__"):
        for first in range(0, min(len(argument), MOST_DRAWN), 256):
            items = [argument[place] for place in range(first, min(first + 256, len(argument), MOST_DRAWN))]
            yield torch.stack([item[0] if isinstance(item, (tuple, list)) else item for item in items])
        return
    inner = getattr(argument, "module", None) or getattr(argument, "_module", None) or argument
    size = getattr(argument, "z_size", 0)
    classes = int(getattr(argument, "num_classes", 0) or 0)
    wanted = min(int(options.get("input1_model_num_samples") or MOST_DRAWN), MOST_DRAWN)
    device = next((parameter.device for parameter in inner.parameters()), "cpu")
    for first in range(0, wanted, 250):
        count = min(250, wanted - first)
        latents = torch.randn((count, *(size if isinstance(size, tuple) else (size,))), device=device)
        if str(getattr(argument, "z_type", "")).startswith("uniform"):
            latents = torch.rand_like(latents) * 2 - 1
        given = [latents] + ([torch.randint(classes, (count,), device=device)] if classes else [])
        with torch.no_grad():
            yield inner(*given)
