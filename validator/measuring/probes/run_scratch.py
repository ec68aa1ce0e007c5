"""The folders in which one notebook runs, apart from everything that is kept. Knows files; nothing of kernels.

They lie in a place of their own, because the account that runs a notebook may not be the one that keeps the results,
and because nothing of a notebook may stand where results are written.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from validator.measuring.probes.removal import remove
from validator.measuring.sandbox import walls
from validator.measuring.sandbox.owner import FILE_NAME, write_owner

SOCKET_PATH_CHARACTERS = 90
"""Unix socket addresses end at 104 to 108 bytes; the names put into the folder need the rest."""
PREFIX = "v-"
HANDED_FILES = 100_000
"""Folders among them."""
HANDED_BYTES = 2 << 30
HANDED_DEPTH = 4


@dataclass(frozen=True, kw_only=True)
class Scratch:
    """Folders of one run, all gone when it is over."""

    root: Path
    """Not seen from inside; only the folders below are."""
    uid: int | None

    @property
    def work(self) -> Path:
        """The copy of the submission."""
        return self.root / "work"

    @property
    def home(self) -> Path:
        """The home folder."""
        return self.root / "home"

    @property
    def tmp(self) -> Path:
        """Temporary files: /tmp from inside, where the tier can do that."""
        return self.root / "tmp"

    @property
    def handed(self) -> Path:
        """What the run hands out."""
        return self.root / "handed"

    @property
    def sockets(self) -> Path:
        """The kernel's own sockets."""
        return self.root / "k"

    @property
    def told(self) -> Path:
        """What the harness tells the run; the run cannot write here."""
        return self.root / "told"

    @property
    def status(self) -> Path:
        """Where the supervisor tells how it went."""
        return self.root / "status.json"

    @property
    def writable(self) -> tuple[Path, ...]:
        """Folders of the run itself, without `tmp`."""
        return (self.work, self.home, self.handed, self.sockets)

    def open_to_run(self, file: Path, mode: int) -> Path:
        """Let the run's account use one file of the harness's; when that is the harness's own, nothing is needed."""
        if self.uid is not None:
            file.chmod(mode)
        return file


@contextlib.contextmanager
def scratch(*, submission: Path) -> Iterator[Scratch]:
    """Fresh folders with a copy of the submission, removed afterwards whatever happened in them."""
    made = Scratch(root=_short_folder(), uid=walls.own_uid())
    try:
        write_owner(made.root)
        made.root.chmod(0o711 if made.uid is not None else 0o700)
        for folder in (made.home, made.tmp, made.handed, made.sockets, made.told):
            folder.mkdir(mode=0o755)
        shutil.copytree(submission, made.work, symlinks=True)
        _make_writable(made.work)
        if made.uid is not None:
            for folder in (*made.writable, made.tmp):
                _give(folder, made.uid)
        yield made
    finally:
        remove(made.root, last=FILE_NAME)


def used_again(made: Scratch) -> None:
    """Let another notebook run where one has: what that wrote beside the submission, at home and in /tmp stays.

    But not what a kernel would execute as it starts.
    """
    for name in settled(made.home, made.tmp):
        if made.uid is not None:
            _give(made.root / name, made.uid)
    for left in (made.status, *(made.home / name for name in (".ipython", ".jupyter", ".runtime"))):
        remove(left)
    for folder in (made.handed, made.sockets, made.told):
        remove(folder)
        folder.mkdir(mode=0o755)
        if made.uid is not None and folder in made.writable:
            _give(folder, made.uid)


def handed_in_again(made: Scratch, *, submission: Path, path: str) -> None:
    """One file as it was handed in, in folders that can be entered: what ran before may have changed either."""
    folders = [made.work / parent for parent in reversed(Path(path).parents)]
    for folder in folders:
        settled(folder)
        folder.chmod(folder.stat().st_mode | 0o700)
    file = made.work / path
    remove(file)
    shutil.copyfile(submission / path, file)
    if made.uid is not None:
        for place in (*folders, file):
            os.chown(place, made.uid, made.uid, follow_symlinks=False)


def hand_over(handed: Path, into: Path) -> str:
    """Copy what the run handed out; links and special files are none. What was left out, in words, or empty text."""
    into.mkdir(parents=True, exist_ok=True)
    left = _Room(files=HANDED_FILES, size_bytes=HANDED_BYTES)
    _copy_folder(handed, into, left, depth=0)
    return left.words


@dataclass
class _Room:
    """How much is still copied."""

    files: int
    size_bytes: int
    words: str = ""


def _copy_folder(folder: Path, into: Path, room: _Room, *, depth: int) -> None:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if room.files < 1:
            room.words = room.words or "more files and folders than are kept of a run"
            return
        if entry.is_dir(follow_symlinks=False) and depth < HANDED_DEPTH:
            room.files -= 1
            (into / entry.name).mkdir(exist_ok=True)
            _copy_folder(Path(entry.path), into / entry.name, room, depth=depth + 1)
        elif entry.is_file(follow_symlinks=False):
            _copy_file(Path(entry.path), into / entry.name, room)
        else:
            room.words = room.words or f"{entry.name} is neither a file nor a folder, or lies too deep"


def _copy_file(file: Path, into: Path, room: _Room) -> None:
    """The file that was looked at is the file that is copied: opened once, without following a link."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        room.words = room.words or f"{file.name}: {error.strerror}"
        return
    with os.fdopen(descriptor, "rb") as source:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > room.size_bytes:
            room.words = room.words or f"{file.name}: more than is kept of a run"
            return
        room.files, room.size_bytes = room.files - 1, room.size_bytes - facts.st_size
        with into.open("wb") as target:
            shutil.copyfileobj(source, target)


def fresh(folder: Path) -> Path:
    """An empty folder at that place."""
    remove(folder)
    folder.mkdir(parents=True)
    return folder


def settled(*folders: Path) -> tuple[str, ...]:
    """Make each a real folder again, outermost first; the names of those that were not.

    Where the tier has no walls the student's code could reach them: what follows must not crash on what it left, nor
    follow a link.
    """
    wrong = [folder for folder in folders if folder.is_symlink() or not folder.is_dir()]
    for folder in wrong:
        remove(folder)
        folder.mkdir(parents=True, exist_ok=True)
    return tuple(folder.name for folder in wrong)


def _short_folder() -> Path:
    root = walls.scratch_root()
    if len(str(root)) > SOCKET_PATH_CHARACTERS - 20:
        root = Path("/tmp")  # noqa: S108 - the addresses of unix sockets are short
    return Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))


def _make_writable(folder: Path) -> None:
    """The kept submission is read-only; its copy is the student's to write in."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o600 | (0o100 if path.is_dir() else 0))


def _give(folder: Path, uid: int) -> None:
    """Make the run's account the owner of a folder and all in it."""
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, uid, uid, follow_symlinks=False)
