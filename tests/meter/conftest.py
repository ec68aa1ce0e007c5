"""Runs the styles that a file of tests asks for, once, and only those that were selected."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.meter import styles
from tests.meter.metered import Metered, metered


@pytest.fixture(scope="module")
def found(request, tmp_path_factory) -> dict[str, Metered]:
    """What was metered of each selected style of the file's TABLE, in its PYTHON, by name."""
    table: dict[str, styles.Style] = request.module.TABLE
    python: str | None = request.module.PYTHON
    wanted = {
        item.callspec.params.get("style")
        for item in request.session.items
        if item.path == request.path and hasattr(item, "callspec")
    }
    chosen = [style for style in table.values() if style.name in wanted and python and not missing(style, python)]
    environment = getattr(request.module, "ENVIRONMENT", {})
    return metered(chosen, tmp_path_factory.mktemp("styles"), python=python or "", environment=environment)


@pytest.fixture
def style_run(found: dict[str, Metered], style: str, request) -> Metered:
    """What was metered of one style, whose script has run to its end."""
    python = request.module.PYTHON
    if python is None:
        pytest.skip(request.module.WITHOUT)
    if need := missing(request.module.TABLE[style], python):
        pytest.skip(f"{need} is not in {python}")
    assert found[style].code == 0, found[style].stderr
    return found[style]


def missing(style: styles.Style, python: str) -> str:
    """What this style needs and that Python has not; empty when it has all."""
    if "compiler" in style.needs and shutil.which("g++") is None:
        return "a C++ compiler"
    held = _held(python, _NEEDS)
    return next((need for need in style.needs if need not in held and need != "compiler"), "")


_NEEDS = tuple(sorted({need for style in styles.table(*styles.FOLDERS).values() for need in style.needs}))
_KNOWN: dict[str, frozenset[str]] = {}
PROBE = """
import sys
from importlib import metadata
from packaging.requirements import Requirement
for word in sys.argv[1:]:
    need = Requirement(word)
    try:
        print(word if need.specifier.contains(metadata.version(need.name), prereleases=True) else "")
    except metadata.PackageNotFoundError:
        pass
"""


def _held(python: str, needs: tuple[str, ...]) -> frozenset[str]:
    if python not in _KNOWN:
        said = subprocess.run([python, "-c", PROBE, *needs], text=True, capture_output=True, check=True).stdout
        _KNOWN[python] = frozenset(said.splitlines())
    return _KNOWN[python]
