"""Videos by their headers: lengths and codecs, and one clear flag for everything that is broken or is no MP4."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fixtures import videos
from validator.evidence import Document, Submission
from validator.measuring.probes import document_video, video_boxes
from validator.measuring.probes.task import Task
from validator.plan import Plan, Role

ROLE = Role(name="video", kind="video", stem="video", suffixes=(".mp4", ".mov"), naming="any")
TASK = Task(
    submission=Submission(id="abcd12", sha256="0", source="abcd12.zip"), given="", home="", plan=Plan(roles=(ROLE,))
)


def read(folder: Path, content: bytes) -> Document:
    (folder / "video.mp4").write_bytes(content)
    return document_video.read(root=folder, path="video.mp4", role=ROLE, task=TASK)


def words(document: Document, key: str) -> str:
    return next((entry.words for entry in document.entries if entry.key == key), "")


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("header_first", [False, True])
def test_length_and_size_are_those_of_the_movie(tmp_path, long, header_first):
    found = read(tmp_path, videos.movie(seconds=299.4, long=long, header_first=header_first))
    assert found.flags == ()
    assert {name: reading.value for name, reading in found.readings.items()} == {
        "video.seconds": 299.4,
        "video.picture_seconds": 299.4,
        "video.width": 1280,
        "video.height": 720,
    }
    assert (words(found, "container"), words(found, "codec"), words(found, "sound")) == ("MP4", "H.264", "mp4a")


@pytest.mark.parametrize(
    ("letters", "name"),
    [("avc1", "H.264"), ("avc3", "H.264"), ("hev1", "H.265"), ("hvc1", "H.265"), ("av01", "AV1"), ("vp09", "VP9")],
)
def test_codecs_are_named(tmp_path, letters, name):
    assert words(read(tmp_path, videos.movie(codec=letters)), "codec") == name


def test_an_unknown_codec_is_said_by_its_letters(tmp_path):
    assert words(read(tmp_path, videos.movie(codec="zzzz")), "codec") == "the codec zzzz"


@pytest.mark.parametrize("name", videos.MAKERS)
def test_a_broken_video_earns_its_flag(tmp_path, name):
    kind, maker = videos.MAKERS[name]
    found = read(tmp_path, maker())
    assert [flag.kind for flag in found.flags] == [kind]
    assert found.flags[0].detail


def test_nesting_is_not_followed_by_recursion(tmp_path):
    found = read(tmp_path, videos.nested())
    assert found.flags
    assert found.readings["video.seconds"].value is None


def test_a_movie_in_fragments_has_no_length_and_says_why(tmp_path):
    reading = read(tmp_path, videos.fragmented()).readings["video.seconds"]
    assert reading.value is None
    assert "fragments" in reading.why


def test_the_budget_of_boxes_is_what_stops_a_flood(tmp_path, monkeypatch):
    flood = videos.many_boxes(2_000)
    assert read(tmp_path, flood).flags == ()
    monkeypatch.setattr(video_boxes, "MOST_BOXES", 1_000)
    assert [flag.kind for flag in read(tmp_path, flood).flags] == ["video-too-many-boxes"]


def test_damage_of_any_sort_is_a_flag_or_the_truth_and_never_an_exception(tmp_path):
    whole, chance = videos.movie(), random.Random(2023)
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(chance.choice((1, 8, 64))):
            broken[chance.randrange(700)] = chance.randrange(256)
        found = read(tmp_path, bytes(broken[: chance.choice((len(broken), chance.randrange(len(broken))))]))
        seconds = found.readings["video.seconds"]
        assert found.flags or seconds.value is not None or seconds.why
