"""The harness's own cells, run after the student's: predict with the trained networks, and draw samples.

Knows how to call what the student left behind; scores nothing, knows no label, and never raises.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import Running

FUNCTION = "generate_samples"
MAX_PREDICTIONS = 12
MAX_PREDICTIONS_OF_ONE = 6


def predict(images_path: str, batch_size: int = 256) -> None:
    """Predict the images `(n, 3, 28, 28)` float32 with every stepped network, each prepared as it was fed.

    Writes `predictions-<k>.npy` `(n, classes)` float32 for each that works, and `predictions.json`.
    """
    entries: list[dict[str, Any]] = []
    try:
        import numpy as np

        images = np.load(images_path, mmap_mode="r")
        for network in _trained_networks():
            with Running.meter.forwards.paused():
                entries += _predictions(network, images, batch_size, taken=len(entries))
    except (Exception, SystemExit) as error:
        entries.append({"file": None, "note": repr(error)[:300]})
    if not entries:
        entries.append({"file": None, "note": "no network that an optimiser stepped is still alive"})
    _write("predictions.json", entries)


def sample(count: int, seed: int, batch_size: int = 500) -> None:
    """Draw samples from the function `generate_samples(n)` of the notebook, if it defines one.

    Writes `samples.npy` `(count, 3, 32, 32)` uint8 and `samples.json`; without samples the latter says why.
    """
    try:
        said = _sample(count, seed, batch_size)
    except (Exception, SystemExit) as error:
        said = {"source": None, "why": f"{FUNCTION}: {error!r}"[:500]}
    _write("samples.json", said)


def _sample(count: int, seed: int, batch_size: int) -> dict[str, Any]:
    import numpy as np
    import torch

    from . import sampling

    function = getattr(sys.modules.get("__main__"), FUNCTION, None)
    if not callable(function):
        return {"source": None, "why": f"the notebook defines no function {FUNCTION}(n)"}
    # The student's code may use any of three generators, numpy's legacy one included.
    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)
    random.seed(seed)
    _window()
    batches: list[Any] = []
    drawn = 0
    while drawn < count:
        batch = sampling.as_images(function(min(batch_size, count - drawn)))
        if len(batch) == 0:
            raise ValueError("returned no images")
        batches.append(batch)
        drawn += len(batch)
    networks = _window()
    pixels, said = sampling.quantised(np.concatenate(batches)[:count])
    np.save(_handed() / "samples.npy", pixels)
    return {"source": f"function {FUNCTION}", **said, "images": len(pixels), "networks": networks}


def _predictions(network: Any, images: Any, batch_size: int, *, taken: int) -> list[dict[str, Any]]:
    """One entry for each preparation that was tried on this network."""
    from . import preprocessing

    entries: list[dict[str, Any]] = []
    for module, note in _modules_of(network):
        fed = Running.meter.forwards.fed(module)
        tried = list(preprocessing.candidates(images, fed))[:MAX_PREDICTIONS_OF_ONE]
        for preparation in tried[: max(0, MAX_PREDICTIONS - taken - len(entries))]:
            entry = _prediction(module, preparation, images, batch_size, number=taken + len(entries) + 1)
            entries.append({**entry, "network": network.name, "note": entry["note"] or note})
        if not tried:
            why = f"images cannot be brought into the shape it was fed, {(fed or {}).get('shape')}"
            entries.append({"file": None, "network": network.name, "preprocessing": "", "images": 0, "note": why})
    return entries


def _modules_of(network: Any) -> list[tuple[Any, str]]:
    """The modules to ask for its predictions, with a word on each: a copy that judged the images comes alone."""
    roots = [root for reference in network.roots if (root := reference()) is not None]
    judges = Running.meter.forwards.judges(network)
    own = {id(part) for root in roots for part in root.modules()}
    if judges and id(judges[0]) not in own:
        return [(judges[0], "a copy of it, such as an average or a reloaded checkpoint, judged images last")]
    return [(root, "") for root in roots]


def _prediction(module: Any, preparation: Any, images: Any, batch_size: int, *, number: int) -> dict[str, Any]:
    import numpy as np

    entry = {"file": None, "preprocessing": preparation.words, "images": 0, "note": ""}
    try:
        _logits(module, preparation, images[:2], batch_size)  # what does not fit fails before the long way
        logits = _logits(module, preparation, images, batch_size)
    except Exception as error:
        return {**entry, "note": repr(error)[:300]}
    np.save(_handed() / f"predictions-{number}.npy", logits)
    return {**entry, "file": f"predictions-{number}.npy", "images": len(logits)}


def _logits(module: Any, preparation: Any, images: Any, batch_size: int) -> Any:
    import numpy as np
    import torch

    parameter = next(module.parameters())
    outputs = []
    with _judging(module), torch.no_grad():
        for first in range(0, len(images), batch_size):
            raw = torch.from_numpy(np.array(images[first : first + batch_size], dtype=np.float32))
            batch = preparation.apply(raw.to(parameter.device)).to(parameter.dtype)
            outputs.append(_scores(module(batch), len(batch)).float().cpu().numpy())
    return np.concatenate(outputs)


def _scores(output: Any, images: int) -> Any:
    """The first tensor `(images, classes)` of what a network returned."""
    import torch

    parts = output.values() if isinstance(output, dict) else output if isinstance(output, (tuple, list)) else [output]
    for part in parts:
        if isinstance(part, torch.Tensor) and part.is_floating_point() and part.dim() == 2 and len(part) == images:
            return part
    raise ValueError("its output is not (images, classes)")


@contextmanager
def _judging(module: Any) -> Iterator[None]:
    """Evaluation mode, and afterwards every part as it was."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, training in modes:
            part.training = training


def _trained_networks() -> list[Any]:
    """Stepped networks: first those that judged most images after their last update, then the latest."""
    if Running.meter is None:
        return []
    trained = [network for network in Running.meter.registry.networks if network.calls]
    return sorted(trained, key=lambda network: (-network.images_since_update, -network.number))


def _window() -> list[dict[str, Any]]:
    from .verdicts import ran_since

    return ran_since(Running.meter, "sample", everything=True) if Running.meter is not None else []


def _handed() -> Path:
    return Path((Running.config or {})["handed"])


def _write(name: str, said: Any) -> None:
    try:
        (_handed() / name).write_text(json.dumps(said, default=str), encoding="utf-8")
    except Exception as error:
        if Running.channel is not None:
            Running.channel.fault("windows", error)
