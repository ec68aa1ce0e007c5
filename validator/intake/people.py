"""For exports that put all files of a cohort side by side: which of a person's files is the submission."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from validator.intake.found import Candidate
from validator.intake.listing import is_archive, stem_of
from validator.intake.scratch import Scratch


def candidate(person: str, files: Mapping[str, Path], *, scratch: Scratch) -> Candidate:
    """The only archive among a person's files (original name to path), or a folder that gathers them all."""
    if len(files) == 1:
        (name, path), *_ = files.items()
        if is_archive(name):
            return Candidate(name=stem_of(name), given=path.resolve(), source=path.name)
    return Candidate(name=person, given=scratch.gathered(person, files), source=person)
