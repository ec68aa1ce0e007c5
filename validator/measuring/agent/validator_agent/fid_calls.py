"""Answers FID libraries: keeps the folders they are asked about, and leaves the number to the harness outside.

Knows the two libraries' calls and how to copy images; nothing of the mathematics.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import imports, stand_ins

ABOUT = "Stands in for clean-fid: the harness computes FID outside."
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".ppm")
MAX_IMAGES = 20_000
MAX_IMAGE_BYTES = 4 << 20
MAX_FOLDER_BYTES = 1 << 30
MAX_CALLS_KEPT = 8


class FidCalls:
    """Every FID call of the process: recorded, its images kept, answered with not-a-number."""

    def __init__(self, handed: str, channel: Any, tally: Callable[[], list[dict[str, Any]]]) -> None:
        self._handed = handed
        self._channel = channel
        self._tally = tally
        self._calls = 0

    def answer(self, library: str, arguments: list[Any]) -> float:
        """Record the call and keep its images. Never raises."""
        self._calls += 1
        folders = [self._keep(position, argument) for position, argument in enumerate(arguments, start=1)]
        try:
            networks = self._tally()
        except Exception:
            networks = []
        self._channel.emit("fid_call", call=self._calls, library=library, folders=folders, networks=networks)
        self._channel.emit("repair", what=f"{library} answered nan: the harness computes FID outside")
        sys.stdout.write(f"{library}: the marking harness computes FID outside this notebook; nan stands in for it\n")
        return float("nan")

    def _keep(self, position: int, argument: Any) -> dict[str, Any]:
        try:
            asked = os.fsdecode(argument)
        except TypeError:
            return {"asked": type(argument).__name__[:80], "kept": None, "images": 0}
        kept = f"fid-{self._calls}-{position}"
        try:
            images = self._copy(Path(asked), Path(self._handed) / kept) if self._calls <= MAX_CALLS_KEPT else 0
        except OSError as error:
            return {"asked": asked[:500], "kept": None, "images": 0, "why": repr(error)[:200]}
        return {"asked": asked[:500], "kept": kept if images else None, "images": images}

    @staticmethod
    def _copy(folder: Path, target: Path) -> int:
        target.mkdir(parents=True, exist_ok=True)
        copied = copied_bytes = 0
        for path in _images(folder):
            size = path.stat().st_size
            if copied >= MAX_IMAGES or copied_bytes + size > MAX_FOLDER_BYTES:
                break
            if size <= MAX_IMAGE_BYTES:
                shutil.copyfile(path, target / f"{copied:06d}{path.suffix.lower()}", follow_symlinks=False)
                copied, copied_bytes = copied + 1, copied_bytes + size
        return copied


def install(config: dict[str, Any], channel: Any) -> None:
    """Stand in for clean-fid where it is missing; answer its calls, and pytorch-fid's, wherever they are made."""
    calls = FidCalls(config["handed"], channel, _networks_since_last_call)
    for name in ("cleanfid", "cleanfid.fid"):
        imports.stand_in(name, lambda name: stand_ins.empty(name, channel, about=ABOUT))
    imports.after_import("cleanfid.fid", lambda module: _answer_cleanfid(module, calls))
    imports.after_import("pytorch_fid.fid_score", lambda module: _answer_pytorch_fid(module, calls))


def _answer_cleanfid(module: Any, calls: FidCalls) -> None:
    def compute_fid(fdir1: Any = None, fdir2: Any = None, gen: Any = None, **options: Any) -> float:
        return calls.answer("cleanfid", [argument for argument in (fdir1, fdir2, gen) if argument is not None])

    module.compute_fid = compute_fid


def _answer_pytorch_fid(module: Any, calls: FidCalls) -> None:
    def calculate_fid_given_paths(paths: Any, *args: Any, **options: Any) -> float:
        return calls.answer("pytorch-fid", list(paths))

    module.calculate_fid_given_paths = calculate_fid_given_paths


def _images(folder: Path) -> list[Path]:
    """Images below the folder in the order of their names; links are not followed."""
    found = []
    for parent, _, names in os.walk(folder, followlinks=False):
        found += [Path(parent) / name for name in names if name.lower().endswith(IMAGE_SUFFIXES)]
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def _networks_since_last_call() -> list[dict[str, Any]]:
    from . import Running

    if Running.meter is None:
        return []
    from .verdicts import ran_since

    return ran_since(Running.meter, "fid", everything=False)
