"""One video as its header tells it: container, codec, length, size of the picture. No decoder, nothing executed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from validator.evidence import Document, Entry, Flag, Reading
from validator.measuring.probes.task import Task
from validator.measuring.probes.video_boxes import Boxes, BoxProblem
from validator.measuring.probes.video_movie import CODECS, Movie, Track, movie
from validator.plan import Role

STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x1aE\xdf\xa3", "Matroska or WebM"),
    (b"PK\x03\x04", "a zip"),
    (b"FLV\x01", "Flash video"),
    (b"OggS", "Ogg"),
    (b"0&\xb2u\x8ef\xcf\x11", "Windows Media"),
    (b"\x00\x00\x01\xba", "an MPEG program stream"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"ID3", "MP3 sound"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)
FIRST_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"uuid"})
QUICKTIME = "qt  "
DIFFERENT_SECONDS, DIFFERENT_SHARE = 2.0, 0.02
"""Header and pictures may differ by the larger of these: sound runs on a little, and an editor cuts a frame."""
TRANSPORT_PACKET = 188


def read(*, root: Path, path: str, role: Role, task: Task) -> Document:
    """Read the file; whatever is wrong with it is a flag, and a number that is not there has its reason."""
    file_name = root / path
    size_bytes = file_name.stat().st_size
    with file_name.open("rb") as file:
        head = file.read(2 * TRANSPORT_PACKET)
        container = _container(head)
        if container:
            problem = BoxProblem("video-not-mp4", f"no MP4: {container}")
            return _unread(path, role, problem, container=container)
        try:
            found = movie(Boxes(file, size_bytes=size_bytes))
        except BoxProblem as error:
            return _unread(path, role, error, container="")
    return _document(path, role, found)


def _container(head: bytes) -> str:
    """What it is where it is not made of such boxes; empty when it may be MP4 or QuickTime."""
    if not head:
        return "an empty file"
    if head[4:8] in FIRST_BOXES:
        return ""
    if head[:4] == b"RIFF":
        return "AVI" if head[8:11] == b"AVI" else "a RIFF file"
    if head[:1] == head[TRANSPORT_PACKET : TRANSPORT_PACKET + 1] == b"G":
        return "an MPEG transport stream"
    known = next((words for start, words in STARTS if head.startswith(start)), "")
    return f"it begins like {known}" if known else "it begins with no box that a movie begins with"


def _unread(path: str, role: Role, problem: BoxProblem, *, container: str) -> Document:
    entries = (Entry(key="container", words=container),) if container else ()
    missing = Reading.missing(unit="seconds", why=problem.detail)
    readings = {f"{role.name}.{name}": missing for name in ("seconds", "picture_seconds")}
    flag = Flag(kind=problem.kind, detail=problem.detail, where=path)
    return Document(path=path, role=role.name, kind=role.kind, readings=readings, entries=entries, flags=(flag,))


def _document(path: str, role: Role, found: Movie) -> Document:
    picture = _picture(found)
    why = (
        "its samples stand in fragments, and the header gives no length" if found.fragmented else "its header is silent"
    )
    readings = {
        "seconds": _reading(found.seconds, "seconds", why=why),
        "picture_seconds": _reading(picture.sample_seconds if picture else None, "seconds", why=why),
        "width": _reading(picture.width or None if picture else None, "pixels", why="no size of a picture is said"),
        "height": _reading(picture.height or None if picture else None, "pixels", why="no size of a picture is said"),
    }
    return Document(
        path=path,
        role=role.name,
        kind=role.kind,
        readings={f"{role.name}.{name}": reading for name, reading in readings.items()},
        entries=tuple(_entries(found)),
        flags=tuple(_flags(path, found, picture)),
    )


def _picture(found: Movie) -> Track | None:
    return next((track for track in found.tracks if track.handler == "vide"), None)


def _reading(value: float | int | None, unit: str, *, why: str) -> Reading:
    if value is None:
        return Reading.missing(unit=unit, why=why)
    return Reading(value=round(value, 3) if isinstance(value, float) else value, unit=unit, source="observed")


def _entries(found: Movie) -> Iterator[Entry]:
    yield Entry(key="container", words="QuickTime" if found.brand in ("", QUICKTIME) else "MP4", where="ftyp")
    yield Entry(key="brand", words=found.brand.strip() or "none", where="ftyp")
    for number, track in enumerate(found.tracks, start=1):
        if track.handler == "vide":
            words = CODECS.get(track.codec, f"the codec {track.codec}" if track.codec else "a codec it does not name")
            yield Entry(key="codec", words=words, where=f"track {number}")
        elif track.handler == "soun":
            yield Entry(key="sound", words=track.codec or "not named", where=f"track {number}")


def _flags(path: str, found: Movie, picture: Track | None) -> Iterator[Flag]:
    if found.brand in ("", QUICKTIME):
        said = "brand 'qt'" if found.brand else "no brand"
        yield Flag(kind="quicktime-container", detail=f"a QuickTime file ({said}), not MP4", where=path)
    if picture is None:
        yield Flag(kind="video-no-picture", detail="no track of it holds pictures", where=path)
    if found.fragmented:
        detail = "its samples stand in fragments: the length in its header may not be that of the movie"
        yield Flag(kind="video-fragmented", detail=detail, where=path)
    elif picture and found.seconds is not None and picture.sample_seconds is not None:
        apart = abs(found.seconds - picture.sample_seconds)
        if apart > max(DIFFERENT_SECONDS, DIFFERENT_SHARE * found.seconds):
            detail = f"the header says {found.seconds:.1f} s, its pictures last {picture.sample_seconds:.1f} s"
            yield Flag(kind="video-durations-differ", detail=detail, where=path)
