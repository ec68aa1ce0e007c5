"""Wheels made here, a few hundred bytes each, and a folder for environments that other users can reach."""

import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from validator.running.environments import base, making, sealing
from validator.running.environments.asked import Asked
from validator.running.environments.record import Environment

NEEDED = {
    "ipykernel": "6.30",
    "ipywidgets": "8",
    "matplotlib": "3",
    "matplotlib_inline": "0.2",
    "numpy": "2",
    "pip": "26",
}

WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def make_wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    files: Mapping[str, str] | None = None,
    requires: Sequence[str] = (),
) -> None:
    """One wheel of pure Python: a module of that name that knows its version."""
    told = "".join(f"Requires-Dist: {line}\n" for line in requires)
    texts = {
        f"{name}.py": f"VERSION = {version!r}\n",
        **(files or {}),
        f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{told}",
        f"{name}-{version}.dist-info/WHEEL": WHEEL,
    }
    record = f"{name}-{version}.dist-info/RECORD"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in texts.items():
            archive.writestr(path, text)
        archive.writestr(record, "".join(f"{path},,\n" for path in (*texts, record)))


@pytest.fixture(scope="session")
def wheel() -> Callable[..., None]:
    """Makes one more."""
    return make_wheel


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of these wheels in anybody's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV_CACHE_DIR", str(tmp_path_factory.mktemp("uv-cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _copied_once() -> Iterator[None]:
    """One copy of Python, linked into each environment: dozens of copies would take minutes."""
    if not base.is_closed():
        yield
        return
    place, copied = open_folder(), base.copied
    python = copied(place / "base")

    def linked(into: Path) -> Path:
        shutil.copytree(place / "base", into, symlinks=True, copy_function=os.link)
        return into / python.relative_to(place / "base")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making.base, "copied", linked)
        yield
    sealing.removed(place)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`alpha` in two versions, `beta` that needs alpha, and what every environment has."""
    folder = tmp_path_factory.mktemp("wheels")
    for name, version in NEEDED.items():
        make_wheel(folder, name, version)
    make_wheel(folder, "alpha", "1.0")
    make_wheel(folder, "alpha", "2.0")
    make_wheel(folder, "beta", requires=["alpha"])
    return folder


def open_folder() -> Path:
    """Not under pytest's own folder, which is closed to other users."""
    folder = Path(tempfile.mkdtemp(prefix="envs-"))
    folder.chmod(0o755)
    return folder


@pytest.fixture
def envs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of environments, and the one that is used when none is named."""
    folder = open_folder()
    monkeypatch.setenv("VALIDATOR_ENVS", str(folder))
    yield folder
    sealing.removed(folder)


@pytest.fixture(scope="module")
def made(wheels: Path) -> Iterator[Environment]:
    """One environment of `beta`, for tests that only look at it."""
    folder = open_folder()
    yield making.make(Asked(packages=("beta",)), tell=lambda line: None, root=folder, wheels=wheels)
    sealing.removed(folder)


@pytest.fixture(scope="session")
def as_other() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command as the user who runs notebooks: an unprivileged one when this is root, else oneself."""
    other = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}

    def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        words = list(map(str, command))
        return subprocess.run(
            words, cwd="/", env=environment, capture_output=True, text=True, check=False, timeout=60, **other
        )

    return run
