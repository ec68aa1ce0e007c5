"""The paper does not name its repository in the organisation.

## What it checks
Whether an address in the paper, in its text or behind a link, leads to a repository whose owner is the organisation of
the clause. The owner is the first part of the address's path: an account of one's own with the organisation's name in
the name of the repository is another owner. Capital letters make no difference.

## Why it matters
The code is marked with the paper, and others are to find it where the course keeps it.

## Evidence
Addresses of the host as they stand in the text, joined over the ends of lines, and those behind links of the PDF. No
address is opened: whether the repository exists and holds the code, a person looks. What the program does not find, a
person may.

## How to fix
Print the whole address in the paper, such as https://github.com/ORGANISATION/REPOSITORY, and move a repository of your
own to the organisation first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import why_absent
from validator.marking.claims import NOT_FOUND
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ()
LIMITS = {"owner": str}
OPTIONAL = {"host": str}
USUAL_HOST = "github.com"
ADDRESS = r"(?:^|//|@|www\.){host}[/:]+(?:(orgs|organizations)/)?([\w.-]+)(?:/([\w.-]+))?"
"""Where an organisation's own page is, no repository is named."""


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Pass where one address names it; else unknown, with what was found."""
    what = "whether the paper names its repository"
    if not evidence.papers:
        yield Finding(verdict="unknown", message=f"{what}: no paper was read: {why_absent(evidence, 'paper')}")
        return
    owner, host = clause.limits["owner"], clause.limits.get("host", USUAL_HOST)
    paper = evidence.papers[0]
    found = [repository for link in paper.links for repository in _repositories(link, host)]
    mine = [name for who, name in found if who.casefold() == owner.casefold() and name]
    if mine:
        message = f"the paper names the repository {mine[0]} of {owner}"
        yield Finding(verdict="pass", message=message, where=paper.path, witness="claimed")
        return
    others = [f"{who}/{name}" if name else who for who, name in found]
    beside = f"; it names {places(others)}" if others else ""
    message = f"a repository of {owner} on {host} is {NOT_FOUND}{beside}"
    yield Finding(verdict="unknown", message=message, where=paper.path)


def _repositories(link: str, host: str) -> Iterator[tuple[str, str]]:
    """Owner and name of each repository in an address; the name is empty where it ends at the owner."""
    for found in re.finditer(ADDRESS.format(host=re.escape(host)), link, re.IGNORECASE):
        page, owner, name = found.groups(default="")
        yield owner.strip("."), "" if page else name.removesuffix(".git").strip(".")
