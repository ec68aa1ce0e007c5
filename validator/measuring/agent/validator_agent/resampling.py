"""The harness's last cell: samples drawn again with a seed of its own, twice, and once without the data sets.

After it the process is good for nothing: what it held of the data is noise. Judges nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from . import Running, choosing, harmless, refusing, sampling, useless
from .choosing import Chosen
from .drawing import CAUGHT, Names, OutOfTime, Sampler, limited, seeded
from .sampling_window import handed, window, write

CHECKED = 64
CHECK_SECONDS = 60.0
SECONDS = 300.0
ALL_SECONDS = 900.0
LOADING_SECONDS = 120.0
SAME_LEVELS = 0.5
"""Mean difference in levels of 256 below which two images of one seed are the same: GPUs add in any order."""
FEWEST = 4


def resample(count: int, seed: int, seconds: float = ALL_SECONDS) -> None:
    """Draw up to `count` samples again; writes `resamples.npy` uint8 and `resamples.json`.

    What is known after so many seconds is written, and nothing more is asked.
    """
    said: dict[str, Any] = {
        "sampler": None,
        "seed": seed,
        "images": 0,
        "repeats": None,
        "without_data": None,
        "why": "",
    }
    try:
        sampler = choosing.convention() or choosing.by_evidence(seed)
        if sampler is None:
            write("resamples.json", {**said, "why": Chosen.why or "there is no sampler"})
            return
        said["sampler"] = "generate_samples" if sampler.convention else sampler.name
        with limited(min(ALL_SECONDS, seconds)):
            _again(sampler, count, seed, said)
    except CAUGHT as error:
        write("resamples.json", {**said, "why": repr(error)[:400]})


def _again(sampler: Sampler, count: int, seed: int, said: dict[str, Any]) -> None:
    names = Names()
    checked = _affordable(CHECKED, CHECK_SECONDS)
    window("resample")

    def check() -> Any:
        return _images(sampler, checked, seed, names)

    began = time.monotonic()
    first = check()
    Chosen.seconds_an_image = (time.monotonic() - began) / len(first)
    difference = _difference(first, check())
    said["repeats"] = difference is not None and difference <= SAME_LEVELS
    other = _images(sampler, _affordable(count, SECONDS), seed + 1, names)
    # Samples that no seed changes are fixed: stored, or seeded by the sampler itself.
    said["fixed"] = _difference(first, other) == 0.0
    said["networks"] = window("resample")
    np.save(handed() / "resamples.npy", other)
    said["images"] = len(other)
    write("resamples.json", {**said, "why": "the cell without data did not end"})
    if said["repeats"]:
        said |= _without_data(check, first, difference or 0.0)
    else:
        said["why"] = "the same seed does not give the same samples twice, so nothing can be compared without data"
    write("resamples.json", said)


def _without_data(check: Callable[[], Any], first: Any, difference: float) -> dict[str, Any]:
    """The same seed once more, with data files refused and the data set in memory overwritten."""
    config = Running.config or {}
    served = config.get("cifar100")
    with limited(LOADING_SECONDS):
        known = useless.likeness_of(served)
    if known is None or served is None:
        return {"without_data": None, "why": "no data set is served, so none can be taken away"}
    with limited(LOADING_SECONDS):
        clean, holding = harmless.split(config.get("work") or os.getcwd(), known)  # noqa: PTH109
    overwritten = useless.overwrite(known)
    del known
    files = (*(config.get("files") or {}).values(), str(served["root"]), *holding)
    with refusing.reads(files, allowed=clean) as refused:
        try:
            third = check()
        except OutOfTime as error:
            return {"without_data": None, "why": f"without data it took too long to tell: {error}"}
        except CAUGHT as error:
            return _words("failed", overwritten, refused, repr(error)[:200])
    apart = _difference(first, third)
    same = apart is not None and apart <= max(2 * difference, 0.0 if difference == 0 else SAME_LEVELS)
    if same and overwritten.left:
        why = f"{len(overwritten.left)} arrays of the data set could not be overwritten: {overwritten.left[0]}"
        return {"without_data": None, "why": f"the samples were the same, but {why}"}
    return _words("same" if same else "differs", overwritten, refused, f"they are {apart} levels apart" * (not same))


def _words(verdict: str, overwritten: useless.Overwritten, refused: list[str], more: str) -> dict[str, Any]:
    if verdict != "same" and not refused and not overwritten.arrays:
        why = f"nothing of the data sets was there to take away, and the third call {verdict} all the same; {more}"
        return {"without_data": None, "why": why[:500]}
    asked = f"{len(refused)} files were asked for and refused ({refused[0]})" if refused else "no file was asked for"
    why = "; ".join(part for part in (overwritten.words, asked, more) if part)
    return {"without_data": verdict, "why": why[:500]}


def _images(sampler: Sampler, count: int, seed: int, names: Names) -> Any:
    """Exactly the first `count` images of one call, as uint8. Raises what the sampler raises."""
    seeded(seed)
    try:
        with limited(SECONDS * 2):
            images = sampling.as_images(sampler.draw(count), whose=sampler.name)[:count]
        return sampling.quantised(images, whose=sampler.name)[0]
    finally:
        names.restore()


def _difference(left: Any, right: Any) -> float | None:
    """Mean difference in levels of what both have; None when one has none."""
    common = min(len(left), len(right))
    if common == 0:
        return None
    return float(np.abs(left[:common].astype(np.int16) - right[:common]).mean())


def _affordable(count: int, seconds: float) -> int:
    """As many images as the time allows, by how long the first drawing took."""
    pace = Chosen.seconds_an_image
    return count if pace <= 0 else max(FEWEST, min(count, int(seconds / pace)))
