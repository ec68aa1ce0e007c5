"""Stands in for `google.colab`, so that a notebook written there runs here; every use is recorded as a repair.

A mounted drive is an empty folder: the data sets are served by name wherever they are looked for, and whatever else a
notebook keeps on its drive is not part of the submission.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from . import imports, stand_ins

ABOUT = "Stands in for google.colab: this notebook runs elsewhere."
MODULES = ("google", "google.colab", "google.colab.drive", "google.colab.files")


def install(channel: Any) -> None:
    """Stand in wherever the module is missing, which is everywhere but on Colab itself."""
    for name in MODULES:
        imports.stand_in(name, lambda name: stand_ins.empty(name, channel, about=ABOUT))
    imports.after_import("google.colab.drive", lambda module: _fill_drive(module, channel))
    imports.after_import("google.colab.files", lambda module: _fill_files(module, channel))


def _fill_drive(module: ModuleType, channel: Any) -> None:
    if module.__doc__ != ABOUT:
        return

    def mount(mountpoint: str = "/content/drive", *args: Any, **options: Any) -> None:
        channel.emit("repair", what=f"google.colab.drive.mount({str(mountpoint)[:200]!r}) did nothing")
        sys.stdout.write("google.colab: no drive is mounted here; data sets are served by their file names\n")

    def flush_and_unmount(*args: Any, **options: Any) -> None:
        """Nothing is mounted."""

    vars(module).update(mount=mount, flush_and_unmount=flush_and_unmount)


def _fill_files(module: ModuleType, channel: Any) -> None:
    if module.__doc__ != ABOUT:
        return

    def download(filename: str, *args: Any, **options: Any) -> None:
        channel.emit("repair", what=f"google.colab.files.download({str(filename)[:200]!r}) did nothing")

    def upload(*args: Any, **options: Any) -> dict[str, bytes]:
        channel.emit("repair", what="google.colab.files.upload() returned no file: nobody is there to choose one")
        return {}

    vars(module).update(download=download, upload=upload)
