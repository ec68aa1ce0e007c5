"""The pages of a paper as small pictures: each is on the report once, and shown beside every finding that names it.

Picks and packs; draws nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from validator.evidence import Evidence
from validator.marking.report import PricedFinding
from validator.reporting.figures import Shown, shown

FAMILIES = ("paper", "integrity")
"""Rules whose findings may name pages of the paper."""
NAMED = re.compile(r"(?<![\w./-])p(\d{1,3})(?![\w.-])")
SPOKEN = re.compile(r"\bpage (\d{1,3})\b")
MOST_BESIDE = 3


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page that has a picture; `id` names the picture on the report."""

    id: str
    number: int
    picture: Shown


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The pages of every paper, by its path."""

    papers: Mapping[str, tuple[Page, ...]]

    @property
    def every(self) -> tuple[Page, ...]:
        """Of all papers, in their order."""
        return tuple(page for pages in self.papers.values() for page in pages)

    def beside(self, finding: PricedFinding) -> tuple[Page, ...]:
        """The pages that a finding names, in its place and in its words; of the paper it names, or the first."""
        if finding.rule.partition("/")[0] not in FAMILIES or not self.papers:
            return ()
        path = next((path for path in self.papers if path and path in finding.where), next(iter(self.papers)))
        place = finding.where.replace(path, "")
        named = [*NAMED.findall(place), *NAMED.findall(finding.message)] or SPOKEN.findall(finding.message)
        wanted = list(dict.fromkeys(int(number) for number in named))
        found = {page.number: page for page in self.papers[path]}
        return tuple(found[number] for number in wanted if number in found)[:MOST_BESIDE]


def pages_of(evidence: Evidence, pictures: Mapping[str, bytes]) -> Pages:
    """The pages whose pictures are there; `pictures` maps `Picture.path` to the bytes of a PNG or JPEG."""
    papers = {}
    for number, paper in enumerate(evidence.papers, 1):
        drawn = (shown(picture, pictures.get(picture.path, b"")) for picture in paper.pictures)
        kept = [item for item in drawn if item.address and item.width and item.height]
        papers[paper.path] = tuple(
            Page(id=f"sheet-{number}-{_number(item)}", number=_number(item), picture=item)
            for item in kept
            if _number(item)
        )
    return Pages(papers=papers)


def _number(item: Shown) -> int:
    """`page-3` is the third page; 0 where the name says none."""
    number = item.picture.name.removeprefix("page-")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
