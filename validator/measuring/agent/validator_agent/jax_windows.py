"""The harness's own cell for JAX: predict with the trained networks.

Knows the meter, the calls it saw, and files; scores nothing, knows no label. What fails is a note.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from . import jax_held, jax_preprocessing
from .drawing import OutOfTime
from .jax_fitting import Official
from .jax_replay import Replay
from .jax_ways import Way, Ways

MOST_OF_ONE = 6
MOST_WAYS = 40


def trained(meter: Any) -> list[Any]:
    """Networks that were updated, the one trained last first."""
    meter.flush_all()
    networks = [network for network in meter.networks.everything() if network.updates and not _is_input(meter, network)]
    return sorted(networks, key=lambda network: (-network.chain.changed_ns, -network.number))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What every network is asked: all images `(n, 3, h, w)`, in batches; answers go to files in a folder."""

    images: Any
    batch_size: int
    folder: Path
    most: int

    @cached_property
    def official(self) -> Official:
        """The images with what is known of them, computed when it is needed."""
        return Official(self.images)


def beside(entries: list[dict[str, Any]], meter: Any, asked: Asked) -> list[dict[str, Any]]:
    """All entries, with one for each preparation that was tried of each trained network of JAX.

    The first name is the one that is scored: the network trained last of those that answered.
    """
    if any(entry["file"] for entry in entries):
        return [*entries, *_predictions(meter, asked, taken=len(entries))]
    return [*_predictions(meter, asked, taken=len(entries)), *entries]


def _predictions(meter: Any, asked: Asked, *, taken: int) -> list[dict[str, Any]]:
    found: list[list[dict[str, Any]]] = []
    with meter.forwards.pausing():
        held = list(jax_held.everything())
        for network in trained(meter):
            number = taken + sum(len(entries) for entries in found)
            try:
                found.append(_of_one(Ways(network, meter.forwards.calls, held), network, asked, number))
            except OutOfTime as error:
                found.append([_entry(network, file=None, images=0, words="", note=repr(error))])
                break
    found.sort(key=lambda entries: not any(entry["file"] for entry in entries))
    return [entry for entries in found for entry in entries]


def _of_one(ways: Ways, network: Any, asked: Asked, number: int) -> list[dict[str, Any]]:
    """The answers by the first way that gives any."""
    notes: list[str] = []
    for _, way in zip(range(MOST_WAYS), ways, strict=False):
        entries: list[dict[str, Any]] = []
        for preparation in list(jax_preprocessing.candidates(asked.official, way.fed))[:MOST_OF_ONE]:
            if number + len(entries) >= asked.most:
                break
            try:
                scores = _scores(way, preparation, asked)
            except (Exception, SystemExit) as error:
                notes.append(f"{way.note or 'as it was called'}: {error!r}"[:200])
                continue
            name = f"predictions-{number + len(entries) + 1}.npy"
            np.save(asked.folder / name, scores)
            entries.append(_entry(network, file=name, images=len(scores), words=preparation.said, note=way.note))
        if entries:
            return entries
    why = "; ".join(dict.fromkeys([ways.why_none, *notes[:3]]))[:600]
    return [_entry(network, file=None, images=0, words="", note=why)]


def _entry(network: Any, *, file: str | None, images: int, words: str, note: str) -> dict[str, Any]:
    return {"file": file, "network": network.name, "preprocessing": words, "images": images, "note": note}


def _scores(way: Way, preparation: Any, asked: Asked) -> Any:
    """Scores float32 `(n, classes)` of all images; the last batch is filled up with images that are not kept."""
    import jax.numpy as jnp

    replay, images = Replay(way.call), asked.images
    count = len(images)
    size = min(asked.batch_size, count)
    parts = []
    for first in range(0, count, size):
        some = np.array(images[first : first + size], dtype=np.float32)
        whole = some if len(some) == size else np.concatenate([some, np.array(images[: size - len(some)])])
        parts.append(replay.run(jnp.asarray(preparation.apply(whole)))[: len(some)])
    return np.concatenate(parts)


def _is_input(meter: Any, network: Any) -> bool:
    return bool(network.family.is_input(meter.networks.trained()))
