"""How the data are split was not seen to be as asked for.

## What it checks
Calls that split or shuffle data, with what they say of size and seed, against the seed and the share of the clause. A
call that says both passes; everything else is for a person, who knows whether the data set brings a split of its own.

## Why it matters
Results on the same test data can be compared, and a test set that moves from run to run has been trained on.

## Evidence
Calls in the text of every notebook and script, with the values that are written out. A split by slicing, by folders or
by the data set's own files is not seen. This rule never fails anybody.

## How to fix
Say it in one call: `train_test_split(..., test_size=0.2, random_state=2023)` or the framework's own, with that seed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from validator.evidence import Evidence
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import of_kind
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ()
LIMITS = {"seed": int, "share": Decimal}
SPLITS = "splits-data"
SEED = re.compile(r"(?:random_state|seed|seeded with) (\d+)")
SHARE = re.compile(r"(test_size|validation_split|train_size|lengths) (\[[^\]]*\]|[\d.]+)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Passes on a call with that seed and that share; unknown with all that was seen otherwise."""
    if not evidence.sources:
        yield Finding(verdict="unknown", message=f"no code was read: {why_absent(evidence, 'source')}")
        return
    seed, share = clause.limits["seed"], float(clause.limits["share"])
    seen = [
        (f"{source.path} {flag.where}", flag.detail)
        for source in evidence.sources
        for flag in of_kind(source.flags, {SPLITS})
    ]
    right = [f"{detail} ({where})" for where, detail in seen if _says(detail, seed=seed, share=share)]
    every = [f"{detail} ({where})" for where, detail in seen]
    if right:
        yield Finding(verdict="pass", message=f"split by {places(right)}", witness="observed")
    else:
        said = f"; seen: {places(every)}" if every else "; no such call was seen"
        message = f"a split of {share:g} by seed {seed} was not seen{said}. The data set may bring a split of its own"
        yield Finding(verdict="unknown", message=message)


def _says(detail: str, *, seed: int, share: float) -> bool:
    seeds = [int(number) for number in SEED.findall(detail)]
    return seed in seeds and any(_is_share(name, text, share) for name, text in SHARE.findall(detail))


def _is_share(name: str, text: str, share: float) -> bool:
    """`test_size 0.2`, `train_size 0.8` and `lengths [0.8 0.2]` all say a fifth."""
    numbers = [float(number) for number in NUMBER.findall(text)]
    if not numbers or (name == "lengths" and not sum(numbers)):
        return False
    test = 1 - numbers[0] if name == "train_size" else numbers[-1] / (sum(numbers) if name == "lengths" else 1)
    return abs(test - share) < 1e-6
