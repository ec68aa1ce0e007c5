"""What each page of an opened PDF shows: its text, its pictures, whether it is a scan or drawn as outlines.

Touches the file's bytes through pypdf, in the child process only. Knows no references and no page limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from validator.evidence import Flag
from validator.measuring.probes import paper_hazards, paper_pictures

PAGE_CHARACTERS = 200_000
QUOTE_CHARACTERS = 160
SCAN_SHARE = 0.6


class Refused(Exception):
    """The file cannot be read as a paper; carries the flag that says why, and the page count if it is known."""

    def __init__(self, kind: str, detail: str, *, where: str = "", pages_total: int | None = None) -> None:
        super().__init__(detail)
        self.flag = Flag(kind=kind, detail=detail[:QUOTE_CHARACTERS], where=where)
        self.pages_total = pages_total


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the pages show, in their order."""

    pages: list[Any]
    texts: list[str]
    pictures: list[list[paper_pictures.Picture]]
    outlined: list[bool]
    """Whether the page draws so many lines and curves that they may be letters."""
    unread: tuple[int, ...]
    """Pages that draw something which is neither text nor a picture, as torn ones do; from 1."""


def shown_by(pages: list[Any]) -> Seen:
    """Look at every page once. Raises Refused at the first page that cannot be read."""
    texts = [_text(page, number, len(pages)) for number, page in enumerate(pages, 1)]
    shown = [_pictures(page) for page in pages]
    unread = [
        number
        for number, (page, text, some) in enumerate(zip(pages, texts, shown, strict=True), 1)
        if not text.strip() and not some and _draws(page)
    ]
    outlined = [_is_outlined(page) for page in pages]
    return Seen(pages=pages, texts=texts, pictures=shown, outlined=outlined, unread=tuple(unread))


def _text(page: Any, number: int, total: int) -> str:
    """The page's text; the content is unpacked first, because a bomb would otherwise be an empty page."""
    try:
        contents = page.get_contents()
        if contents is not None:
            contents.get_data()
        text: str = page.extract_text()
    except MemoryError:
        raise
    except Exception as error:
        detail = f"page {number} cannot be read: {said(error)}"
        raise Refused("unreadable", detail, where=f"p{number}", pages_total=total) from error
    return text[:PAGE_CHARACTERS]


def _pictures(page: Any) -> list[paper_pictures.Picture]:
    """Pictures help to see more; a page whose drawing cannot be followed simply shows none."""
    try:
        return paper_pictures.pictures(page)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the text is read already, and is what counts
        return []


def is_covered(page: Any, shown: Sequence[paper_pictures.Picture]) -> bool:
    """Whether one picture takes most of the page, as a scan does."""
    whole = float(page.mediabox.width) * float(page.mediabox.height)
    return any(picture.area > SCAN_SHARE * whole for picture in shown)


def _is_outlined(page: Any) -> bool:
    """Whether the page's own drawing has as many path segments as text turned into outlines; True where unreadable."""
    try:
        contents = page.get_contents()
        operations = [] if contents is None else contents.operations
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - what cannot be followed is not called little
        return True
    segments = sum(operator in (b"l", b"c", b"v", b"y", b"re") for _, operator in operations)
    return segments >= paper_hazards.OUTLINE_OPERATIONS


def _draws(page: Any) -> bool:
    contents = page.get_contents()
    return contents is not None and bool(contents.get_data().strip())


def said(error: BaseException) -> str:
    """The error on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:QUOTE_CHARACTERS]
