"""Data written into source text: numbers and encoded bytes that are large enough to be a network. Executes nothing.

The measure is a network of 5,000 parameters, a twentieth of the smallest limit and about the least that is worth the
trouble: 5,000 numbers in lists, or 12,500 encoded characters (two bytes a parameter, in base 85). All pieces of one
file are added, because a network can be cut into many. Text has spaces and is not data; a picture that begins like one
may be larger.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

NUMBERS = 5_000
ENCODED_CHARACTERS = 12_500
PICTURE_CHARACTERS = 200_000
"""A picture in a cell that is no more than decoration: 150 kB."""
SMALLEST_PIECE = 200
"""Characters, or numbers: labels, file lists and learning rates are shorter."""
LONGEST_WORD = 100
"""Encoded bytes have no spaces; words, paths and addresses are shorter."""
PICTURES = {"iVBORw0KGgo": "PNG", "/9j/": "JPEG", "R0lGOD": "GIF", "UklGR": "WebP", "PHN2Zy": "SVG", "<svg": "SVG"}
PICTURE_BYTES = {b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF"}
NUMBER = re.compile(r"\d[\w.]*(?:[eE][+-]\d+)?")
CHUNK = re.compile(r"[A-Za-z0-9+/=_-]{40,199}")
"""One of many strings in a list, as a long one is cut to fit a line; names of files have dots."""
NUMBER_TEXT = re.compile(r"[\s\d.,;eE+\-\[\]()xXa-fA-F]*")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One literal that is data: how much of it, of what, and where."""

    where: str
    amount: int
    unit: str
    """`numbers` or `encoded characters`."""
    picture: str = ""


LISTS = (ast.List, ast.Tuple, ast.Set, ast.Dict)


def pieces(nodes: Iterable[ast.AST], *, where: Callable[[int], str]) -> Iterator[Piece]:
    """The pieces of data among the nodes of one cell or script; the inner lists of a list are part of it."""
    inside: set[int] = set()
    kept = [node for node in nodes if isinstance(node, (*LISTS, ast.Constant))]
    for node in sorted(kept, key=_outermost_first):
        if id(node) in inside:
            continue
        if isinstance(node, LISTS):
            below = list(ast.walk(node))
            inside.update(id(other) for other in below if isinstance(other, LISTS))
            yield from _list([leaf.value for leaf in below if isinstance(leaf, ast.Constant)], where(node.lineno))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            yield from _text(node.value, where(node.lineno))


def _outermost_first(node: ast.expr) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, -(node.end_lineno or 0), -(node.end_col_offset or 0)


def _list(values: list[object], where: str) -> Iterator[Piece]:
    numbers = sum(type(value) in (int, float, complex) for value in values)
    if numbers >= SMALLEST_PIECE:
        yield Piece(where=where, amount=numbers, unit="numbers")
    chunks = sum(len(value) for value in values if isinstance(value, str) and CHUNK.fullmatch(value))
    if chunks >= SMALLEST_PIECE:
        yield Piece(where=where, amount=chunks, unit="encoded characters")


def _text(value: str | bytes, where: str) -> Iterator[Piece]:
    if len(value) < SMALLEST_PIECE:
        return
    if isinstance(value, bytes):
        picture = next((name for start, name in PICTURE_BYTES.items() if value.startswith(start)), "")
        yield Piece(where=where, amount=len(value), unit="encoded characters", picture=picture)
        return
    start = value.lstrip().removeprefix("data:image/")
    start = start.partition("base64,")[2] if "base64," in start[:40] else start
    picture = next((name for mark, name in PICTURES.items() if start.startswith(mark)), "")
    encoded = sum(len(word) for word in value.split() if len(word) >= LONGEST_WORD)
    if encoded < SMALLEST_PIECE and _is_numbers(value):
        yield Piece(where=where, amount=len(NUMBER.findall(value)), unit="numbers")
    elif encoded >= SMALLEST_PIECE or _is_wrapped(value):
        amount = encoded if encoded >= SMALLEST_PIECE else len(value)
        yield Piece(where=where, amount=amount, unit="encoded characters", picture=picture)


def _is_numbers(value: str) -> bool:
    """Numbers in a text, as `numpy.fromstring` reads them."""
    return NUMBER_TEXT.fullmatch(value) is not None and len(re.findall(r"\d[\s,;]", value)) > SMALLEST_PIECE // 4


def _is_wrapped(value: str) -> bool:
    """Encoded bytes in lines of the same length, as mail has them."""
    lines = value.split()
    return len(lines) > 2 and min(map(len, lines[:-1])) == max(map(len, lines[:-1])) >= 40


def told(found: Iterable[Piece]) -> tuple[str, str] | None:
    """What the data of one file amount to, in words, and where the largest piece is; None when it is little."""
    every = list(found)
    pictures = [piece for piece in every if piece.picture and piece.amount <= PICTURE_CHARACTERS]
    kept = [piece for piece in every if piece not in pictures]
    limits = {"numbers": NUMBERS, "encoded characters": ENCODED_CHARACTERS}
    words, place = [], ""
    for unit, limit in limits.items():
        own = [piece for piece in kept if piece.unit == unit]
        amount = sum(piece.amount for piece in own)
        if amount >= limit:
            largest = max(own, key=lambda piece: piece.amount)
            looks = f", which begins like a {largest.picture} picture" if largest.picture else ""
            several = f" in {len(own):,} literals" if len(own) > 1 else " in one literal"
            words.append(f"{amount:,} {unit}{several}{looks}")
            place = place or largest.where
    return (" and ".join(words), place) if words else None
