"""More than one framework is used, or one that is too old.

## What it checks
Which of the frameworks of the clause the code imports, and whether the versions that the list of packages admits reach
the one asked for. Exactly one framework passes.

## Why it matters
The task is set in one of these frameworks from a version on; the environment is built by that list.

## Evidence
The imports of every notebook and script, read from the text, and the lines of `requirements.txt`. A framework without a
version in the list passes: the installer takes the newest. One that is not listed, or is from an address, is unknown.

## How to fix
Write all models in one framework, and give its line a version such as `torch>=2.1`.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import why_absent
from validator.marking.documents import of_kind, packages_of, top_modules
from validator.marking.finding import Finding
from validator.marking.flags import NOT_PARSED
from validator.marking.flags import of_kind as flags_of_kind
from validator.marking.packages import FRAMEWORK_OF, PACKAGE_OF, is_too_old
from validator.marking.rubric import Clause
from validator.marking.words import counted, places

UNREADABLE, STRANGE_LINE = "requirements-unreadable", "requirement-line"
READINGS = ()
LIMITS = {"frameworks": tuple[str, ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding on which framework is used, and one on the version of each that is."""
    if not evidence.sources:
        yield Finding(verdict="unknown", message=f"no code was read: {why_absent(evidence, 'source')}")
        return
    asked = [line.partition(">=") for line in clause.limits["frameworks"]]
    wanted = {name.strip(): least.strip() for name, _, least in asked}
    used: dict[str, list[str]] = {}
    for module, where in top_modules(evidence).items():
        framework = FRAMEWORK_OF.get(module)
        if framework:
            used.setdefault(framework, []).append(f"{module} at {where}")
    yield _used(evidence, used, wanted)
    for framework in used:
        if framework in wanted:
            yield _version(evidence, framework, least=wanted[framework])


def _used(evidence: Evidence, used: dict[str, list[str]], wanted: dict[str, str]) -> Finding:
    choice = " or ".join(wanted)
    said = "; ".join(f"{name} ({places(where)})" for name, where in used.items())
    if len(used) > 1 or any(name not in wanted for name in used):
        message = f"imports {said}; one of {choice} is asked for"
        return Finding(verdict="fail", message=message, witness="observed")
    unread = [source.path for source in evidence.sources if flags_of_kind(source.flags, NOT_PARSED)]
    if not used or unread:
        what = (
            f"imports {said}, but not all code could be read: {places(unread)}"
            if used
            else f"no import of {choice} was seen"
        )
        return Finding(verdict="unknown", message=what)
    return Finding(verdict="pass", message=f"imports {said}", witness="observed")


def _version(evidence: Evidence, framework: str, *, least: str) -> Finding:
    if not of_kind(evidence, "requirements"):
        why = why_absent(evidence, "requirements")
        return Finding(verdict="unknown", message=f"the version of {framework} is not known: {why}")
    listed = {
        name: words for name, words in packages_of(evidence).items() if name in PACKAGE_OF.get(framework, (framework,))
    }
    if not listed:
        message = f"the version of {framework} is not known: {_why_unlisted(evidence)}"
        return Finding(verdict="unknown", message=message)
    said = ", ".join(f"{name}{words and ' '}{words or ' in any version'}" for name, words in listed.items())
    if any(is_too_old(words, least=least) for words in listed.values()):
        message = f"requirements.txt asks for {said}; at least {least} is asked for"
        return Finding(verdict="fail", message=message, witness="observed")
    if any(words == "from an address" for words in listed.values()):
        return Finding(verdict="unknown", message=f"the version is not known: {said}")
    return Finding(verdict="pass", message=f"requirements.txt asks for {said}", witness="observed")


def _why_unlisted(evidence: Evidence) -> str:
    """Why no line is about a framework: the list could not be read, some of its lines are strange, or it has none."""
    files = of_kind(evidence, "requirements")
    unread = [flag.detail for one in files for flag in flags_of_kind(one.flags, {UNREADABLE})]
    if unread:
        return f"{places(one.path for one in files)} could not be read ({places(unread)})"
    strange = sum(len(flags_of_kind(one.flags, {STRANGE_LINE})) for one in files)
    but = f", but {counted(strange, 'lines')} of it could not be taken for packages" if strange else ""
    return f"requirements.txt has no line for it{but}"
