"""How to fix a fail: the paragraph under that heading on the rule's page, which is the rule module's docstring.

Knows only where rules live; a rule without a page yields no words rather than an error.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import inspect
import re
from pathlib import Path

HEADINGS = ("What it checks", "Why it matters", "Evidence", "How to fix")

IDENTITY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*")


def how_to_fix(rule: str) -> str:
    """The remedy on the page of `paper/too-long`, on one line; empty when there is none."""
    return _section(_page(rule), "How to fix")


@functools.cache
def _page(rule: str) -> str:
    """The docstring, read from the source: a rule need not be imported to be quoted."""
    if not IDENTITY.fullmatch(rule):
        return ""
    try:
        spec = importlib.util.find_spec("validator.marking.rules." + rule.replace("/", ".").replace("-", "_"))
    except ModuleNotFoundError:
        return ""
    if spec is None or spec.origin is None:
        return ""
    source = Path(spec.origin).read_text(encoding="utf-8")
    return inspect.cleandoc(ast.get_docstring(ast.parse(source)) or "")


def _section(page: str, heading: str) -> str:
    """The text after the heading, whether the heading stands on a line of its own or opens the paragraph."""
    names = "|".join(map(re.escape, HEADINGS))
    parts = re.split(rf"^[#\s]*({names})[ \t]*[:.]?[ \t]*", page, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    return " ".join(re.sub(r"^[-=~]{3,}\s*$", "", found.get(heading, ""), flags=re.MULTILINE).split())
