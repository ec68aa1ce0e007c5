"""Exports, folders and zips -> submissions, one file a format. Opens no student archive and knows no rubric."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from validator.evidence import Submission
from validator.intake import blackboard, canvas, cohort, gradescope, moodle, single
from validator.intake.digest import digest_of
from validator.intake.found import Candidate, Found, Intake, IntakeError, Item
from validator.intake.listing import is_archive, names_in_folder, names_in_zip, unwrapped, unwrapped_names
from validator.intake.naming import unique_ids
from validator.intake.scratch import Scratch

__all__ = ["Intake", "IntakeError", "Item", "submissions"]


def submissions(path: Path, *, scratch: Path | None = None) -> Intake:
    """Every submission at `path`: a zip, a folder holding one, a folder of them, or an export as zip or folder.

    Exports that come zipped are unzipped into `scratch`, by default a temporary folder that lives as long as the
    process. Raises IntakeError when there is nothing to take in.
    """
    try:
        room = Scratch(scratch)
        found = _from_folder(path, room) if path.is_dir() else _from_file(path, room)
        if not found.candidates:
            raise IntakeError(f"{path}: no submission in it; {_reasons(found)}")
        return _named(found, skipped=room.skipped)
    except OSError as error:
        raise IntakeError(f"{error.filename or path}: cannot be read ({error.strerror}); check the path") from error


class Export(Protocol):
    """What the module of one platform's export offers."""

    def recognised(self, names: Sequence[str]) -> str:
        """Why these relative names are such an export; empty when they are not."""

    def found(self, root: Path, *, why: str, scratch: Scratch) -> Found:
        """The submissions below `root`."""


EXPORTS: tuple[Export, ...] = (gradescope, blackboard, moodle, canvas)
"""Asked in this order: the more telling sign first."""


def _from_file(path: Path, scratch: Scratch) -> Found:
    if not path.exists():
        raise IntakeError(f"{path}: no such file or folder; check the path")
    if not path.is_file() or not is_archive(path.name):
        raise IntakeError(f"{path}: neither a zip nor a folder; give username.zip or a folder of submissions")
    names = unwrapped_names(names_in_zip(path))
    for export in EXPORTS:
        if why := export.recognised(names):
            return export.found(unwrapped(scratch.unzipped(path)), why=why, scratch=scratch)
    if why := cohort.recognised(names):
        return cohort.found(scratch.unzipped(path), why=why)
    return single.found(path, why="it is one archive")


def _from_folder(path: Path, scratch: Scratch) -> Found:
    root = unwrapped(path)
    names = names_in_folder(root)
    for export in EXPORTS:
        if why := export.recognised(names):
            return export.found(root, why=why, scratch=scratch)
    if why := single.recognised(path):
        return single.found(path, why=why)
    return cohort.found(path, why="it holds zips or folders of submissions")


def _named(found: Found, *, skipped: dict[str, str]) -> Intake:
    """Ids and digests for the candidates; one that cannot be read is refused and the others go on."""
    ids, notes = unique_ids([candidate.name for candidate in found.candidates])
    items: list[Item] = []
    refused = {**found.refused, **skipped}
    for name, candidate in zip(ids, found.candidates, strict=True):
        try:
            items.append(_item(name, candidate))
        except OSError as error:
            refused[candidate.source] = f"cannot be read ({error.strerror}); make it readable and run again"
    return Intake(
        items=tuple(sorted(items, key=lambda item: item.submission.id)),
        format=found.format,
        why=found.why,
        refused=tuple(sorted(refused.items())),
        notes=(*found.notes, *notes),
    )


def _item(name: str, candidate: Candidate) -> Item:
    submission = Submission(
        id=name,
        sha256=digest_of(candidate.given),
        source=candidate.source,
        submitted_at=candidate.submitted_at,
        members=candidate.members,
    )
    return Item(submission=submission, given=candidate.given)


def _reasons(found: Found) -> str:
    if not found.refused:
        return "it is empty; put one zip or one folder a student there"
    name, why = next(iter(found.refused.items()))
    more = f" (and {len(found.refused) - 1} more)" if len(found.refused) > 1 else ""
    return f"{name}: {why}{more}; put one zip or one folder a student there"
