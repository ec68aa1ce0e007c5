"""A library is imported that may not be used.

## What it checks
The modules that the code imports, by their first name, against the forbidden ones of the clause. Where the clause
also lists frameworks that are allowed, code that imports none of them goes to a person. An attempt counts whether the
library is installed or not; a library's own optional import of another does not.

## Why it matters
The task is set in particular frameworks, and the counts are taken in them.

## Evidence
The imports of every notebook and script, read from the text without running it, each with its cell and line; and the
imports that the student's code tried while it ran, also by name, in executed text or in a process it started.

## How to fix
Write that part in an allowed framework and remove the import.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence, Import, Witness
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import IMPORTS, LIBRARY_ATTEMPT, NOT_PARSED, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ()
LIMITS = {"forbidden": tuple[str, ...]}
OPTIONAL = {"allowed": tuple[str, ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with the places of forbidden imports; unknown where a source could not be read."""
    if not evidence.sources:
        yield Finding(verdict="unknown", message=f"no code was read: {why_absent(evidence, 'source')}")
        return
    banned = _banned(evidence, clause)
    tried = _tried(evidence, clause)
    own = [path for path, item in banned if _is_own_file(evidence, _first_name(item))]
    unread = [
        f"{source.path} ({flag.detail})" for source in evidence.sources for flag in of_kind(source.flags, NOT_PARSED)
    ]
    if len(banned) > len(own) or tried:
        yield _imported([pair for pair in banned if not _is_own_file(evidence, _first_name(pair[1]))], tried)
    elif own:
        names = ", ".join(dict.fromkeys(_first_name(item) for _, item in banned))
        message = f"a file of the submission bears the name of a forbidden library ({names}), and is imported"
        yield Finding(verdict="unknown", message=message, where=own[0])
    elif unread:
        yield Finding(verdict="unknown", message=f"not all code could be read: {places(unread)}")
    else:
        yield _frameworks(evidence, clause)


def _banned(evidence: Evidence, clause: Clause) -> list[tuple[str, Import]]:
    """Forbidden imports in the text, each with its file."""
    imports = [(source.path, item) for source in evidence.sources for item in source.imports]
    return [(path, item) for path, item in imports if _first_name(item) in clause.limits["forbidden"]]


def _tried(evidence: Evidence, clause: Clause) -> list[tuple[str, str]]:
    """Module and words of each attempt that the agent saw."""
    attempts = [(run.path, flag) for run in evidence.runs for flag in of_kind(run.flags, {LIBRARY_ATTEMPT})]
    named = [(flag.detail.partition(IMPORTS)[2], f"{path} {flag.where}".strip()) for path, flag in attempts]
    said = [(words.partition(" ")[0], f"{where} {words.partition(' ')[2]}") for words, where in named]
    return [(module, where) for module, where in said if module.split(".")[0] in clause.limits["forbidden"]]


def _imported(banned: list[tuple[str, Import]], tried: list[tuple[str, str]]) -> Finding:
    """Both witnesses in one sentence: the text, and the run."""
    where = places(f"{path} {item.where}" for path, item in banned)
    names = ", ".join(dict.fromkeys(_first_name(item) for _, item in banned))
    said = [f"imports {names} at {where}"] if banned else []
    if tried:
        modules = ", ".join(dict.fromkeys(module for module, _ in tried))
        said.append(f"imports {modules} when run: {places(words for _, words in tried)}")
    witness: Witness = "observed" if banned else "reported"
    return Finding(verdict="fail", message="; ".join(said), where=where or tried[0][1], witness=witness)


def _is_own_file(evidence: Evidence, name: str) -> bool:
    """Whether the import means a file of the submission."""
    names = {entry.path.rpartition("/")[2] for entry in evidence.layout.files}
    return f"{name}.py" in names


def _frameworks(evidence: Evidence, clause: Clause) -> Finding:
    """Nothing forbidden was seen: say which allowed frameworks were, in each file that fills a role."""
    allowed = clause.limits.get("allowed", ())
    judged = [source for source in evidence.sources if source.role] or list(evidence.sources)
    without = [source.path for source in judged if not {_first_name(i) for i in source.imports} & set(allowed)]
    if allowed and without:
        message = f"no import of {' or '.join(allowed)} was seen in {places(without)}"
        return Finding(verdict="unknown", message=message)
    files = places(source.path for source in evidence.sources)
    return Finding(verdict="pass", message=f"no forbidden library is imported in {files}", witness="observed")


def _first_name(item: Import) -> str:
    return item.module.split(".", maxsplit=1)[0]
