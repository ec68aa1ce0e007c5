"""What each page of an opened PDF shows: its text, its pictures, whether it is a scan or drawn as outlines.

Touches the file's bytes through pypdf, in the child process only. Knows no references and no page limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from validator.evidence import Flag
from validator.measuring.probes import (
    paper_drawn,
    paper_hazards,
    paper_imposed,
    paper_paths,
    paper_pictures,
    paper_recognised,
)
from validator.measuring.probes.paper_lines import Line, Places
from validator.measuring.probes.paper_raised import Fragments
from validator.measuring.probes.paper_swapped import unswapped
from validator.measuring.probes.paper_typed import UNTOLD, Typed

READER_LIMIT, READER_FAILED = "reader-limit", "reader-failed"
"""A limit of ours ended the reading, or our reader gave up: neither says anything against the file."""
SETTINGS = frozenset(b"q Q cm g G rg RG k K cs CS sc SC scn SCN w J j M i ri gs".split())
"""Operators that draw nothing."""
NUMBER = re.compile(rb"[-+]?\d*\.?\d*|/\w+")
SETTINGS_BYTES = 1000
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
    marked: list[str]
    """The same texts with raised digits told from others: `10^4`, and footnote marks left out."""
    typed: list[list[Typed]]
    """How each line of each text is set."""
    pictures: list[list[paper_pictures.Picture]]
    outlined: list[bool]
    """Whether the page draws so many lines and curves that they may be letters."""
    unread: tuple[int, ...]
    """Pages that draw something which is neither text nor a picture, as torn ones do; from 1."""
    lines: list[list[Line]]
    """Where the text of each page stands, top to bottom."""
    recognised: tuple[int, ...]
    """Pages that are a picture with recognised text over it; from 1."""
    imposed: tuple[int, ...]
    """Pages that are put together of scaled ones; from 1."""


def shown_by(pages: list[Any]) -> Seen:
    """Look at every page once. Raises Refused at the first page that cannot be read."""
    shown = [_page(page, number, len(pages)) for number, page in enumerate(pages, 1)]
    return Seen(
        pages=pages,
        texts=[one.text for one in shown],
        marked=[one.marked for one in shown],
        typed=[one.typed for one in shown],
        pictures=[one.pictures for one in shown],
        outlined=[one.outlined for one in shown],
        unread=tuple(
            number for number, one in enumerate(shown, 1) if one.draws and not one.text.strip() and not one.pictures
        ),
        lines=[one.lines for one in shown],
        recognised=tuple(number for number, one in enumerate(shown, 1) if one.recognised),
        imposed=tuple(number for number, one in enumerate(shown, 1) if one.imposed),
    )


@dataclass(frozen=True, kw_only=True)
class _Page:
    text: str
    marked: str
    typed: list[Typed]
    pictures: list[paper_pictures.Picture]
    outlined: bool
    draws: bool
    lines: list[Line]
    recognised: bool
    imposed: bool


def _page(page: Any, number: int, total: int) -> _Page:
    """One page; its content is parsed once for all that is asked, and forgotten before the next page."""
    packed = page.get("/Contents")
    try:
        contents = page.get_contents()
        # Unpacked here, because a bomb would otherwise be an empty page.
        draws = _draws(contents.get_data()) if contents is not None else _is_lost(packed)
        if contents is not None:
            contents.forced_encoding = "bytes"  # as text is extracted from it
            page.update({"/Contents": contents})
        fragments, places = Fragments(), Places()

        def visit(text: str, *manner: Any) -> None:
            for kept in (fragments, places):
                kept.visit(unswapped(text), *manner)

        text = unswapped(page.extract_text(visitor_text=visit))
    except MemoryError:
        raise
    except Exception as error:
        detail = f"page {number} cannot be read: {said(error)}"
        kind = READER_LIMIT if _is_limit(error) else "unreadable"
        raise Refused(kind, detail, where=f"p{number}", pages_total=total) from error
    operations = _operations(contents)
    if contents is not None:
        page.update({"/Contents": packed})
    pictures, typed = _pictures(page, operations, places), fragments.typed(text)
    recognised = (
        bool(text.strip()) and is_covered(page, pictures) and _holds(paper_recognised.is_recognised, page, operations)
    )
    if recognised:  # the scan is no figure, and its letters are set as the program guessed
        pictures, typed = [one for one in pictures if not is_covered(page, [one])], [UNTOLD] * len(typed)
    return _Page(
        text=text[:PAGE_CHARACTERS],
        marked=fragments.marked()[:PAGE_CHARACTERS],
        typed=typed,
        pictures=pictures,
        outlined=_is_outlined(operations),
        draws=draws,
        lines=places.lines(),
        recognised=recognised,
        imposed=_holds(paper_imposed.is_imposed, page, operations),
    )


def _draws(content: bytes) -> bool:
    """Whether a page's content is more than settings, such as the colours that LaTeX leaves on an empty page."""
    words = content.split() if len(content) <= SETTINGS_BYTES else [content]
    return not all(word in SETTINGS or NUMBER.fullmatch(word) for word in words)


