"""Reads a style: a script of a student, with what a right meter says of it in the comments on top.

# expect: Net updates=12 gradients=48 calls=12 parameters=43     a network, by its class; `Net#2` is the second
# expect: * updates=12 gradients=12 calls=0                      the only network, whatever its name
# expect: Net updates=truth gradients=48                         the script prints `truth: updates=45`
# expect: Copy nothing                                           no such network, or one that was never updated
# expect: unknown because forward-mode                           no number; the word stands in reason or flags
# steps: 12 | any                                                of the model; without it, the largest updates
# flags: none | forward-mode | maybe tampered                    of those that no honest training raises
# needs: torch>=2.9, lightning, compiler                         `compiler` is g++, which inductor calls
# alone: why it has a process of its own, started afresh
# device: cpu                                                    makes no sense on an accelerator
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
FOLDERS = ("torch", "designs", "coursework", "gpu")
NUMBERS = ("updates", "gradients", "calls", "parameters", "trainable", "copies")
Span = frozenset[int]
"""The numbers that are right: one, or several where the definition can be read in several ways."""
TRUTH: Span = frozenset()
LINE = re.compile(r"^# (expect|steps|parameters|flags|needs|alone|device): *(.*)$")


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is right for one network; a number that is not named may be anything."""

    name: str
    numbers: dict[str, Span]


@dataclass(frozen=True, kw_only=True)
class Style:
    """One script and its header."""

    name: str
    path: Path
    networks: tuple[Expected, ...] = ()
    untouched: tuple[str, ...] = ()
    unknown: str | None = None
    steps: Span | None = None
    parameters: Span | None = None
    flags: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    alone: str = ""
    device: str = ""


@dataclass
class _Header:
    networks: list[Expected] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Style:
    """The style in that file. Raises ValueError where its header says nothing, or nothing that can be read."""
    header = _Header()
    for line in path.read_text(encoding="utf-8").splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        key, value = found.groups()
        if key != "expect" or value.startswith("unknown"):
            header.others["unknown" if key == "expect" else key] = value
        elif value.endswith(" nothing"):
            header.untouched.append(value.removesuffix(" nothing"))
        else:
            header.networks.append(_expected(path, value))
    return _style(path, header)


def _style(path: Path, header: _Header) -> Style:
    others = header.others
    if not header.networks and not header.untouched and "unknown" not in others:
        raise ValueError(f"{path}: expects nothing")
    if "flags" not in others:
        raise ValueError(f"{path}: says nothing of flags")
    flags = [word.strip() for word in others["flags"].split(",")]
    maybe = frozenset(word.removeprefix("maybe ") for word in flags if word.startswith("maybe "))
    return Style(
        name=path.stem,
        path=path,
        networks=tuple(header.networks),
        untouched=tuple(header.untouched),
        unknown=others["unknown"].removeprefix("unknown").removeprefix(" because ") if "unknown" in others else None,
        steps=_span(others["steps"]) if "steps" in others else _largest(header.networks),
        parameters=_span(others["parameters"]) if "parameters" in others else _only(header.networks),
        flags=frozenset(word for word in flags if word != "none" and not word.startswith("maybe ")),
        maybe=maybe,
        needs=tuple(filter(None, (word.strip() for word in others.get("needs", "").split(",")))),
        alone=others.get("alone", ""),
        device=others.get("device", ""),
    )


def _largest(networks: list[Expected]) -> Span | None:
    updates = [network.numbers["updates"] for network in networks if "updates" in network.numbers]
    return max(updates, key=max) if updates and TRUTH not in updates else None


def _only(networks: list[Expected]) -> Span | None:
    return networks[0].numbers.get("parameters") if len(networks) == 1 else None


def _span(text: str) -> Span | None:
    return None if text == "any" else frozenset(map(int, text.split("|")))


def _expected(path: Path, value: str) -> Expected:
    name, *pairs = value.split()
    numbers = {}
    for pair in pairs:
        key, _, number = pair.partition("=")
        if key not in NUMBERS:
            raise ValueError(f"{path}: {key} is none of {', '.join(NUMBERS)}")
        numbers[key] = TRUTH if number == "truth" else frozenset(map(int, number.split("|")))
    return Expected(name=name, numbers=numbers)


def table(*folders: str) -> dict[str, Style]:
    """All styles of these folders, by name."""
    paths = (path for folder in folders for path in sorted((HERE / folder).glob("*.py")))
    return {path.stem: read(path) for path in paths}
