"""The scratch copy in which one notebook runs, and the environment it sees. Knows files; nothing of kernels."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from validator.measuring import sandbox

AGENT = Path(__file__).resolve().parents[1] / "agent"
SOCKET_PATH_CHARACTERS = 90
"""Unix socket addresses end at 104 to 108 bytes; the names put into the folder need the rest."""


@dataclass(frozen=True, kw_only=True)
class Scratch:
    """Folders of one run. Everything but `handed` and the folder above it is gone when the run is over."""

    work: Path
    """The copy of the submission."""
    home: Path
    tmp: Path
    sockets: Path
    """A short path of its own, for unix sockets."""

    def environment(self, *, config: Path) -> dict[str, str]:
        """What the kernel sees of the outside: the allow-list, its own folders, the agent."""
        own = {
            "HOME": self.home,
            "TMPDIR": self.tmp,
            "XDG_CACHE_HOME": self.home / ".cache",
            "XDG_CONFIG_HOME": self.home / ".config",
            "TORCH_HOME": self.home / ".cache" / "torch",
            "MPLCONFIGDIR": self.home / ".config" / "matplotlib",
            "IPYTHONDIR": self.home / ".ipython",
            "JUPYTER_RUNTIME_DIR": self.home / ".runtime",
            "PYTHONPATH": AGENT,
            "VALIDATOR_AGENT": config,
        }
        # `!python` and `!pip` mean the kernel's own interpreter, whichever comes first on the harness's path.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        # PIP_NO_INDEX: without a network `!pip install` should fail at once instead of trying again and again.
        fixed = {
            "PYTHONNOUSERSITE": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PATH": path,
            "PIP_NO_INDEX": "1",
            "PYTHONIOENCODING": "utf-8",
        }
        backend = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        return sandbox.allowed(extra={**{name: str(path) for name, path in own.items()}, **fixed, **backend})


@contextlib.contextmanager
def scratch(*, submission: Path, folder: Path) -> Iterator[Scratch]:
    """A fresh copy of the submission under `folder`, removed afterwards whatever happened in it."""
    place = folder / "scratch"
    remove(place)
    made = Scratch(work=place / "work", home=place / "home", tmp=place / "tmp", sockets=_short_folder(folder))
    try:
        made.home.mkdir(parents=True)
        made.tmp.mkdir()
        shutil.copytree(submission, made.work, symlinks=True)
        _make_writable(made.work)
        yield made
    finally:
        remove(place)
        remove(made.sockets)


def fresh(folder: Path) -> Path:
    """An empty folder at that place."""
    remove(folder)
    folder.mkdir(parents=True)
    return folder


def settled(*folders: Path) -> tuple[str, ...]:
    """Make each a real folder again, outermost first; the names of those that were not.

    The student's code could reach them: what follows must not crash on what it left, nor follow a link.
    """
    wrong = [folder for folder in folders if folder.is_symlink() or not folder.is_dir()]
    for folder in wrong:
        remove(folder)
        folder.mkdir(parents=True, exist_ok=True)
    return tuple(folder.name for folder in wrong)


def _short_folder(folder: Path) -> Path:
    """Beside the run when its path is short, else in a temporary place: socket addresses are short."""
    roots = [root for root in (tempfile.gettempdir(), "/tmp") if len(root) < SOCKET_PATH_CHARACTERS - 20]  # noqa: S108
    return Path(tempfile.mkdtemp(prefix="v-", dir=roots[0] if roots else folder))


def _make_writable(folder: Path) -> None:
    """The kept submission is read-only; its copy is the student's to write in."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o600 | (0o100 if path.is_dir() else 0))


def remove(folder: Path) -> None:
    """Also what a student made unreadable; what cannot be removed stays and hurts nobody."""
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink(missing_ok=True)
        return
    for top, folders, _ in os.walk(folder):
        for name in folders:
            path = Path(top) / name
            if not path.is_symlink():
                with contextlib.suppress(OSError):
                    path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
