"""A package is imported that requirements.txt does not list.

## What it checks
Each module that the code imports against the packages of `requirements.txt`: those listed, those that listed ones
bring along, and what these bring in turn (torchvision brings PyTorch and NumPy; PyTorch alone brings no NumPy).
Modules of Python itself, of the notebook and of the submission's own files need no line.

## Why it matters
Whoever builds the environment from the list cannot run the code without that package.

## Evidence
The imports of every notebook and script, read from the text, and the lines of the list. A module fails only where it is
known which package brings it; another one may come with a package of any name, and goes to a person.

## How to fix
Make a new environment, install the list, run everything in it, and add what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import why_absent
from validator.marking.documents import of_kind, own_modules, packages_of, top_modules, unread
from validator.marking.finding import Finding
from validator.marking.package_table import PACKAGE_OF
from validator.marking.packages import is_brought, is_installed_anyway
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ("requirements.packages",)
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with the imports that have no line; unknown where it cannot be told which package they come with."""
    listed = of_kind(evidence, "requirements")
    if not listed:
        yield unread(evidence, "requirements", "no list of packages was read")
        return
    if not evidence.sources:
        yield Finding(verdict="unknown", message=f"no code was read: {why_absent(evidence, 'source')}")
        return
    broken = [flag.detail for document in listed for flag in document.flags if flag.kind == "requirements-unreadable"]
    if broken:
        yield Finding(verdict="unknown", message=broken[0], where=listed[0].path)
        return
    packages, own = packages_of(evidence), own_modules(evidence)
    lacking = {
        module: where
        for module, where in top_modules(evidence).items()
        if module not in own and not is_installed_anyway(module) and not is_brought(module, packages)
    }
    yield from _findings(lacking, listed[0].path, len(packages))


def _findings(lacking: dict[str, str], path: str, packages: int) -> Iterator[Finding]:
    known = [f"{module} ({where})" for module, where in lacking.items() if module in PACKAGE_OF]
    others = [f"{module} ({where})" for module, where in lacking.items() if module not in PACKAGE_OF]
    if known:
        message = f"imported and not listed: {places(known)}"
        yield Finding(verdict="fail", message=message, where=path, witness="observed")
    if others:
        message = f"imported, and no package of that name is listed: {places(others)}; another may bring it"
        yield Finding(verdict="unknown", message=message, where=path)
    if not lacking:
        message = f"every import has its package among the {packages} that are listed"
        yield Finding(verdict="pass", message=message, where=path, witness="observed")
