"""One submission by itself: a zip, or a folder that holds the paper or a notebook directly."""

from __future__ import annotations

from pathlib import Path

from validator.intake.found import Candidate, Found
from validator.intake.listing import WORK, entries, is_archive, stem_of


def recognised(folder: Path) -> str:
    """Why this folder is one submission; empty when it is not."""
    files = [path for path in entries(folder) if path.is_file()]
    endings = {path.suffix.lower() for path in files}
    archives = [path for path in files if is_archive(path.name)]
    if ".ipynb" in endings:
        return "the folder itself holds a notebook"
    if ".pdf" in endings and len(archives) <= 1:
        return "the folder itself holds a PDF"
    return "the folder itself holds Python files" if not archives and endings & set(WORK) else ""


def found(path: Path, *, why: str) -> Found:
    """The archive or folder as the one submission."""
    name = path.resolve().name if path.is_dir() else path.name
    stem = name if path.is_dir() else stem_of(name)
    return Found(
        format="folder" if path.is_dir() else "zip",
        why=why,
        candidates=(Candidate(name=stem, given=path.resolve(), source=name),),
    )
