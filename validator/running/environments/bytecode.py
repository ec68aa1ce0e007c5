"""Bytecode of everything in an environment, made beforehand: nothing can write it once the environment is sealed.

Executes no package's code: the base Python compiles, without the environment's start-up files.
"""

from __future__ import annotations

import contextlib
import os
import sysconfig
from importlib.util import cache_from_source
from pathlib import Path

from validator.running.environments.installing import BuildLimits, run_within
from validator.running.environments.places import NotBuilt


def compile_all(python: Path, site: Path, *, limits: BuildLimits) -> None:
    """Bytecode for every module under `site`."""
    _take_from_harness(site)
    with contextlib.suppress(NotBuilt):  # a template that is no Python, a module for another version
        command = [str(python), "-I", "-S", "-m", "compileall", "-q", "-q", "-j", "0", str(site)]
        run_within(command, work=site, limits=limits)


def _take_from_harness(site: Path) -> None:
    """Where a module is the very file that the harness has (one hard link of a wheel), its bytecode is the same too."""
    own = Path(sysconfig.get_path("purelib"))
    for source in site.rglob("*.py"):
        twin = own / source.relative_to(site)
        with contextlib.suppress(OSError):
            if twin.samefile(source):
                made = Path(cache_from_source(str(source)))
                made.parent.mkdir(exist_ok=True)
                os.link(cache_from_source(str(twin)), made)
