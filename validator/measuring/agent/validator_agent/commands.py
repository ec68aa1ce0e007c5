"""Puts small commands first on PATH, named like installers, that ask the agent instead.

Knows names and files; `installers` knows the answers.
"""

from __future__ import annotations

import os
import sys

from . import imports

COMMANDS = (
    "pip",
    "pip3",
    "conda",
    "mamba",
    "micromamba",
    "uv",
    "apt",
    "apt-get",
    "sudo",
    "wget",
    "curl",
    "gdown",
    "git",
)
MARK = "VALIDATOR_COMMANDS"
CELL = "VALIDATOR_CELL"
"""Which cell started a process, for the agent in that process."""


def install(config_path: str, tmp: str | None = None) -> None:
    """For this process and all it starts; once is enough. The module `pip` is ours in every process.

    `tmp` is where there is room in a process that does not know where temporary files go.
    """
    agent = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    imports.first("pip", f"{agent}/{__package__}/instead")
    if os.environ.get(MARK) or os.name != "posix":
        return
    folder = f"{os.environ.get('TMPDIR') or tmp or os.path.dirname(config_path)}/commands"  # noqa: PTH120
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103  pathlib costs milliseconds here
    known = f"PYTHONPATH={_quoted(agent)} VALIDATOR_AGENT={_quoted(config_path)}"
    with open(f"{folder}/{COMMANDS[0]}", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(
            f'#!/bin/sh\n{known} exec {_quoted(sys.executable)} -m validator_agent.installers "${{0##*/}}" "$@"\n'
        )
    os.chmod(f"{folder}/{COMMANDS[0]}", 0o755)  # noqa: PTH101, S103 - a command of the student's own processes
    for name in COMMANDS[1:]:
        if not os.path.lexists(f"{folder}/{name}"):
            os.symlink(COMMANDS[0], f"{folder}/{name}")  # noqa: PTH211
    os.environ[MARK] = folder
    os.environ["PATH"] = folder + os.pathsep + os.environ.get("PATH", os.defpath)


def _quoted(text: str) -> str:
    """For the shell; the module that does this costs more to import than the rest."""
    inside = text.replace("'", "'\"'\"'")
    return f"'{inside}'"
