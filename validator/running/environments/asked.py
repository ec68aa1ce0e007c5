"""What is asked of a run environment: packages and constraints. Knows no installer and no folder."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass

NEEDED = ("ipykernel>=6.29", "ipywidgets", "matplotlib", "matplotlib-inline>=0.1.6", "numpy", "pip")
"""In every environment: what runs a notebook cell by cell, what its figures and progress bars need, what the agent
hands arrays over with, and a pip, so that `!pip` is this environment's and never the harness's."""

LAYOUT = 1
"""Raised when environments are laid out differently: older ones are made anew."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One list of packages, in any order, each as a requirement line (`scipy<1.18`)."""

    packages: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    """Lines `name==version`: which version, if the package comes along at all."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything to install, sorted."""
        return tuple(sorted({*self.packages, *NEEDED}, key=str.lower))

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides what an installation would bring."""
        python = (sys.implementation.cache_tag, platform.python_version(), sys.base_prefix)
        machine = (sys.platform, platform.machine())
        text = json.dumps([LAYOUT, self.lines, self.constraints, python, machine])
        return hashlib.sha256(text.encode()).hexdigest()


def constraint_lines(text: str) -> tuple[str, ...]:
    """The lines that say something, sorted: a reworded comment asks for nothing new."""
    return tuple(sorted(filter(None, (line.split("#")[0].strip() for line in text.splitlines()))))


def frozen_digest(lines: Iterable[str]) -> str:
    """SHA-256 of a frozen list: two environments with one digest hold the same packages."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
