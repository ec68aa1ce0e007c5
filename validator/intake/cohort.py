"""A folder of submissions, each a zip or a folder, or a zip of such zips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from validator.intake.found import Candidate, Found
from validator.intake.listing import (
    WORK,
    entries,
    is_archive,
    is_marking_output,
    names_in_folder,
    only_archive,
    stem_of,
    unwrapped,
)

NO_SUBMISSION = "neither a zip nor a folder, so no submission"


def recognised(names: Sequence[str]) -> str:
    """Why a zip with these names is a cohort; empty when it is not. One zip in a zip is a student's mistake."""
    several = len(names) > 1 and all(is_archive(name) for name in names)
    return f"it holds {len(names)} archives and nothing else" if several else ""


def found(folder: Path, *, why: str) -> Found:
    """A candidate for every zip and every folder with work in it; a reason for everything else."""
    candidates: list[Candidate] = []
    refused: dict[str, str] = {}
    inside = _holding_archives(folder.resolve())
    listed = entries(inside)
    stems = {stem_of(path.name): path.name for path in listed if is_archive(path.name)}
    for path in listed:
        reason = _reason_against(path)
        reason = _beside(path, stems) if reason == NO_SUBMISSION else reason
        if reason:
            refused[path.name] = reason
        else:
            candidates.append(_candidate(path))
    written = sorted(path.name for path in inside.iterdir() if path.is_dir() and is_marking_output(path))
    notes = tuple(f"{name}: written by an earlier marking, passed over" for name in written)
    return Found(format="cohort", why=why, candidates=tuple(candidates), refused=refused, notes=notes)


def _holding_archives(folder: Path) -> Path:
    """The folder itself, or the only folder in it when that holds archives beside other submissions."""
    inside = unwrapped(folder)
    listed = entries(inside)
    work = any(path.is_file() and path.suffix.lower() in WORK for path in listed)
    return inside if len(listed) > 1 and not work and any(is_archive(path.name) for path in listed) else folder


def _candidate(path: Path) -> Candidate:
    if path.is_file():
        return Candidate(name=stem_of(path.name), given=path, source=path.name)
    return Candidate(name=path.name, given=only_archive(path) or path, source=path.name)


def _beside(path: Path, stems: Mapping[str, str]) -> str:
    """What to do with a file that belongs to an archive beside it, such as a video."""
    stem = next((stem for stem in stems if path.name.lower().startswith(stem.lower())), None)
    return f"{NO_SUBMISSION}; put it and {stems[stem]} into one folder, {stem}/" if stem else NO_SUBMISSION


def _reason_against(path: Path) -> str:
    if path.is_symlink():
        return "a link; put the file or folder itself there"
    if path.is_file():
        return "" if is_archive(path.name) else NO_SUBMISSION
    if not path.is_dir():
        return "neither a file nor a folder"
    names = names_in_folder(path)
    if not names:
        return "an empty folder"
    work = any(PurePosixPath(name).suffix.lower() in WORK or is_archive(name) for name in names)
    return "" if work else "a folder without a PDF, a notebook, Python or a zip"
