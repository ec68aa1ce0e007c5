"""What intake hands on: who handed in which zip or folder. Knows no file format and opens nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from validator.evidence import Submission


class IntakeError(ValueError):
    """Nothing can be taken in from this path; the message says what, where and how to fix it."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One submission and the zip or folder that holds it."""

    submission: Submission
    given: Path


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Every submission found, by id, and what was found that is none."""

    items: tuple[Item, ...]
    format: str
    why: str
    """How the format was recognised."""
    refused: tuple[tuple[str, str], ...] = ()
    """Name and reason of what lies there and is no submission; nothing of it is marked."""
    notes: tuple[str, ...] = ()
    """What was decided on the way: ids that collided, older attempts left aside."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One submission before it has its id."""

    name: str
    """What the id is made from: the stem of the archive, the name of the folder or the person."""
    given: Path
    source: str
    submitted_at: str | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one format made of a path."""

    format: str
    why: str
    candidates: tuple[Candidate, ...]
    refused: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
