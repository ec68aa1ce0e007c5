"""Answers FID libraries: keeps the images they are asked about, and leaves the number to the harness outside.

Knows how to copy folders and streams of images, and what a call is answered; `fid_libraries` knows the libraries.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from .fid_fed import Fed

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".ppm")
MAX_IMAGES = 20_000
MAX_IMAGE_BYTES = 4 << 20
MAX_FOLDER_BYTES = 1 << 30
MAX_CALLS_KEPT = 8
"""The last calls: a notebook may ask after every epoch, and the last answer is the one it quotes."""


class FidCalls:
    """Every FID call of the process: recorded, its images kept, answered with not-a-number."""

    def __init__(self, handed: str, channel: Any, tally: Callable[[], list[dict[str, Any]]]) -> None:
        self._handed = Path(handed)
        self._channel = channel
        self._tally = tally
        self._calls = 0

    def answer(self, library: str, arguments: Sequence[Any]) -> float:
        """Record the call and keep its images: folders, or streams that were fed before. Never raises."""
        return self.tell(self.number(), library, arguments)

    def number(self) -> int:
        """The number of a new call; what was kept of a call long ago makes room for it."""
        self._calls += 1
        for old in self._handed.glob(f"fid-{self._calls - MAX_CALLS_KEPT}-*"):
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
        return self._calls

    def fed(self, call: int, position: int, asked: str) -> Fed:
        """A stream for one argument of a call."""
        return Fed(self._handed, f"fid-{call}-{position}", asked)

    def stream(self, call: int, position: int, asked: str, batches: Iterable[Any]) -> Fed:
        """What a generator of batches gives, as such a stream; a fault of it ends the stream."""
        fed = self.fed(call, position, asked)
        try:
            for batch in batches:
                if fed.images >= MAX_IMAGES:
                    break
                fed.take(batch)
        except Exception as error:
            self._channel.fault("fid_calls", error)
        return fed

    def tell(self, call: int, library: str, arguments: Sequence[Any]) -> float:
        """The record and the words of a call whose number was taken before. Never raises."""
        folders = [self._keep(call, position, argument) for position, argument in enumerate(arguments, start=1)]
        try:
            from . import Running

            Running.fid_images = max([Running.fid_images, *(folder["images"] for folder in folders)])
            networks = self._tally()
        except Exception:
            networks = []
        self._channel.emit("fid_call", call=call, library=library, folders=folders, networks=networks)
        self._channel.emit("repair", what=f"{library} answered nan: the harness computes FID outside")
        sys.stdout.write(f"{library}: the marking harness computes FID outside this notebook; nan stands in for it\n")
        return float("nan")

    def _keep(self, call: int, position: int, argument: Any) -> dict[str, Any]:
        if isinstance(argument, Fed):
            return argument.said()
        try:
            asked = os.fsdecode(argument)
        except TypeError:
            return {"asked": type(argument).__name__[:80], "kept": None, "images": 0}
        kept = f"fid-{call}-{position}"
        try:
            images = self._copy(Path(asked), self._handed / kept)
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
    """Stand in for FID libraries where they are missing; answer their calls wherever they are made."""
    from . import fid_libraries, fid_metrics

    calls = FidCalls(config["handed"], channel, _networks_since_last_call)
    fid_libraries.install(calls, channel)
    fid_metrics.install(calls, channel)


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
