"""Gradescope's "Download Submissions": `submission_metadata.yml` beside folders that are unzipped already.

The metadata's keys are `:submitters` (with `:sid`, `:email`, `:name`) and `:created_at`, for each folder or file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from validator.intake.found import Candidate, Found, IntakeError
from validator.intake.listing import entries, is_archive, only_archive, stem_of
from validator.intake.scratch import Scratch

METADATA = "submission_metadata.yml"


def recognised(names: Sequence[str]) -> str:
    """Why these names are an export of Gradescope; empty when they are not."""
    return f"it holds {METADATA}, which Gradescope writes" if METADATA in names else ""


def found(root: Path, *, why: str, scratch: Scratch) -> Found:
    """A candidate for every folder or file of the export, with its person and time where the metadata has them."""
    metadata = root.resolve() / METADATA
    told = _told(metadata)
    candidates, refused = [], {}
    for path in entries(metadata.parent):
        if path == metadata:
            continue
        if path.is_symlink() or not (path.is_dir() or is_archive(path.name)):
            refused[path.name] = "neither a zip nor a folder, so no submission"
        else:
            candidates.append(_candidate(path, told.pop(path.name, None)))
            continue
        told.pop(path.name, None)
    refused.update(dict.fromkeys(told, f"{METADATA} names it and it is not there"))
    return Found(format="gradescope", why=why, candidates=tuple(candidates), refused=refused)


def _told(metadata: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with metadata.open("rb") as file:
            told = yaml.load(file, Loader=loader)  # noqa: S506 - one of the two safe loaders
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        where = str(error).replace("\n", " ")
        raise IntakeError(f"{metadata}: not readable as YAML ({where}); download the export again") from error
    if not isinstance(told, dict):
        raise IntakeError(f"{metadata}: expected a table of submissions; download the export again")
    return {str(name): value for name, value in told.items()}


def _candidate(path: Path, told: Any) -> Candidate:
    table = told if isinstance(told, dict) else {}
    listed = table.get(":submitters")
    submitters = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    members = tuple(name for name in (_person(one, path) for one in submitters) if name)
    fallback = stem_of(path.name) if path.is_file() else path.name
    return Candidate(
        name=members[0] if members else fallback,
        given=(only_archive(path) or path) if path.is_dir() else path,
        source=path.name,
        submitted_at=_moment(table.get(":created_at")),
        members=members if len(members) > 1 else (),
    )


def _person(submitter: dict[str, Any], path: Path) -> str:
    """The student number, or the local part of the address; the one that the files are named by, if any is."""
    sid = str(submitter.get(":sid") or "").strip()
    local = str(submitter.get(":email") or "").split("@", maxsplit=1)[0].strip()
    names = [name for name in (sid, local) if name]
    files = [file.name.lower() for file in entries(path)] if path.is_dir() else []
    used = (name for name in names if any(file.startswith(f"{name.lower()}-") for file in files))
    return next(used, names[0] if names else str(submitter.get(":name") or "").strip())


def _moment(value: Any) -> str | None:
    """ISO 8601 with offset; None when the export does not say which zone it means."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    return value.isoformat() if isinstance(value, datetime) and value.tzinfo is not None else None
