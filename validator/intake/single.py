"""One submission by itself: a zip, a folder with the paper or a notebook in it, or a zip with a video beside it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from validator.intake.found import Candidate, Found
from validator.intake.listing import entries, is_archive, names_in_folder, stem_of

VIDEOS = frozenset({".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".wmv"})


def recognised(folder: Path) -> str:
    """Why this folder is one submission; empty when it is not."""
    listed = entries(folder)
    endings = {path.suffix.lower() for path in listed if path.is_file()}
    others = sum(_could_be_one(path) for path in listed)
    archives = [path for path in listed if path.is_file() and is_archive(path.name)]
    if len(archives) == 1 and endings & VIDEOS and all(path.is_file() for path in listed):
        return "the folder holds one archive with a video beside it"
    if ".ipynb" in endings:
        return "the folder itself holds a notebook"
    if ".pdf" in endings and others <= 1:
        return "the folder itself holds a PDF"
    return "the folder itself holds Python files" if ".py" in endings and not others else ""


def _could_be_one(path: Path) -> bool:
    """Whether this is a submission beside a brief or a script: an archive, or a folder with a PDF and code."""
    if path.is_symlink() or not path.is_dir():
        return is_archive(path.name)
    endings = {PurePosixPath(name).suffix.lower() for name in names_in_folder(path)}
    return ".pdf" in endings and not endings.isdisjoint((".ipynb", ".py"))


def found(path: Path, *, why: str) -> Found:
    """The archive or folder as the one submission."""
    name = path.resolve().name if path.is_dir() else path.name
    stem = name if path.is_dir() else stem_of(name)
    return Found(
        format="folder" if path.is_dir() else "zip",
        why=why,
        candidates=(Candidate(name=stem, given=path.resolve(), source=name),),
    )
