"""Magics and shell lines of a notebook: what they install and fetch. Reads text only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validator.measuring.probes.source_tree import Magic

SHELL_MAGICS = frozenset({"system", "sx", "sc", "bash", "sh", "script", "cmd"})
INSTALLERS = frozenset({"pip", "conda", "mamba", "uv"})
INSTALL = re.compile(r"\b(?:pip3?|conda|mamba|uv\s+pip|apt-get|apt)\s+install\s+([^\n;&|]*)")
FETCH = re.compile(r"\b(?:wget|curl|gdown|git\s+clone|kaggle|aria2c|rsync|scp|hf\s+download|huggingface-cli)\b")


def told(magic: Magic) -> Iterator[tuple[str, str]]:
    """Kinds and details of one magic; a magic that only changes IPython says nothing."""
    text = magic.text.strip()
    if magic.name in INSTALLERS:
        installed = INSTALL.search(f"{magic.name} {text}")
        if installed:
            yield "pip-install", packages(installed.group(1))
        return
    if magic.name not in SHELL_MAGICS:
        if magic.name in ("writefile", "file", "load", "loadpy", "run"):
            yield "file-magic", f"%{magic.name} {text.splitlines()[0] if text else ''}"[:200]
        return
    yield from commands(text)


def commands(text: str) -> Iterator[tuple[str, str]]:
    """What one or more shell lines do."""
    yield "shell-command", (text.strip().splitlines() or [""])[0][:200]
    for installed in INSTALL.finditer(text):
        yield "pip-install", packages(installed.group(1))
    for line in text.splitlines():
        if FETCH.search(line):
            yield "downloads", line.strip()[:200]


def packages(words: str) -> str:
    """The packages of an install line without its options."""
    return " ".join(word for word in words.split() if not word.startswith("-"))[:200] or "(nothing named)"