def _is_lost(packed: Any) -> bool:
    """Whether a page that has no content says it has some, as in damaged files; an empty page says nothing, or null."""
    named = packed is not None and type(packed).__name__ != "NullObject"
    return named and packed.get_object() != []


def _holds(
    asked: Callable[[Any, paper_pictures.Operations], bool], page: Any, operations: paper_pictures.Operations | None
) -> bool:
    """Where the drawing cannot be followed, its text is taken for plain print."""
    try:
        return asked(page, operations or [])
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the text is read already, and is what counts
        return False


def _operations(contents: Any) -> paper_pictures.Operations | None:
    """What the page draws, step by step; None when that cannot be followed."""
    try:
        return [] if contents is None else contents.operations
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the text is read already, and is what counts
        return None


def _pictures(page: Any, operations: paper_pictures.Operations | None, places: Places) -> list[paper_pictures.Picture]:
    """Pictures help to see more; a page whose drawing cannot be followed simply shows none."""
    try:
        layers = paper_pictures.layers(page, operations or [])
        left, bottom, right, top = (float(edge) for edge in page.mediabox)
        shown = paper_pictures.pictures(layers, paper_pictures.area_of(page))
        drawn = paper_drawn.drawings(
            (path for layer in layers for path in paper_paths.paths(layer.operations, layer.matrix)),
            text=[(part.left, part.baseline) for line in places.lines() for part in line.fragments],
            page=paper_pictures.Picture(left=left, bottom=bottom, right=right, top=top),
            tiles=[one for one in shown if not paper_pictures.is_large(one)],
        )
        return [*(one for one in shown if paper_pictures.is_large(one)), *drawn]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the text is read already, and is what counts
        return []


def is_covered(page: Any, shown: Sequence[paper_pictures.Picture]) -> bool:
    """Whether one picture takes most of the page, as a scan does."""
    whole = float(page.mediabox.width) * float(page.mediabox.height)
    return any(picture.area > SCAN_SHARE * whole for picture in shown if not picture.drawn)


def _is_outlined(operations: paper_pictures.Operations | None) -> bool:
    """Whether the page's own drawing has as many path segments as text turned into outlines; True where unreadable."""
    if operations is None:  # what cannot be followed is not called little
        return True
    segments = sum(operator in (b"l", b"c", b"v", b"y", b"re") for _, operator in operations)
    return segments >= paper_hazards.OUTLINE_OPERATIONS


def _is_limit(error: BaseException) -> bool:
    """Whether pypdf stopped at a limit that protects us, as it does before content that unpacks to very much."""
    from pypdf.errors import LimitReachedError

    return isinstance(error, LimitReachedError) and "cycle" not in str(error)


def said(error: BaseException) -> str:
    """The error on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:QUOTE_CHARACTERS]
