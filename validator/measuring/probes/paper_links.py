"""Addresses that a paper names: in its text, joined over line breaks, and behind its links. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

START = re.compile(r"(?:https?://|www\.|\b(?:github|gitlab|bitbucket|huggingface)\.(?:com|org|io|co)/)", re.IGNORECASE)
ADDRESS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%\u00ad]+")
TAIL = ".,;:!?'\")]}\u00ad"
"""Marks after an address that belong to the sentence."""
OPEN_END = "/-_=&?%#~.\u00ad"
"""An address whose line ends so goes on in the next line."""
MOST_LINKS, LINK_CHARACTERS = 200, 300
MOST_LINES = 4


def links(pages: Sequence[Any], texts: Sequence[str]) -> tuple[str, ...]:
    """Every address once, page by page. Where a line break leaves it open whether one goes on, both readings."""
    found: dict[str, None] = {}
    for page, text in zip(pages, texts, strict=True):
        for address in (*in_text(text), *_behind(page)):
            if len(found) < MOST_LINKS:
                found.setdefault(address[:LINK_CHARACTERS])
    return tuple(found)


def in_text(text: str) -> Iterator[str]:
    """Addresses in the text of one page, line by line."""
    lines = _squeezed(text).splitlines()
    for number, line in enumerate(lines):
        for start in START.finditer(line):
            if start.start() and line[start.start() - 1] in "/.@":
                continue  # inside another address
            yield from _whole(line[start.start() :], lines[number + 1 : number + MOST_LINES])


def _whole(rest: str, following: Sequence[str]) -> Iterator[str]:
    """The address that `rest` begins with, and where it goes on over the end of the line."""
    spelt = rest.rstrip()
    match = ADDRESS.match(spelt)
    if match is None:
        return
    address = match.group()
    ends_line = match.end() == len(spelt)
    alone = _cleaned(address)
    joined = address
    for line in following if ends_line else ():
        more = ADDRESS.match(line.strip())
        if more is None or START.match(line.strip()) or not _goes_on(joined, more.group()):
            break
        joined += more.group()
        if more.end() != len(line.strip()):
            break
    whole = _cleaned(joined)
    if len(whole) > 8:
        yield whole
    if alone != whole and address[-1:] not in OPEN_END and len(alone) > 8:
        yield alone


def _squeezed(text: str) -> str:
    """Without the blanks that some readers put among the slashes after the scheme."""
    return re.sub(r"(https?:)[ \t]*/[ \t]*/[ \t]*", r"\1//", text, flags=re.IGNORECASE)


def _goes_on(address: str, more: str) -> bool:
    """Whether the first word of the next line looks like the rest of an address."""
    if address[-1] in ",;)]":
        return False
    if address[-1] in OPEN_END and address[-1] != ".":
        return True
    return re.search(r"[/_\-=]|\d|\.\w", more) is not None and not more.endswith(",")


def _cleaned(address: str) -> str:
    text = address.rstrip(TAIL).replace("\u00ad", "")
    # A bracket that the address opens itself stays.
    return text + ")" if address.startswith(text + ")") and text.count("(") > text.count(")") else text


def _behind(page: Any) -> Iterator[str]:
    """Addresses of the page's link annotations."""
    try:
        annotations = page.get("/Annots")
        annotations = annotations.get_object() if annotations is not None else []
        for annotation in list(annotations)[:MOST_LINKS]:
            action = annotation.get_object().get("/A")
            address = action.get_object().get("/URI") if action is not None else None
            if isinstance(address, (str, bytes)):
                text = address if isinstance(address, str) else address.decode("latin-1")
                yield "".join(text.split())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a broken list of links is no reason not to read the paper
        return
