"""Where exports are unzipped: a folder of the caller's, or a temporary one that ends with the process.

Unpacks what a learning platform made, never a student's own archive: those stay closed until they are measured.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from validator.intake.found import IntakeError
from validator.intake.listing import is_clutter
from validator.intake.naming import safe_id

_TORN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError)


class Scratch:
    """Makes folders on demand; nothing exists on disk before the first is asked for."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.skipped: dict[str, str] = {}
        """Entries of exports that were left out, with the reason."""

    def new_folder(self, name: str) -> Path:
        """An empty folder of about this name."""
        folder = self._base() / safe_id(name)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        return folder

    def unzipped(self, export: Path) -> Path:
        """The contents of an export. Raises IntakeError when it is torn or does not fit on the disk."""
        folder = self.new_folder(export.stem)
        try:
            with zipfile.ZipFile(export) as archive:
                self._check_room(archive, export)
                for member in archive.infolist():
                    self._extract(archive, member, folder)
        except _TORN as error:
            raise IntakeError(f"{export}: the export cannot be unzipped ({error}); download it again") from error
        return folder

    def gathered(self, name: str, files: Mapping[str, Path]) -> Path:
        """A folder with copies of these files under the names the student gave them."""
        folder = self.new_folder(name)
        for original, path in files.items():
            shutil.copyfile(path, folder / PurePosixPath(original).name)
        return folder

    def _base(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="validator-intake-"))
            atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def _check_room(self, archive: zipfile.ZipFile, export: Path) -> None:
        needed_bytes = sum(member.file_size for member in archive.infolist())
        free_bytes = shutil.disk_usage(self._base()).free
        if needed_bytes > free_bytes:
            raise IntakeError(
                f"{export}: unzipping needs {needed_bytes:,} bytes, {free_bytes:,} are free; "
                "unzip it on a larger disk and give the folder"
            )

    def _extract(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
        parts = tuple(part for part in member.filename.replace("\\", "/").split("/") if part not in ("", "."))
        if member.is_dir() or any(is_clutter(part) for part in parts):
            return
        target = folder.joinpath(*parts)
        why = _unsafe(member, parts) or ("the same name occurs twice" if target.exists() else "")
        if why:
            self.skipped[member.filename] = f"left out of the export: {why}"
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as packed, target.open("xb") as file:
            shutil.copyfileobj(packed, file)


def _unsafe(member: zipfile.ZipInfo, parts: tuple[str, ...]) -> str:
    mode = member.external_attr >> 28
    if mode not in (0, 4, 8):
        return "it is a link or a special file"
    name = member.filename
    if not parts or ".." in parts or name.startswith(("/", "\\")) or name[1:2] == ":":
        return "its name points outside the export"
    return "" if name.isprintable() else "its name holds characters that cannot be printed"
