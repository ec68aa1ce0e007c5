"""Answers whoever wants to install or download: nothing is, and it is said what the run environment has.

Knows the command lines of pip, conda, apt and their like; nothing of notebooks. `commands` brings them here.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from importlib import metadata
from typing import Any

from .commands import COMMANDS, MARK

OTHER_NAMES = {"pytorch": "torch", "cudatoolkit": "torch", "pytorch-cuda": "torch", "opencv": "opencv-python"}
INSTALLS = frozenset({"install", "add", "create", "download", "wheel", "sync"})
NO_NETWORK = frozenset({"wget", "curl", "gdown"})
FETCHES = frozenset({"clone", "pull", "fetch", "lfs", "submodule"})
FILES = frozenset({"-r", "--requirement"})
PLACES = frozenset({"-i", "--index-url", "--extra-index-url", "--index", "-f", "--find-links", "-c", "--channel"})
TARGETS = frozenset({"-t", "--target", "-n", "--name", "-p", "--prefix", "--python", "--constraint"})
WITH_VALUE = FILES | PLACES | TARGETS
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def answer(program: str, arguments: list[str]) -> int:
    """What the command would say here, as its exit code; everything is recorded."""
    if program == "sudo":
        return _without_rights(arguments)
    words = [word for word in arguments if not word.startswith("-")]
    if program in NO_NETWORK or (program == "git" and words[:1] and words[0] in FETCHES):
        return _no_network(program, arguments)
    if program == "git":
        return _really(program, arguments)
    if not INSTALLS.intersection(words[:2]):
        return _other(program, words)
    present, absent = _found(program, _wanted(arguments))
    said = [f"{name} is in the run environment" for name in present]
    said += [f"{name} is not in the run environment" for name in absent]
    sys.stdout.write(f"{program}: nothing is installed while the harness runs this; " + ("; ".join(said) or "") + "\n")
    _tell("repair", f"`{_line(program, arguments)}` installed nothing: " + ("; ".join(said) or "nothing was named"))
    return 1 if absent else 0


def _other(program: str, words: list[str]) -> int:
    """Every other command of an installer: lists are true, all else does nothing."""
    command = words[0] if words else ""
    if command == "pip":  # uv pip list
        return _other(program, words[1:])
    if command in ("list", "freeze", "show"):
        names = sorted({f"{entry.metadata['Name']}=={entry.version}" for entry in metadata.distributions()})
        wanted = {name.lower() for name in words[1:]}
        chosen = [name for name in names if command != "show" or name.split("==")[0].lower() in wanted]
        sys.stdout.write("".join(f"{name}\n" for name in chosen))
        return 0
    sys.stdout.write(f"{program}: does nothing while the harness runs this\n")
    if command:
        _tell("repair", f"`{_line(program, words)}` did nothing")
    return 0


def _no_network(program: str, arguments: list[str]) -> int:
    sys.stderr.write(f"{program}: there is no network while the harness runs this\n")
    _tell("notice", f"`{_line(program, arguments)}`: there is no network", flag="download")
    return 1


def _without_rights(arguments: list[str]) -> int:
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        rest.pop(0)
    if rest and rest[0] in COMMANDS:
        return answer(rest[0], rest[1:])
    return _really(rest[0], rest[1:]) if rest else 0


def _really(program: str, arguments: list[str]) -> int:
    """Become the command of that name that comes after ours on PATH."""
    ours = os.environ.get(MARK)
    places = [place for place in os.environ.get("PATH", os.defpath).split(os.pathsep) if place != ours]
    found = shutil.which(program, path=os.pathsep.join(places))
    if found is None:
        sys.stderr.write(f"{program}: command not found\n")
        return 127
    sys.stdout.flush()
    return os.execv(found, [found, *arguments])  # noqa: S606 - the student's own command; it never returns


def _wanted(arguments: list[str]) -> list[str]:
    """What the command line asks for, file lists read."""
    wanted, before = [], ""
    for word in arguments:
        if before in FILES:
            wanted += _listed(word)
        elif before not in WITH_VALUE and not word.startswith("-") and word not in INSTALLS | {"pip"}:
            wanted.append(word)
        before = word if before not in WITH_VALUE else ""
    return wanted


def _listed(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            lines = [line.split("#")[0].strip() for line in file]
    except OSError:
        return [path]
    return [line for line in lines if line and not line.startswith("-")]


def _found(program: str, wanted: list[str]) -> tuple[list[str], list[str]]:
    present, absent = [], []
    for asked in wanted[:200]:
        name = _name_of(asked)
        version = _version(program, name)
        if version is None:
            absent.append(name)
        else:
            rest = asked[len(name) :].strip() if asked.startswith(name) else ""
            present.append(f"{name} {version}".strip() + (f" (asked for {rest})" if rest else ""))
    return present, absent


def _name_of(asked: str) -> str:
    """`torch` of `torch==2.1`, `x` of `git+https://somewhere/x.git`."""
    if "#egg=" in asked:
        return asked.partition("#egg=")[2].partition("&")[0]
    if "://" in asked or "/" in asked:
        return asked.rstrip("/").rpartition("/")[2].partition("@")[0].removesuffix(".git")[:80]
    match = _NAME.match(asked)
    return match.group(0) if match else asked[:80]


def _version(program: str, name: str) -> str | None:
    """The version that is there, empty text for a command that is there, or None."""
    if program in ("apt", "apt-get"):
        return "" if shutil.which(name) or name in ("python3", "python3-pip", "build-essential") else None
    try:
        return metadata.version(OTHER_NAMES.get(name.lower(), name))
    except (metadata.PackageNotFoundError, ValueError):
        return None


def _line(program: str, arguments: list[str]) -> str:
    return " ".join([program, *arguments])[:200]


def _tell(kind: str, what: str, **more: Any) -> None:
    from . import Running

    if Running.channel is not None:
        Running.channel.emit(kind, what=what, **more)


if __name__ == "__main__":
    sys.exit(answer(sys.argv[1], sys.argv[2:]))
