"""Keeps the pictures of 32 by 32 that a run shows, before they become one grid; changes nothing of what is shown.

Knows files and arrays; where pictures come from is `picture_hooks`' to know. The last ones are kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Container
from pathlib import Path
from typing import Any

MOST_KEPT = 48
MOST_IMAGES = 1024
FEWEST = 4
MOST_FOLDERS = 50


class Pictures:
    """Batches of images as they were shown, and what is known of images written one by one."""

    def __init__(self, handed: str, channel: Any) -> None:
        self._handed, self._channel = Path(handed), channel
        self._number = 0
        self._entries: list[dict[str, Any]] = []
        self._files: set[str] = set()
        self._singles: list[tuple[Any, int]] = []
        """Images of one figure so far, each with its columns."""
        self._figure: int | None = None
        self._written: dict[str, dict[str, Any]] = {}
        self._dirty = False
        self._pid = os.getpid()

    def batch(self, images: Any, call: str, *, columns: int) -> None:
        """One batch `(n, 3, 32, 32)` that is shown together. Never raises."""
        try:
            if len(images) >= FEWEST and os.getpid() == self._pid:
                self._keep(images[:MOST_IMAGES], call, columns)
        except Exception as error:
            self._channel.fault("pictures", error)

    def just_kept(self, images: int) -> bool:
        """Whether the last batch has so many images, or fewer by less than a row, and comes from this cell.

        A grid that torchvision made is shown a moment later as one picture, with its last row filled up.
        """
        last = self._entries[-1] if self._entries else None
        return last is not None and last["cell"] == self._channel.cell and last["rows"] * last["columns"] == images

    def single(self, image: Any, figure: int, *, columns: int) -> None:
        """One image `(3, 32, 32)` of a figure; those of one figure are a batch."""
        if figure != self._figure:
            self.end_figure()
        self._figure = figure
        if len(self._singles) < MOST_IMAGES:
            self._singles.append((image, columns))

    def end_figure(self) -> None:
        """Nothing more comes to the figure: what it showed is a batch."""
        import numpy as np

        singles, self._singles, self._figure = self._singles, [], None
        if len(singles) >= FEWEST:
            columns = max(columns for _, columns in singles)
            self.batch(np.stack([image for image, _ in singles]), "imshow", columns=columns or len(singles))

    def written(self, folder: str, low: float, high: float, outside: float) -> None:
        """One image file was written: the range of its values before, and the share of them outside [0, 1]."""
        found = self._written.get(folder)
        if found is None:
            if len(self._written) >= MOST_FOLDERS:
                return
            found = self._written[folder] = {"images": 0, "low": low, "high": high, "outside_share": 0.0}
        count = found["images"]
        found["outside_share"] = (found["outside_share"] * count + outside) / (count + 1)
        found.update(images=count + 1, low=min(found["low"], low), high=max(found["high"], high), new=True)
        self._dirty = True

    def noted(self, folder: str) -> None:
        """An image file of unknown origin was written."""
        if folder in self._written or len(self._written) < MOST_FOLDERS:
            found = self._written.setdefault(folder, {"images": 0})
            found.update(files=found.get("files", 0) + 1, new=True)
            self._dirty = True

    def most_written(self) -> int:
        """How many files the folder got that got most."""
        return max((max(found.get("files", 0), found["images"]) for found in self._written.values()), default=0)

    def flush(self) -> None:
        """The end of a cell: whatever waits is written, and what ran in the cell made what it wrote."""
        self.end_figure()
        if self._dirty and os.getpid() == self._pid:
            self._dirty = False
            networks = _networks("written")
            for found in self._written.values():
                if found.pop("new", False) and networks:
                    found["networks"] = networks
            own = [{"folder": folder, **said} for folder, said in self._written.items()]
            self._write("written.json", [*self._of_others("written.json", "folder", self._written), *own])

    def _keep(self, images: Any, call: str, columns: int) -> None:
        import numpy as np

        from . import sampling

        pixels, said = sampling.quantised(images, whose=call)
        file = self._free()
        np.save(self._handed / file, pixels)
        columns = max(1, min(columns, len(pixels)))
        entry = {
            "file": file,
            "call": call,
            "cell": self._channel.cell,
            "rows": -(-len(pixels) // columns),
            "columns": columns,
            "images": len(pixels),
            "networks": _networks("pictures"),
            **said,
        }
        self._entries.append(entry)
        if len(self._entries) > MOST_KEPT:
            (self._handed / self._entries.pop(0)["file"]).unlink(missing_ok=True)
        self._files.add(file)
        self._write("pictures.json", [*self._of_others("pictures.json", "file", self._files), *self._entries])

    def _free(self) -> str:
        """A name that no other process of the run has taken."""
        while True:
            self._number += 1
            name = f"pictures-{self._number}.npy"
            if not (self._handed / name).exists():
                return name

    def _of_others(self, name: str, key: str, own: Container[str]) -> list[Any]:
        """The last entries of a table that programs started by a cell wrote, such as `!python sample.py`."""
        try:
            found = json.loads((self._handed / name).read_text(encoding="utf-8"))
            return [each for each in found if each[key] not in own][-MOST_KEPT:]
        except (OSError, ValueError, TypeError, LookupError):
            return []

    def _write(self, name: str, said: Any) -> None:
        try:
            (self._handed / name).write_text(json.dumps(said, default=str), encoding="utf-8")
        except OSError as error:
            self._channel.fault("pictures", error)


def finish() -> None:
    """Write what still waits, in the harness's own cells and at the end of the process."""
    from . import Running

    if Running.pictures is not None:
        Running.pictures.flush()


def most_written() -> int:
    """How many image files the folder got that got most."""
    from . import Running

    return Running.pictures.most_written() if Running.pictures is not None else 0


def _networks(window: str) -> list[dict[str, Any]]:
    from . import Running

    if Running.meter is None:
        return []
    from .verdicts import ran_since

    return ran_since(Running.meter, window, everything=False)
