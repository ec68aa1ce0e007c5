"""Which sampler the harness asks: the convention's function, else what was seen making images and still does.

Calls students' code, in the harness's own cells only.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from . import Running, refusing, sampling
from .drawing import CAUGHT, Sampler, limited, seeded
from .samplers import Candidate

FUNCTION = "generate_samples"
TRIAL_IMAGES = 4
TRIAL_SECONDS = 90.0
MOST_TRIALS = 8
CALLED_SAMPLING = ("sampl", "generat", "synth", "draw")


class Chosen:
    """What was chosen last in this process, and what was tried."""

    sampler: Sampler | None = None
    candidate: Candidate | None = None
    why: str = ""
    seconds_an_image: float = 0.0
    asked: bool = False


def convention() -> Sampler | None:
    """The function `generate_samples` of the notebook, if it defines one."""
    function = getattr(sys.modules.get("__main__"), FUNCTION, None)
    return Sampler(FUNCTION, function, convention=True) if callable(function) else None


def by_evidence(seed: int) -> Sampler | None:
    """The first candidate that a trained network stands behind and that gives images; tried once a process."""
    if not Chosen.asked:
        Chosen.asked = True
        tried: list[str] = []
        for candidate in _ranked()[:MOST_TRIALS]:
            sampler = sampler_of(candidate)
            why = _trial(sampler, seed)
            if not why:
                Chosen.sampler, Chosen.candidate = sampler, candidate
                return sampler
            tried.append(f"{candidate.name}: {why}")
        Chosen.why = "; ".join(tried)[:400] or "nothing was seen making images of 32 by 32 from noise or a count"
    return Chosen.sampler


def given_noise(seed: int) -> Iterator[Candidate]:
    """Candidates that are given their noise, each tried first."""
    for candidate in _ranked()[:MOST_TRIALS]:
        if candidate.noise is not None and not _trial(sampler_of(candidate), seed):
            yield candidate


def sampler_of(candidate: Candidate) -> Sampler:
    """The sampler that calls it with fresh noise, as many as asked for."""

    def draw(count: int) -> Any:
        return call(candidate, {key: value.draw(count) for key, value in candidate.arguments.items()})

    noise = candidate.noise
    words = f"{candidate.name} on {noise[1].words}" if noise else f"{candidate.name}, asked for a number"
    return Sampler(words, draw)


def call(candidate: Candidate, arguments: dict[str, Any]) -> Any:
    """Call it as the notebook did: without gradients, in the mode it was in, writing no pictures or arrays."""
    import torch

    target = candidate.find()
    if target is None:
        raise ValueError("it is gone")
    with torch.no_grad(), _mode(target, candidate.training), refusing.writes():
        return target(*arguments.values()) if candidate.positional else target(**arguments)


def _ranked() -> list[Candidate]:
    """Functions before methods and networks by their names, and what the cells called before what those called."""
    if Running.meter is None:
        return []

    def place(candidate: Candidate) -> tuple[bool, bool, int]:
        named = any(word in candidate.name.lower() for word in CALLED_SAMPLING)
        return candidate.noise is None and not named, candidate.positional, candidate.depth

    found = [candidate for candidate in Running.meter.samplers.candidates.values() if candidate.stable]
    found.reverse()  # the last seen first: what is used at the end is what counts
    return sorted(found, key=place)


def _trial(sampler: Sampler, seed: int) -> str:
    """Why this one is not used; empty text when it gives images and a trained network ran."""
    from .verdicts import ran_since

    try:
        ran_since(Running.meter, "trial", everything=True)
        seeded(seed)
        began = time.monotonic()
        with limited(TRIAL_SECONDS):
            images = sampling.as_images(sampler.draw(TRIAL_IMAGES), whose="it")
        Chosen.seconds_an_image = (time.monotonic() - began) / TRIAL_IMAGES
        if len(images) != TRIAL_IMAGES:
            return f"asked for {TRIAL_IMAGES} images it gave {len(images)}"
        if images.dtype != np.uint8 and not np.isfinite(images).all():
            return "its values are not finite"
        networks = ran_since(Running.meter, "trial", everything=True)
    except CAUGHT as error:
        return repr(error)[:120]
    trained = any(said["verdict"] in ("trained", "ema-twin") for said in networks)
    return "" if trained else "no trained network ran in it"


@contextmanager
def _mode(target: Any, training: bool | None) -> Iterator[None]:
    """For a network called directly, the mode it was in when it was seen; afterwards every part as it was."""
    if training is None:
        yield
        return
    modes = [(part, part.training) for part in target.modules()]
    target.train(training)
    try:
        yield
    finally:
        for part, was in modes:
            part.training = was
