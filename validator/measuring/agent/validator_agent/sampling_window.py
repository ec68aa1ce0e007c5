"""The harness's own cell that draws samples: from the notebook's function, else from what was seen making images."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from . import Running, choosing, pictures, sampling
from .choosing import FUNCTION, Chosen
from .drawing import CAUGHT, Drawn, Sampler, drawn

SECONDS = 1500.0
BY_EVIDENCE_SECONDS = 600.0


def sample(count: int, seed: int, batch_size: int = 500, seconds: float = SECONDS) -> None:
    """Draw samples from the function `generate_samples(n)` of the notebook, if it defines one.

    Writes `samples.npy` `(count, 3, 32, 32)` uint8 and `samples.json`; without samples the latter says why. Without
    the function, `drawn.npy` and `drawn.json` hold what another sampler of the run gives when the harness asks it,
    unless the run itself left enough images in one place.
    """
    try:
        _finish_pictures()
        sampler = choosing.convention()
        if sampler is not None:
            _draw(sampler, "samples", lambda: drawn(sampler, count, seed, batch=batch_size, seconds=seconds), count)
            return
        write("samples.json", {"source": None, "why": f"the notebook defines no function {FUNCTION}(n)"})
        if Running.meter is None or _images_given() >= count:
            return
        other, seconds = choosing.by_evidence(seed), min(seconds, BY_EVIDENCE_SECONDS)
        if other is None:
            write("drawn.json", {"source": None, "why": Chosen.why})
            return
        _draw(other, "drawn", lambda: drawn(other, count, seed, batch=batch_size, seconds=seconds), count)
    except CAUGHT as error:
        write("samples.json", {"source": None, "why": f"{FUNCTION}: {error!r}"[:500]})


def _draw(sampler: Sampler, name: str, draw: Callable[[], Drawn], count: int) -> None:
    """Draw, and write both files of that name."""
    window()
    try:
        got = draw()
        networks = window()
        Chosen.seconds_an_image = got.seconds / len(got.images)
        pixels, said = sampling.quantised(got.images, whose=sampler.name)
        np.save(handed() / f"{name}.npy", pixels)
    except CAUGHT as error:
        write(f"{name}.json", {"source": None, "why": f"{sampler.name}: {error!r}"[:500]})
        return
    source = f"function {FUNCTION}" if sampler.convention else f"drawn by the harness: {sampler.name}"
    said |= {"images": len(pixels), "asked": count, "networks": networks}
    write(f"{name}.json", {"source": source, **said, "self_seeded": got.repeats, "note": got.note})


def window(name: str = "sample") -> list[dict[str, Any]]:
    """The networks that ran since this was last asked for."""
    networks: list[dict[str, Any]] = []
    if Running.meter is not None:
        from .verdicts import ran_since

        networks += ran_since(Running.meter, name, everything=True)
    if Running.jax_meter is not None:
        from .jax_verdicts import drawn_since

        networks += drawn_since(Running.jax_meter)
    return networks


def handed() -> Path:
    """Where files go that are handed out."""
    return Path((Running.config or {})["handed"])


def write(name: str, said: Any) -> None:
    """A JSON file among them; a fault is told and goes no further."""
    try:
        (handed() / name).write_text(json.dumps(said, default=str), encoding="utf-8")
    except Exception as error:
        if Running.channel is not None:
            Running.channel.fault("windows", error)


def _images_given() -> int:
    """How many images of 32 by 32 the run itself left in one place: a FID call, a folder of files."""
    return max(Running.fid_images, pictures.most_written())


def _finish_pictures() -> None:
    try:
        pictures.finish()
    except Exception as error:
        if Running.channel is not None:
            Running.channel.fault("pictures", error)
