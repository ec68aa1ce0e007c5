"""The harness's own cell that predicts with the trained networks, run after the student's cells.

Knows how to call what the student left behind; scores nothing, knows no label, and never raises. Samples are drawn by
`sampling_window`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import Running

MAX_PREDICTIONS = 12
MAX_PREDICTIONS_OF_ONE = 6
SECONDS = 1440.0


def predict(images_path: str, batch_size: int = 256, seconds: float = SECONDS) -> None:
    """Predict the images `(n, 3, side, side)` with every stepped network, each prepared as it was fed.

    Writes `predictions-<k>.npy` `(n, classes)` float32 for each that works, and `predictions.json`; what there is
    after so many seconds is all.
    """
    entries: list[dict[str, Any]] = []
    from .drawing import OutOfTime, limited

    try:
        with limited(seconds):
            _predict(images_path, batch_size, entries)
    except (Exception, SystemExit, OutOfTime) as error:
        entries.append({"file": None, "note": repr(error)[:300]})
    if not entries:
        entries.append({"file": None, "note": "no network that an optimiser stepped is still alive"})
    _write("predictions.json", entries)


def _predict(images_path: str, batch_size: int, entries: list[dict[str, Any]]) -> None:
    """Add to the entries as they come, and write them in passing: a later network may end the process."""
    import numpy as np

    images = np.load(images_path, mmap_mode="r")
    if Running.meter is not None:
        Running.meter.flush_all()
    for network in _trained_networks():
        with Running.meter.forwards.paused():
            for entry in _predictions(network, images, batch_size, taken=len(entries)):
                entries.append(entry)
                _write("predictions.json", entries)
    if Running.jax_meter is not None:
        from . import jax_windows

        asked = jax_windows.Asked(images=images, batch_size=batch_size, folder=_handed(), most=MAX_PREDICTIONS)
        entries[:] = jax_windows.beside(entries, Running.jax_meter, asked)


def _predictions(network: Any, images: Any, batch_size: int, *, taken: int) -> Iterator[dict[str, Any]]:
    """One entry for each preparation that was tried on this network."""
    from . import chains, preprocessing

    for module, note in _modules_of(network):
        forwards = Running.meter.forwards
        whole, first = chains.chain_to(module, forwards)
        said = note if whole is module else f"what {type(first).__name__} makes of the images goes into it"
        fed = forwards.fed(first)
        tried = list(preprocessing.candidates(images, fed, forwards.rows(first)))[:MAX_PREDICTIONS_OF_ONE]
        for preparation in tried[: max(0, MAX_PREDICTIONS - taken)]:
            taken += 1
            entry = _prediction(whole, preparation, images, batch_size, number=taken)
            yield {**entry, "network": network.name, "note": entry["note"] or said}
        if not tried:
            why = f"images cannot be brought into the shape it was fed, {(fed or {}).get('shape')}"
            taken += 1
            yield {"file": None, "network": network.name, "preprocessing": "", "images": 0, "note": why}


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
    """Stepped networks: first the one that counts as used at the end, by the same rule as outside this process.

    That is, of those that judged about as many images after their last update as any, the one trained last.
    """
    if Running.meter is None:
        return []
    trained = [network for network in Running.meter.registry.networks if network.trained]
    most = max((network.images_since_update for network in trained), default=0)
    return sorted(
        trained,
        key=lambda network: (
            network.images_since_update * 3 < most * 2,
            -network.updated_ns if network.images_since_update * 3 >= most * 2 else -network.images_since_update,
            -network.number,
        ),
    )


def _handed() -> Path:
    return Path((Running.config or {})["handed"])


def _write(name: str, said: Any) -> None:
    try:
        (_handed() / name).write_text(json.dumps(said, default=str), encoding="utf-8")
    except Exception as error:
        if Running.channel is not None:
            Running.channel.fault("windows", error)
