"""How to fix a fail: the paragraph under that heading on the rule's page, which is the rule module's docstring.

A rule that is gone, or has no such paragraph, yields no words rather than an error.
"""

from __future__ import annotations

import re

from validator.marking.rules import HEADINGS, find_rule


def how_to_fix(rule: str) -> str:
    """The remedy on the page of `paper/too-long`, on one line; empty when there is none."""
    try:
        page = find_rule(rule).page
    except LookupError:
        return ""
    return _section(page, "How to fix")


def _section(page: str, heading: str) -> str:
    """The text between this heading and the next."""
    names = "|".join(map(re.escape, HEADINGS))
    parts = re.split(rf"^#+[ \t]*({names})[ \t]*$", page, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    return " ".join(found.get(heading, "").split())
