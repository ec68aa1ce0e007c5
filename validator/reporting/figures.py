"""Which picture stands where on the page: under the first question that names it, once; linked from the others.

Picks and packs; draws nothing. A picture that is no PNG or JPEG is not put on a page.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from validator.evidence import Evidence, Picture
from validator.marking.report import Answer, CriterionSheet, Report

SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How the pictures begin that a page may show; anything else is not embedded."""

OF_PIXELS = frozenset({"samples", "interpolations"})
"""Pictures of nothing but small images, which are enlarged without smoothing; others hold words and lines."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One picture with its data address; empty when the file is missing or is no picture."""

    picture: Picture
    address: str
    lookalike: bool
    width: int = 0
    """Pixels, so that the page does not jump while it loads; 0 when not known."""
    height: int = 0

    @property
    def is_of_pixels(self) -> bool:
        """Whether it shows pixels that must stay squares."""
        return self.picture.name in OF_PIXELS


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One question as the page shows it."""

    answer: Answer
    here: tuple[Shown, ...]
    """Pictures that stand under it."""
    elsewhere: tuple[Shown, ...]
    """Pictures that stand under an earlier question."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One criterion as the page shows it."""

    criterion: CriterionSheet
    questions: tuple[Answered, ...]


def packed(evidence: Evidence, pictures: Mapping[str, bytes]) -> dict[str, tuple[Shown, ...]]:
    """What each part of the evidence shows, by the role it is about."""
    return {
        metrics.about: tuple(
            shown(picture, pictures.get(picture.path, b""), lookalike=metrics.lookalike) for picture in metrics.pictures
        )
        for metrics in evidence.metrics
    }


def sheets(report: Report, made: Iterable[Shown]) -> tuple[Sheet, ...]:
    """The marking scheme with each picture in its place."""
    by_name: dict[str, Shown] = {}
    for item in made:
        by_name.setdefault(item.picture.name, item)
    placed: set[str] = set()
    found = []
    for criterion in report.criteria:
        questions = []
        for answer in criterion.questions:
            named = [by_name[name] for name in answer.pictures if name in by_name]
            here = tuple(item for item in named if item.picture.name not in placed)
            elsewhere = tuple(item for item in named if item.picture.name in placed)
            placed |= {item.picture.name for item in here}
            questions.append(Answered(answer=answer, here=here, elsewhere=elsewhere))
        found.append(Sheet(criterion=criterion, questions=tuple(questions)))
    return tuple(found)


def left_over(items: Iterable[Shown], placed: Iterable[Sheet]) -> tuple[Shown, ...]:
    """Pictures that no question asks for."""
    used = {id(item) for sheet in placed for question in sheet.questions for item in question.here}
    return tuple(item for item in items if id(item) not in used)


def shown(picture: Picture, content: bytes, *, lookalike: bool = False) -> Shown:
    """The picture as a page can hold it."""
    kind = next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), "")
    address = f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}" if kind else ""
    width, height = _size(content) if kind == "image/png" else (0, 0)
    return Shown(picture=picture, address=address, lookalike=lookalike, width=width, height=height)


def _size(png: bytes) -> tuple[int, int]:
    """Width and height from the header of a PNG; nothing when it is cut off."""
    return struct.unpack(">II", png[16:24]) if len(png) >= 24 else (0, 0)
