"""No seed is set for a generator of random numbers that the code uses.

## What it checks
Whether some call in the code seeds the generator of each framework that is imported, and those of NumPy and Python
where the code draws from them. Calls that seed several at once count for each.

## Why it matters
Without seeds no two runs give the same weights, and no result can be had again exactly.

## Evidence
Calls in the text of every notebook and script, with their places; nothing is executed for it. A seed in text that is
put together, in a file that could not be read, or in a function `set_seed` that was not handed in, is not seen: then
it is unknown. A function that is handed on, as in `for f in (torch.manual_seed, random.seed): f(1)`, counts as called;
a function of one's own counts where its file calls it or another file imports that file.

## How to fix
Set every seed in the first cell: `torch.manual_seed(2023)`, `numpy.random.seed(2023)`, `random.seed(2023)`, or
`tensorflow.keras.utils.set_random_seed(2023)` for all three.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from validator.evidence import Evidence, Flag
from validator.marking.absence import why_absent
from validator.marking.documents import own_modules, top_modules
from validator.marking.finding import Finding
from validator.marking.flags import NOT_PARSED
from validator.marking.packages import FRAMEWORK_OF
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ()
LIMITS: dict[str, object] = {}
SEEDS, DRAWS, CALLS_SEEDER = "sets-seed", "draws-random", "calls-seeder"
UNCALLED = "which nothing in this file calls"
UNSEEN = frozenset({*NOT_PARSED, "exec-or-eval", "dynamic-import"})
SEEDABLE = ("torch", "tensorflow")


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with the generators that nothing seeds; unknown where some of the code is out of sight."""
    if not evidence.sources:
        yield Finding(verdict="unknown", message=f"no code was read: {why_absent(evidence, 'source')}")
        return
    flags = [(source.path, flag) for source in evidence.sources for flag in source.flags]
    imports = {part for source in evidence.sources for item in source.imports for part in item.module.split(".")}
    seeded = _seeded(flags, imported=imports)
    drawn = _drawn(evidence, flags)
    lacking = {name: where for name, where in drawn.items() if name not in seeded}
    said = "; ".join(f"{name} ({places(where)})" for name, where in seeded.items()) or "nothing"
    hidden = [f"{path} ({flag.detail})" for path, flag in flags if flag.kind in UNSEEN]
    own = own_modules(evidence)
    hidden += [
        f"{path} {flag.where} (calls {flag.detail})"
        for path, flag in flags
        if flag.kind == CALLS_SEEDER and flag.detail.strip(".").split(".")[0] not in own
    ]
    if not drawn:
        message = f"no framework is imported and nothing drawn at random; seeded: {said}"
        yield Finding(verdict="unknown", message=message)
    elif not lacking:
        yield Finding(verdict="pass", message=f"seeded: {said}", witness="observed")
    elif hidden:
        message = f"no call was seen that seeds {', '.join(lacking)}, but not all code can be seen: {places(hidden)}"
        yield Finding(verdict="unknown", message=message)
    else:
        used = "; ".join(f"{name} (used at {where})" for name, where in lacking.items())
        yield Finding(verdict="fail", message=f"no call seeds {used}; seeded: {said}", witness="observed")


def _seeded(flags: list[tuple[str, Flag]], *, imported: set[str]) -> dict[str, list[str]]:
    """Generator to the places where it is seeded; not where nothing calls the function, nor imports its file."""
    found: dict[str, list[str]] = {}
    for path, flag in flags:
        idle = flag.detail.endswith(UNCALLED) and PurePosixPath(path).stem not in imported
        if flag.kind == SEEDS and not idle:
            names, _, call = flag.detail.partition(": ")
            for name in filter(None, (part.strip() for part in names.split(","))):
                found.setdefault(name, []).append(f"{call}, {path} {flag.where}")
    return found


def _drawn(evidence: Evidence, flags: list[tuple[str, Flag]]) -> dict[str, str]:
    """Generators that the code uses, each with the first place."""
    drawn: dict[str, str] = {}
    for module, where in top_modules(evidence).items():
        framework = FRAMEWORK_OF.get(module)
        if framework in SEEDABLE:
            drawn.setdefault(framework, where)
    for path, flag in flags:
        if flag.kind == DRAWS:
            drawn.setdefault(flag.detail.partition(": ")[0], f"{path} {flag.where}")
    return drawn
