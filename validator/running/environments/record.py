"""What an environment says of itself: `environment.json`, written last, so that what lacks it is no environment."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from validator import plain
from validator.running.files import read_regular, write_atomically

SCHEMA = 1
FILE_NAME = "environment.json"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One complete environment."""

    schema: int = SCHEMA
    folder: str
    asked: str
    """Digest of what was asked for."""
    agent: str
    """Digest of the agent that was copied in."""
    packages: tuple[str, ...]
    """What was asked for, without what every environment has."""
    constrained: bool
    python: str
    """Version of its Python."""
    base: str
    """Prefix of the Python it was made from."""
    frozen: tuple[str, ...]
    """`name==version` of everything in it, sorted."""
    digest: str
    """SHA-256 of the frozen list."""
    installer: str
    self_contained: bool
    """Whether it holds its own copy of the Python it was made from."""
    made_at: str
    """ISO 8601, UTC."""
    seconds: float

    @property
    def interpreter(self) -> Path:
        """Its Python."""
        return interpreter_of(Path(self.folder))


def venv_of(folder: Path) -> Path:
    """The virtual environment; apart from the copied Python, so that no package can write over that one."""
    return folder / "venv"


def interpreter_of(folder: Path) -> Path:
    """The Python of the environment in that folder."""
    return venv_of(folder) / "bin" / "python"


def site_packages(folder: Path) -> Path:
    """Where its packages lie."""
    return next(iter(sorted(venv_of(folder).glob("lib/python3*/site-packages"))), venv_of(folder) / "lib")


def write(environment: Environment) -> None:
    """Write it into the environment's folder."""
    text = json.dumps(plain.to_plain(environment), indent=1, sort_keys=True)
    write_atomically(Path(environment.folder) / FILE_NAME, text.encode())


def read(folder: Path) -> Environment | None:
    """The environment in that folder; None when there is none or it is not complete."""
    try:
        found = plain.from_plain(Environment, json.loads(read_regular(folder / FILE_NAME)))
    except (OSError, ValueError, RecursionError):
        return None
    if found.schema != SCHEMA or not _is_trusted(folder) or not os.access(interpreter_of(folder), os.X_OK):
        return None
    return dataclasses.replace(found, folder=str(folder))


def last_used(environment: Environment) -> float:
    """When it was made or last chosen, in seconds since 1970."""
    return (Path(environment.folder) / FILE_NAME).stat().st_mtime


def _is_trusted(folder: Path) -> bool:
    """Made by this user or by root: what another user laid there is nobody's environment."""
    return not hasattr(os, "geteuid") or folder.stat().st_uid in (0, os.geteuid())


def everything(root: Path) -> tuple[Environment, ...]:
    """Every complete environment under that folder, the newest first."""
    folders = sorted(root.iterdir()) if root.is_dir() else []
    found = [environment for folder in folders if folder.is_dir() and (environment := read(folder)) is not None]
    return tuple(sorted(found, key=lambda each: each.made_at, reverse=True))


def frozen(site: Path | None = None) -> tuple[str, ...]:
    """`name==version` of everything installed there, sorted; without a folder, what this process can import."""
    found = metadata.distributions() if site is None else metadata.distributions(path=[str(site)])
    named = {_canonical(each.name): each.version for each in found if each.name}
    return tuple(f"{name}=={version}" for name, version in sorted(named.items()) if name != "validator")


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
