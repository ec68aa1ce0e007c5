"""What in a PDF wants a person's eye: geometry, active content, text that is none. Reads pypdf objects, runs nothing.

Knows no page limit and no template: it names what it sees and where.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from validator.evidence import Flag

PAGE_NAMES = {(612, 792): "US letter", (595, 842): "A4"}
ACTIONS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE")
"""Action types that do more than move about in the document; a plain /OpenAction is normal."""
ANNOTATIONS = ("/RichMedia", "/FileAttachment", "/Movie", "/Screen", "/3D")
KEYS = ("/EmbeddedFiles", "/XFA", "/JavaScript", "/JS")
SKIPPED = ("/Parent", "/P", "/Pages", "/Dest", "/Resources", "/Contents", "/StructTreeRoot", "/Prev", "/Last", "/AP")
NODES = 20_000
"""How many objects are looked at for active content."""

SCANNED_CHARACTERS = 60
CHARACTERS_PER_PAGE = 400
FUNCTION_WORDS = frozenset("the of and to in a is for with that as we are on by this be from it an".split())  # noqa: SIM905
WORD_SHARE = 0.08
"""Share of English function words below which long text is not English prose (reports: 0.115 and more)."""
WORDS_JUDGED = 100
LATIN = frozenset("abcdefghijklmnopqrstuvwxyz\u00e0\u00e1\u00e2\u00e4\u00e8\u00e9\u00ea\u00ed\u00f3\u00f6\u00fa\u00fc")
VOWELS = LATIN - frozenset("bcdfghjklmnpqrstvwxz")
VOWEL_SHARES = 0.33, 0.52
"""English 0.39, German 0.38, French 0.45, Italian 0.47, Latin 0.45, with y as a vowel."""
OUTLINE_OPERATIONS = 1_000
"""So many path segments on a page may be letters; a plot of a curve has some hundreds."""
TOLERANCE_POINTS = 1.0


def geometry_flags(pages: Sequence[Any]) -> Iterator[Flag]:
    """Rotation, UserUnit, a crop that differs, mixed sizes, and any size but US letter by its name."""
    sizes: Counter[tuple[int, int]] = Counter()
    for number, page in enumerate(pages, 1):
        where = f"p{number}"
        box, crop = page.mediabox, page.cropbox
        sizes[(round(float(box.width)), round(float(box.height)))] += 1
        if page.rotation % 360:
            yield Flag(kind="rotated-page", detail=f"the page is turned by {page.rotation % 360} degrees", where=where)
        unit = float(page.user_unit)
        if unit != 1:
            yield Flag(kind="user-unit", detail=f"lengths are scaled by {unit:g} (UserUnit)", where=where)
        moved = max(abs(float(a) - float(b)) for a, b in zip(box, crop, strict=True))
        if moved > TOLERANCE_POINTS:
            detail = f"the visible part is {float(crop.width):.0f} x {float(crop.height):.0f} points of a page of "
            yield Flag(kind="crop-differs", detail=detail + _size_name(_rounded(box)), where=where)
    if len(sizes) > 1:
        names = ", ".join(f"{times} x {_size_name(size)}" for size, times in sizes.most_common(4))
        yield Flag(kind="mixed-page-sizes", detail=f"pages of {len(sizes)} sizes: {names}")
    if sizes and _named(sizes.most_common(1)[0][0]) != "US letter":
        yield Flag(kind="page-size", detail=f"pages are {_size_name(sizes.most_common(1)[0][0])}", where="p1")


def active_content_flags(catalogue: Any, pages: Sequence[Any]) -> Iterator[Flag]:
    """Actions, attachments and forms that could do something; nothing is followed beyond the file."""
    seen: set[tuple[str, str]] = set()
    roots = [("", catalogue)]
    for number, page in enumerate(pages, 1):
        roots += [(f"p{number}", page.get(key)) for key in ("/AA", "/Annots") if key in page]
    for where, root in roots:
        for what in _active(root):
            if (what, where) not in seen:
                seen.add((what, where))
                yield Flag(kind="active-content", detail=f"holds {what.removeprefix('/')}; it was not run", where=where)


def _active(root: Any) -> Iterator[str]:
    """Names of active things reachable from one object, each object once."""
    waiting: list[Any] = [root]
    visited: set[int] = set()
    while waiting and len(visited) < NODES:
        node = waiting.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if id(node) in visited or not isinstance(node, (dict, list)):
            continue
        visited.add(id(node))
        if isinstance(node, list):
            waiting.extend(node)
            continue
        yield from (
            str(node[key]) for key, names in (("/S", ACTIONS), ("/Subtype", ANNOTATIONS)) if _is(node, key, names)
        )
        yield from (key for key in KEYS if key in node and key != "/JS")
        waiting.extend(value for key, value in node.items() if key not in SKIPPED)


def _is(node: Any, key: str, names: tuple[str, ...]) -> bool:
    value = node.get(key)
    return isinstance(value, str) and value in names


def text_flags(texts: Sequence[str], *, pictured: Sequence[bool], outlined: Sequence[bool]) -> Iterator[Flag]:
    """Pages that are pictures or outlines of text, text that no person could read, and text in another language."""
    characters = [len(re.sub(r"\s", "", text)) for text in texts]
    for number, (count, picture) in enumerate(zip(characters, pictured, strict=True), 1):
        if count < SCANNED_CHARACTERS and picture:
            yield Flag(kind="low-text", detail=f"a picture with {count} characters of text", where=f"p{number}")
    if sum(characters) < CHARACTERS_PER_PAGE * len(texts):
        mean = sum(characters) // max(len(texts), 1)
        if all(characters) and not any((*pictured, *outlined)):
            yield Flag(kind="little-text", detail=f"{mean} characters a page, and hardly anything else")
        else:
            yield Flag(kind="low-text", detail=f"{mean} characters a page; scanned, or text drawn as outlines")
    words = re.findall(r"[^\W\d_]+", " ".join(texts).casefold())
    common = sum(word in FUNCTION_WORDS for word in words)
    letters = sum(characters)
    if letters >= CHARACTERS_PER_PAGE * len(texts) and common < WORD_SHARE * max(len(words), WORDS_JUDGED):
        detail = f"{common} of {len(words)} words are common English ones"
        if _is_pronounceable(words):
            yield Flag(kind="not-english", detail=f"{detail}; another language, or filler")
        else:
            yield Flag(kind="garbled-text", detail=f"{detail}; the text cannot be read as it is stored")


def _is_pronounceable(words: Sequence[str]) -> bool:
    """Whether vowels are as frequent as in languages of Latin script; letters stored under other codes rarely are."""
    letters = [letter for word in words for letter in word if letter in LATIN]
    vowels = sum(letter in VOWELS for letter in letters)
    return bool(letters) and VOWEL_SHARES[0] <= vowels / len(letters) <= VOWEL_SHARES[1]


def _rounded(box: Any) -> tuple[int, int]:
    return round(float(box.width)), round(float(box.height))


def _named(size: tuple[int, int]) -> str:
    near = (name for (w, h), name in PAGE_NAMES.items() if abs(size[0] - w) <= 1 and abs(size[1] - h) <= 1)
    return next(near, "")


def _size_name(size: tuple[int, int]) -> str:
    name = _named(size)
    return f"{name} ({size[0]} x {size[1]} points)" if name else f"{size[0]} x {size[1]} points"
