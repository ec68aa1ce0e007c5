"""Rules on videos: missing, too long, in another format; what is not known is never failed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from validator.evidence import Document, Entry, Evidence, FileEntry, Flag, Reading, Submission


def video(*, seconds: float | None = 240.0, pictures: float | None = 240.0, **changes: Any) -> Document:
    def reading(value: float | None) -> Reading:
        if value is None:
            return Reading.missing(unit="seconds", why="its header is silent")
        return Reading(value=value, unit="seconds", source="observed")

    sound = Document(
        path="talk.mp4",
        role="video",
        kind="video",
        readings={"video.seconds": reading(seconds), "video.picture_seconds": reading(pictures)},
        entries=(Entry(key="container", words="MP4"), Entry(key="codec", words="H.264")),
    )
    return replace(sound, **changes)


def given(made: Any, *documents: Document, source: str = "abcd12", more: tuple[FileEntry, ...] = ()) -> Evidence:
    """A folder was given, unless `source` is an archive."""
    roles = {"video": tuple(document.path for document in documents)}
    layout = made.layout(*more)
    submission = Submission(id="abcd12", sha256="0", source=source)
    layout = replace(layout, roles={**layout.roles, **roles})
    return made.evidence(documents=documents, layout=layout, submission=submission)


PRESENT = {"roles": ("video",)}
LENGTH = {"seconds": 300, "tolerance": 15}
FORMAT = {"containers": ("MP4",), "codecs": ("H.264",)}


def test_a_video_that_is_there_is_there(made):
    assert made.verdicts(given(made, video()), made.clause("handin/missing-video", **PRESENT)) == ["pass"]


def test_a_video_missing_in_a_whole_folder_fails(made):
    assert made.verdicts(given(made), made.clause("handin/missing-video", **PRESENT)) == ["fail"]


@pytest.mark.parametrize("source", ["abcd12.zip", "Jane_12_assignsubmission_file_project.ZIP"])
def test_a_video_missing_in_a_zip_alone_is_unknown(made, source):
    (finding,) = made.check(given(made, source=source), made.clause("handin/missing-video", **PRESENT))
    assert finding.verdict == "unknown"
    assert "beside" in finding.message


def test_a_closed_archive_may_hold_the_video(made):
    evidence = given(made, more=(made.file("video.rar", "archive"),))
    assert made.verdicts(evidence, made.clause("handin/missing-video", **PRESENT)) == ["unknown"]


def test_nothing_unpacked_is_nothing_known(made):
    refused = made.layout(files=(), roles={}, refused=Flag(kind="archive-bomb", detail="too large"))
    assert made.verdicts(made.nothing(layout=refused), made.clause("handin/missing-video", **PRESENT)) == ["unknown"]


def test_the_header_of_a_movie_in_fragments_proves_no_short_length(made):
    flag = Flag(kind="video-fragmented", detail="its samples stand in fragments", where="talk.mp4")
    evidence = given(made, video(seconds=2.0, pictures=2.0, flags=(flag,)))
    assert made.verdicts(evidence, made.clause("handin/video-too-long", about="video", **LENGTH)) == ["unknown"]


@pytest.mark.parametrize(
    ("seconds", "pictures", "verdict"),
    [
        (300.0, 300.0, "pass"),
        (315.0, 315.0, "pass"),
        (315.1, 315.1, "fail"),
        (600.0, None, "fail"),
        (None, 200.0, "pass"),
        (290.0, 600.0, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_length_is_judged_by_header_and_pictures(made, seconds, pictures, verdict):
    evidence = given(made, video(seconds=seconds, pictures=pictures))
    assert made.verdicts(evidence, made.clause("handin/video-too-long", about="video", **LENGTH)) == [verdict]


def test_the_excess_is_over_the_limit_and_not_over_the_tolerance(made):
    evidence = given(made, video(seconds=330.0, pictures=330.0))
    (finding,) = made.check(evidence, made.clause("handin/video-too-long", about="video", **LENGTH))
    assert (finding.measured, finding.limit, finding.excess, finding.unit) == (330.0, 300, 30.0, "seconds")


@pytest.mark.parametrize(
    ("container", "codec", "verdict"),
    [
        ("MP4", "H.264", "pass"),
        ("MP4", "H.265", "fail"),
        ("QuickTime", "H.264", "fail"),
        ("AVI", "", "fail"),
        ("", "", "unknown"),
        ("MP4", "", "unknown"),
    ],
)
def test_format_is_what_the_file_itself_names(made, container, codec, verdict):
    named = (("container", container), ("codec", codec))
    entries = tuple(Entry(key=key, words=words) for key, words in named if words)
    evidence = given(made, video(entries=entries))
    assert made.verdicts(evidence, made.clause("handin/video-format", about="video", **FORMAT)) == [verdict]


@pytest.mark.parametrize(("rule", "limits"), [("handin/video-too-long", LENGTH), ("handin/video-format", FORMAT)])
def test_no_video_is_unknown_to_the_other_rules(made, rule, limits):
    assert made.verdicts(given(made), made.clause(rule, about="video", **limits)) == ["unknown"]
