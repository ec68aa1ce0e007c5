"""The harness's own cell that draws interpolations: by the notebook's function, else between latents of its own."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from . import choosing, sampling
from .choosing import Chosen
from .drawing import CAUGHT, limited, seeded
from .noise import Noise
from .samplers import Candidate, Labels
from .sampling_window import handed, window, write

FUNCTION = "generate_interpolations"
SECONDS = 600.0


def interpolate(pairs: int, steps: int, seed: int, seconds: float = SECONDS) -> None:
    """Write `interpolations.npy` uint8 `(pairs, steps, 3, 32, 32)` and `interpolations.json`, which else says why."""
    try:
        window("interpolate")
        seeded(seed)
        with limited(min(SECONDS, seconds)):
            images, source = _by_convention(pairs, steps) or _between_latents(pairs, steps, seed)
        networks = window("interpolate")
        pixels, said = sampling.quantised(images, whose=FUNCTION)
        strips = pixels[: pairs * steps].reshape(pairs, steps, 3, 32, 32)
        np.save(handed() / "interpolations.npy", strips)
        write(
            "interpolations.json",
            {"source": source, "pairs": pairs, "steps": steps, "networks": networks, **said},
        )
    except CAUGHT as error:
        write("interpolations.json", {"source": None, "why": f"{error!r}"[:400]})


def _by_convention(pairs: int, steps: int) -> tuple[Any, str] | None:
    function = getattr(sys.modules.get("__main__"), FUNCTION, None)
    if not callable(function):
        return None
    returned = sampling.first_of(function(pairs, steps))
    if getattr(returned, "ndim", 0) == 5:
        if tuple(returned.shape[:2]) != (pairs, steps):
            found = tuple(returned.shape)
            raise ValueError(f"{FUNCTION} returned shape {found}, expected ({pairs}, {steps}, 3, 32, 32)")
        returned = returned.reshape(pairs * steps, *returned.shape[2:])
    images = sampling.as_images(returned, whose=FUNCTION)
    if len(images) != pairs * steps:
        raise ValueError(f"{FUNCTION} returned {len(images)} images, expected {pairs} x {steps}")
    return images, f"function {FUNCTION}"


def _between_latents(pairs: int, steps: int, seed: int) -> tuple[Any, str]:
    candidate, noise_name, noise = _with_noise(seed)
    ends = noise.draw(2 * pairs)
    way = between(ends[:pairs], ends[pairs:], steps, spherical=noise.family == "normal")
    arguments = {
        name: _for_each(value, pairs, steps) if name != noise_name else way
        for name, value in candidate.arguments.items()
    }
    # One seed for all: where the sampler draws more noise on its way, strips show the latents and not that noise.
    seeded(seed)
    images = sampling.as_images(choosing.call(candidate, arguments), whose=candidate.name)
    if len(images) != pairs * steps:
        raise ValueError(f"{candidate.name} returned {len(images)} images for {pairs * steps} latents")
    kind = "great-circle" if noise.family == "normal" else "straight"
    return images, f"latents of {candidate.name}, {kind} ways between {noise.words}"


def _with_noise(seed: int) -> tuple[Candidate, str, Noise]:
    """A sampler of the run that is given its noise. Raises ValueError when there is none."""
    chosen = Chosen.candidate
    found = [chosen] if chosen is not None else []
    for candidate in [*found, *choosing.given_noise(seed)]:
        if candidate is not None and candidate.noise is not None:
            return candidate, *candidate.noise
    raise ValueError(f"no function {FUNCTION}(pairs, steps), and nothing was seen making images from noise it is given")


def _for_each(value: Any, pairs: int, steps: int) -> Any:
    """One label for each pair, the same along its way; anything else as for so many images."""
    if isinstance(value, Labels):
        return value.draw(pairs).repeat_interleave(steps)
    return value.draw(pairs * steps)


def between(first: Any, last: Any, steps: int, *, spherical: bool) -> Any:
    """Ways from latents `(pairs, ...)` to others: `(pairs * steps, ...)`, ends included.

    Normal latents of d dimensions lie near a sphere of radius sqrt(d), so the way goes along the great circle
    (Shoemake 1985, Animating rotation with quaternion curves; White 2016, arXiv 1609.04468); others go straight.
    """
    import torch

    share = torch.linspace(0, 1, steps, dtype=torch.float64).view(1, steps, 1)
    left, right = (end.detach().double().cpu().flatten(1)[:, None] for end in (first, last))
    if spherical:
        cosine = torch.nn.functional.cosine_similarity(left, right, dim=2)[..., None]
        angle = torch.acos(cosine.clamp(-0.9999, 0.9999))
        way = (torch.sin((1 - share) * angle) * left + torch.sin(share * angle) * right) / torch.sin(angle)
    else:
        way = (1 - share) * left + share * right
    return way.reshape(len(first) * steps, *first.shape[1:]).to(first)
