"""Images that FID libraries are handed in memory: written as raw bytes while they come, so that nothing is kept.

Knows tensors and one file; nothing of the libraries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

MAX_IMAGES = 20_000
IMAGE_BYTES = 3 * 32 * 32


class Fed:
    """One stream of images `(n, 3, 32, 32)`: `fid-<call>-<argument>.u8` holds them one after another."""

    def __init__(self, handed: Path, name: str, asked: str) -> None:
        self._file = handed / f"{name}.u8"
        self._name, self._asked = name, asked
        self._file.unlink(missing_ok=True)
        self.images = 0
        self._low, self._high = float("inf"), float("-inf")
        self._mapping = ""
        self._clipped = 0.0
        self._why = ""

    def take(self, batch: Any) -> None:
        """Append one batch."""
        from . import sampling

        try:
            images = sampling.as_images(batch, whose="the call")[: MAX_IMAGES - self.images]
            if not len(images):
                return
            pixels, said = sampling.quantised(images, whose="the call")
        except (ValueError, TypeError) as error:
            self._why = self._why or str(error)[:200]
            return
        with self._file.open("ab") as file:
            file.write(pixels.tobytes())
        before = self.images
        self.images += len(pixels)
        self._low, self._high = min(self._low, said["range"][0]), max(self._high, said["range"][1])
        self._mapping = self._mapping or said["mapping"]
        self._clipped = (self._clipped * before + said["clipped_share"] * len(pixels)) / self.images

    def said(self) -> dict[str, Any]:
        """As a FID call's record tells it."""
        said: dict[str, Any] = {"asked": self._asked, "kept": f"{self._name}.u8" if self.images else None}
        said["images"] = self.images
        if self.images:
            said |= {"range": [self._low, self._high], "mapping": self._mapping, "clipped_share": self._clipped}
        return {**said, "why": self._why} if self._why else said
