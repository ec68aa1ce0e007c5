"""Every rule's page as one Markdown document, made from the modules: `docs/rules.md` is its output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from validator.marking.rules import Rule
from validator.marking.shapes import kind_text

HEAD = """\
# Rules

Made from the rules' modules by `validate rules --all > docs/rules.md`; change the module, not this page.

A rubric's clause names a rule by its address, which is also its file: `paper/too-long` is
`validator/marking/rules/paper/too_long.py`. Every finding is a pass, a fail or an unknown; an unknown costs nothing and
goes to a person. What a fail costs stands in the rubric.
"""


def render(rules: Iterable[Rule]) -> str:
    """The document: families in order, and in each its rules by address."""
    ordered = sorted(rules, key=lambda rule: rule.id)
    parts = [HEAD, *_contents(ordered)]
    for family, members in groupby(ordered, key=_family):
        parts += ["", f"## {family}", *(line for rule in members for line in _rule(rule))]
    return "\n".join(parts) + "\n"


def limits_text(limits: Mapping[str, Any]) -> str:
    """`pages (a whole number), policy (without-references or all)`; `none` without any."""
    return ", ".join(f"{name} ({kind_text(kind)})" for name, kind in limits.items()) or "none"


def _family(rule: Rule) -> str:
    return rule.id.split("/", maxsplit=1)[0]


def _contents(rules: Iterable[Rule]) -> Iterator[str]:
    yield from ("| rule | what fails it |", "|---|---|")
    for rule in rules:
        yield f"| [`{rule.id}`](#{rule.id.replace('/', '')}) | {rule.title.replace('|', chr(92) + '|')} |"


def _rule(rule: Rule) -> Iterator[str]:
    """The page one heading deeper, then what the rule declares."""
    title, _, body = rule.page.partition("\n")
    yield from ("", f"### {rule.id}", "", title)
    for line in body.rstrip().splitlines():
        yield f"**{line.removeprefix('## ')}.**" if line.startswith("## ") else line
    readings = ", ".join(f"`{name}`" for name in rule.readings) or "none"
    yield ""
    yield f"- Limits: {limits_text(rule.limits)}"
    if rule.optional:
        yield f"- It may also take: {limits_text(rule.optional)}"
    yield f"- Readings: {readings}"
    if rule.unit:
        yield f"- Counts its excess in {rule.unit}"
