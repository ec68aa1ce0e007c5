"""Which names an archive may use, which are clutter of an operating system, and when two names are one.

Knows names only: no bytes, no disk.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from validator.measuring.probes.archive_refusal import Refusal, shown
from validator.plan import ArchiveLimits

Parts = tuple[str, ...]

COMPONENT_BYTES = 255
"""What Linux, macOS and Windows allow for one name without its folders."""

JUNK_FOLDERS = frozenset({"__macosx"})
JUNK_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
CHECKPOINTS = ".ipynb_checkpoints"

_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_REZIP = "put only your files in a folder, rename them plainly and zip that folder again"


def parts_of(name: str) -> Parts:
    """The folders and the name of an entry, safe to join to a folder. Raises Refusal when they cannot be."""
    _check_letters(name)
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        raise Refusal(
            "archive-absolute-name",
            f"{shown(name)!r} is an absolute name; every name must be relative to the archive",
            fix=_REZIP,
            where=name,
        )
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if ".." in parts:
        raise Refusal(
            "archive-traversal",
            f"{shown(name)!r} points outside the archive; no name may hold '..'",
            fix=_REZIP,
            where=name,
        )
    return parts


def check_fit(parts: Parts, *, limits: ArchiveLimits) -> None:
    """Raise Refusal when a name is nested too deeply, too long, or means a device on Windows."""
    name = "/".join(parts)
    if len(parts) > limits.depth:
        raise Refusal(
            "archive-too-deep",
            f"{shown(name)!r} lies {len(parts)} levels deep, {limits.depth} allowed",
            fix="put the files at the top of the archive",
            where=name,
        )
    if len(name) > limits.name_characters:
        raise _bad_name(name, f"has {len(name)} characters, {limits.name_characters} allowed")
    for part in parts:
        if len(part.encode()) > COMPONENT_BYTES:
            raise _bad_name(name, f"has a part of more than {COMPONENT_BYTES} bytes, which cannot be stored")
        if _RESERVED.fullmatch(part.split(".", maxsplit=1)[0].rstrip(" ")):
            raise _bad_name(name, f"uses {shown(part)!r}, a name that Windows reserves for a device")


def is_junk(parts: Parts) -> bool:
    """Whether an operating system put this there on its own: no student wrote it, nobody needs it."""
    lowered = [part.lower() for part in parts]
    return bool(parts) and (
        not JUNK_FOLDERS.isdisjoint(lowered) or lowered[-1] in JUNK_FILES or parts[-1].startswith("._")
    )


def is_checkpoint(parts: Parts) -> bool:
    """Whether Jupyter saved this copy by itself."""
    return CHECKPOINTS in parts


def check_collisions(files: Iterable[Parts], folders: Iterable[Parts]) -> None:
    """Raise Refusal when two entries would be one on some disk: equal but for case or accents, or file and folder."""
    spelled: dict[Parts, Parts] = {}
    for folder in folders:
        _add_folders(spelled, folder)
    seen: dict[Parts, Parts] = {}
    listed = list(files)
    for parts in listed:
        key = _key(parts)
        if key in seen:
            raise _collision(seen[key], parts)
        seen[key] = parts
    for parts in listed:
        _add_folders(spelled, parts[:-1])
    for key, folder in spelled.items():
        if key in seen:
            raise _collision(seen[key], folder)


def _add_folders(spelled: dict[Parts, Parts], folder: Parts) -> None:
    for depth in range(1, len(folder) + 1):
        prefix = folder[:depth]
        if spelled.setdefault(_key(prefix), prefix) != prefix:
            raise _collision(spelled[_key(prefix)], prefix)


def _key(parts: Parts) -> Parts:
    """Equal for names that a disk ignoring case, accent form or trailing dots holds to be the same."""
    return tuple(
        unicodedata.normalize("NFC", unicodedata.normalize("NFC", part).casefold()).rstrip(". ") for part in parts
    )


def _check_letters(name: str) -> None:
    if not name:
        raise _bad_name(name, "is empty")
    if name.isascii() and name.isprintable():
        return
    for letter in name:
        if letter == "\0":
            raise _bad_name(name, "holds a NUL character, which cuts the name short")
        if letter in _REORDERING:
            raise _bad_name(name, "holds a character that changes the reading direction and hides the true name")
        if letter == "\ufffd" or unicodedata.category(letter) in _UNSEEN:
            raise _bad_name(name, "holds a control or undecodable character")


def _bad_name(name: str, why: str) -> Refusal:
    return Refusal("archive-name", f"the name {shown(name)!r} {why}", fix=_REZIP, where=name)


def _collision(first: Parts, second: Parts) -> Refusal:
    one, other = "/".join(first), "/".join(second)
    what = (
        f"{shown(one)!r} occurs twice"
        if one == other
        else f"{shown(one)!r} and {shown(other)!r} are one and the same name on many computers"
    )
    return Refusal("archive-collision", what, fix="rename or remove one of them and zip the folder again", where=other)
