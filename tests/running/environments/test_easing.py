"""A list that cannot be installed as it is written gives way line by line, by what uv and pip say."""

from __future__ import annotations

import pytest

from validator.running.environments.easing import SINGLE_STEPS, Eased, eased
from validator.running.environments.mates import matched

UV = "error: No solution found when resolving dependencies cause: Because "
PIP = "ERROR: Could not find a version that satisfies the requirement "


def step(said: str, *lines: str) -> tuple[str, ...] | None:
    found = eased(Eased(lines=lines), said)
    return found and found.lines


@pytest.mark.parametrize(
    ("said", "lines", "left"),
    [
        (
            UV + "tensorflow==2.8.0 has no wheels with a matching tag and you require tensorflow==2.8.0, we can",
            ("numpy==1.26.4", "tensorflow==2.8.0"),
            ("numpy==1.26.4", "tensorflow"),
        ),
        (
            UV + "nosuch was not found in the package registry and you require nosuch==1, we can conclude",
            ("nosuch==1", "torch==2.1"),
            ("torch==2.1",),
        ),
        (UV + "all versions of sklearn have no usable wheels and you require sklearn,", ("sklearn", "a"), ("a",)),
        (UV + "there is no version of torch==2.0.1+cu118 and you require torch==2.0.1+cu118,", ("torch==2.0.1+cu118",),
         ("torch==2.0.1",)),
        (
            UV + "tensorflow==2.15.0 depends on numpy>=1.23.5,<2.0.0 and you require tensorflow==2.15.0, "
            "we can conclude that you require numpy>=1.23.5,<2.0.0. And because you require numpy==2.1.0, we can",
            ("tensorflow==2.15.0", "numpy==2.1.0"),
            ("tensorflow==2.15.0", "numpy"),
        ),
        (
            UV + "you require keras==2.8.0 and tensorflow==2.15.1 depends on keras>=2.15, we can conclude that "
            "tensorflow==2.15.1 cannot be used. And because you require tensorflow==2.15.1, we can conclude",
            ("tensorflow==2.15.1", "keras==2.8.0"),
            ("tensorflow==2.15.1", "keras"),
        ),
        (
            UV + "you require ipykernel==1.0 and ipykernel>=6.29, we can conclude that your requirements",
            ("ipykernel==1.0",),
            ("ipykernel",),
        ),
        (
            PIP + "tensorflow==2.8 (from versions: 2.12.0) ERROR: No matching distribution found for tensorflow==2.8",
            ("tensorflow==2.8", "numpy==1"),
            ("tensorflow", "numpy==1"),
        ),
        (PIP + "nosuch==4 (from versions: none) No matching distribution found for nosuch==4", ("nosuch==4", "a"),
         ("a",)),
        ("ResolutionImpossible: the library is older", ("a==1", "b[x]>=2; python_version > '3'"),
         ("a", 'b[x]; python_version > "3"')),
        ("ResolutionImpossible: the library is older", ("a", "b"), None),
        ("not complete after 1200 s", ("a==1",), None),
        ("Failed to fetch (an index): connection refused", ("a==1",), None),
    ],
)  # fmt: skip
def test_one_step(said: str, lines: tuple[str, ...], left: tuple[str, ...] | None) -> None:
    assert step(said, *lines) == left


def test_after_some_steps_every_version_gives_way_and_then_nothing_does() -> None:
    said = UV + "there is no version of x and you require {}, we can conclude that"
    now: Eased | None = Eased(lines=tuple(f"p{number}==1" for number in range(SINGLE_STEPS + 5)))
    steps = 0
    while now is not None and steps < 100:
        last, steps = now, steps + 1
        now = eased(now, said.format(now.lines[min(steps, len(now.lines)) - 1]))
    assert steps == SINGLE_STEPS + 2
    assert {"==" in line for line in last.lines} == {False}
    assert len(last.lines) == SINGLE_STEPS + 5


@pytest.mark.parametrize(
    ("torch", "torchaudio"),
    [
        ("torch==2.0.1", "torchaudio==2.0.*"),
        ("torch==2.3.1+cu118", "torchaudio==2.3.*"),
        ("torch==2.8", "torchaudio==2.8.*"),
        ("torch==2.11.0", "torchaudio"),
        ("torch==1.13.1", "torchaudio"),
        ("torch>=2.0", "torchaudio"),
        ("torchvision==2.0.1", "torchaudio"),
    ],
)
def test_torchaudio_is_of_the_release_of_torch(torch: str, torchaudio: str) -> None:
    assert matched(("numpy", torch, "torchaudio")) == ("numpy", torch, torchaudio)
    assert matched((torch, "torchaudio==2.2.0")) == (torch, "torchaudio==2.2.0")
