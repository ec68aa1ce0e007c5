"""`confine(...)`: walls around this very process, for the harness's own code that reads a student's bytes.

No other process, no other account, no tier: files by Landlock, system calls by seccomp, for good. Where the kernel
has no Landlock nothing changes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from validator.measuring.sandbox import walls as views
from validator.measuring.sandbox.supervisor import capabilities, landlock, seccomp

PACKAGE = Path(__file__).resolve().parents[2]
INSTALLED = ("site-packages", "dist-packages")


def confine(*, readable: Sequence[Path], writable: Sequence[Path], network: bool = False) -> bool:
    """From here on this process opens only these paths, the system's and Python's own; whether it is so.

    It gives up root's powers over other processes and the machine, not those over files, which the walls contain.
    """
    if not landlock.version() or not seccomp.available():
        return False
    seen = [*views.SYSTEM, *views.SETTINGS, *views.MACHINE, *map(str, (*python_folders(), *readable))]
    try:
        landlock.close(readable=seen, writable=[*views.DEVICES, *map(str, writable)], network=network)
        seccomp.close(network=network)
        capabilities.keep_files_only()
    except OSError:
        return False
    return True


def python_folders() -> tuple[Path, ...]:
    """What this interpreter imports from. Of a checkout on its path only the package: submissions may lie beside it."""
    checkout = PACKAGE.parent if PACKAGE.parent.name not in INSTALLED else None
    entries = [Path(entry) for entry in sys.path if Path(entry).is_absolute()]
    places = [Path(sys.prefix), Path(sys.base_prefix), *(PACKAGE if entry == checkout else entry for entry in entries)]
    return tuple(dict.fromkeys(places))
