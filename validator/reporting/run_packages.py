"""In which environment the notebooks of one submission ran, in a sentence without a place of the machine."""

from __future__ import annotations

import re

from validator.evidence import Evidence

CHOICE = "run.environment.choice"
NAMED = ", as asked for"
PLACE = re.compile(r"(?<![\w.:/])/[\w.-]+(?:/[\w.@+-]+)+/?")


def sentence(evidence: Evidence) -> str:
    """Empty where nothing was executed, or older evidence does not say."""
    words = evidence.environment.get(CHOICE, "") if evidence.runs else ""
    if words.endswith(NAMED) and not words.startswith("the harness's own"):
        return "one that was named when it was marked"
    return PLACE.sub("(a folder)", words)
