"""The video is not in the format asked for.

## What it checks
The container and the codec that the video's own boxes name, against those of the clause. The ending of its name proves
nothing: a file of another kind under it is named.

## Why it matters
A video that markers cannot play is not seen.

## Evidence
Brand, sample entries and first bytes of the file. A file that is not whole, or says nothing, goes to a person.

## How to fix
Export the video again as MP4 with H.264; renaming a file changes nothing in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Document, Evidence
from validator.marking.documents import of_kind, unread, words_of
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ("video.width", "video.height")
LIMITS = {"containers": tuple[str, ...], "codecs": tuple[str, ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each video."""
    videos = of_kind(evidence, "video")
    if not videos:
        yield unread(evidence, clause.about or "video", "the video's format is not known")
    for video in videos:
        yield _finding(video, clause)


def _finding(video: Document, clause: Clause) -> Finding:
    containers, codecs = list(words_of(video, "container")), list(words_of(video, "codec"))
    wrong = [name for name in containers if name not in clause.limits["containers"]]
    wrong += [name for name in codecs if name not in clause.limits["codecs"]]
    broken = "; ".join(flag.detail for flag in video.flags if flag.kind != "video-durations-differ")
    wanted = f"{' or '.join(clause.limits['containers'])} with {' or '.join(clause.limits['codecs'])}"
    if wrong:
        message = f"{', '.join(wrong)}; asked for: {wanted}"
        return Finding(verdict="fail", message=message, where=video.path, witness="observed")
    if not containers or not codecs:
        message = f"its format cannot be told: {broken or 'no codec is named'}"
        return Finding(verdict="unknown", message=message, where=video.path)
    return Finding(verdict="pass", message=f"{containers[0]} with {codecs[0]}", where=video.path, witness="observed")
