"""Unpacking: what is refused and why, that nothing is left or written outside, and what passes."""

from __future__ import annotations

import os
import stat
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given as property_of
from hypothesis import settings
from hypothesis import strategies as st

from fixtures import archives
from validator.measuring.probes import archive_zip
from validator.measuring.probes.archive import Unpacked, unpack
from validator.measuring.probes.archive_refusal import Refusal
from validator.plan import ArchiveLimits

LIMITS = ArchiveLimits()


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "home" / "submission"


def zip_of(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "abcd12.zip"
    path.write_bytes(content)
    return path


def names_under(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def refused_kind(unpacked: Unpacked) -> str:
    return unpacked.refused.kind if unpacked.refused else "not refused"


def test_a_clean_zip_is_unpacked_whole(tmp_path: Path, into: Path) -> None:
    unpacked = unpack(given=zip_of(tmp_path, archives.clean()), into=into, limits=LIMITS)

    assert unpacked == Unpacked()
    assert {name: (into / name).read_bytes() for name in names_under(into)} == archives.CLEAN


@pytest.mark.parametrize("name", archives.MAKERS)
def test_a_hostile_archive_is_refused_with_its_own_kind(tmp_path: Path, into: Path, name: str) -> None:
    kind, _ = archives.MAKERS[name]

    unpacked = unpack(given=archives.make(name, tmp_path), into=into, limits=LIMITS)

    assert refused_kind(unpacked) == kind


@pytest.mark.parametrize("name", archives.MAKERS)
def test_a_refused_archive_leaves_nothing_and_writes_nothing_outside(tmp_path: Path, into: Path, name: str) -> None:
    archive = archives.make(name, tmp_path)

    unpack(given=archive, into=into, limits=LIMITS)

    assert {archive, into.parent} == set(tmp_path.rglob("*"))


@pytest.mark.parametrize("name", archives.MAKERS)
def test_a_refusal_says_what_is_wrong_and_how_to_fix_it(tmp_path: Path, into: Path, name: str) -> None:
    refused = unpack(given=archives.make(name, tmp_path), into=into, limits=LIMITS).refused

    assert refused is not None
    what, _, fix = refused.detail.partition("; ")
    assert what
    assert fix
    assert (refused.detail + refused.where).isprintable()


def test_a_nested_archive_stays_a_closed_file(tmp_path: Path, into: Path) -> None:
    unpacked = unpack(given=zip_of(tmp_path, archives.nested()), into=into, limits=LIMITS)

    assert unpacked.refused is None
    assert names_under(into) == {*archives.CLEAN, "nested.zip"}


def test_a_refused_archive_removes_what_an_earlier_one_left(tmp_path: Path, into: Path) -> None:
    unpack(given=zip_of(tmp_path, archives.clean()), into=into, limits=LIMITS)
    unpack(given=archives.make("wrong-checksum", tmp_path), into=into, limits=LIMITS)

    assert not into.exists()


def test_a_second_unpacking_replaces_the_first(tmp_path: Path, into: Path) -> None:
    unpack(given=zip_of(tmp_path, archives.clean()), into=into, limits=LIMITS)
    unpack(given=zip_of(tmp_path, archives.zipped({"only.txt": b"x"})), into=into, limits=LIMITS)

    assert names_under(into) == {"only.txt"}


def test_unpacked_files_are_private_and_not_executable(tmp_path: Path, into: Path) -> None:
    unpack(given=zip_of(tmp_path, archives.one_entry(b"run.py", mode=0o104777)), into=into, limits=LIMITS)

    assert stat.S_IMODE((into / "run.py").stat().st_mode) == 0o600


def test_operating_system_clutter_is_left_out_and_listed(tmp_path: Path, into: Path) -> None:
    clutter = {"__MACOSX/._abcd12-paper.pdf": b"x", "a/.DS_Store": b"x", "Thumbs.db": b"x", "desktop.ini": b"x"}
    unpacked = unpack(given=zip_of(tmp_path, archives.zipped({**archives.CLEAN, **clutter})), into=into, limits=LIMITS)

    assert names_under(into) == set(archives.CLEAN)
    assert [flag.kind for flag in unpacked.flags] == ["ignored-junk"]
    assert all(name in unpacked.flags[0].detail for name in clutter)


def test_notebook_checkpoints_are_kept_and_flagged(tmp_path: Path, into: Path) -> None:
    files = {**archives.CLEAN, ".ipynb_checkpoints/a-checkpoint.ipynb": b"{}"}
    unpacked = unpack(given=zip_of(tmp_path, archives.zipped(files)), into=into, limits=LIMITS)

    assert names_under(into) == set(files)
    assert [flag.kind for flag in unpacked.flags] == ["notebook-checkpoints"]


def test_a_zip_that_separates_folders_by_backslashes_is_unpacked_into_folders(tmp_path: Path, into: Path) -> None:
    unpack(given=zip_of(tmp_path, archives.one_entry(b"abcd12\\abcd12-paper.pdf")), into=into, limits=LIMITS)

    assert names_under(into) == {"abcd12/abcd12-paper.pdf"}


def test_names_in_utf8_that_do_not_say_so_are_read_as_utf8(tmp_path: Path, into: Path) -> None:
    unpack(given=zip_of(tmp_path, archives.one_entry("r\u00e9sum\u00e9.pdf".encode())), into=into, limits=LIMITS)

    assert names_under(into) == {"r\u00e9sum\u00e9.pdf"}


def test_names_in_code_page_437_are_read_as_such(tmp_path: Path, into: Path) -> None:
    unpack(given=zip_of(tmp_path, archives.one_entry(b"r\x82sum\x82.pdf")), into=into, limits=LIMITS)

    assert names_under(into) == {"r\u00e9sum\u00e9.pdf"}


def test_a_streamed_zip_with_data_descriptors_and_large_records_is_unpacked(tmp_path: Path, into: Path) -> None:
    path = tmp_path / "abcd12.zip"
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as read, os.fdopen(writer, "wb") as piped:
        with (
            zipfile.ZipFile(piped, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("abcd12-paper.pdf", "w", force_zip64=True) as file,
        ):
            file.write(b"a paper")
        piped.close()
        path.write_bytes(read.read())

    unpacked = unpack(given=path, into=into, limits=LIMITS)

    assert unpacked.refused is None
    assert (into / "abcd12-paper.pdf").read_bytes() == b"a paper"


def test_a_zip_with_the_larger_last_record_is_unpacked_though_it_needs_none(tmp_path: Path, into: Path) -> None:
    whole = archives.clean()
    at = whole.rindex(b"PK\x05\x06")
    count, table_bytes, offset = struct.unpack_from("<H2L", whole, at + 10)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, table_bytes, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)

    unpacked = unpack(given=zip_of(tmp_path, whole[:at] + record + locator + whole[at:]), into=into, limits=LIMITS)

    assert unpacked.refused is None
    assert names_under(into) == set(archives.CLEAN)


def test_a_zip_behind_other_bytes_is_unpacked(tmp_path: Path, into: Path) -> None:
    given = zip_of(tmp_path, b"#!/bin/sh\nexit\n" + archives.clean())

    assert unpack(given=given, into=into, limits=LIMITS).refused is None


def test_an_archive_over_the_size_limit_is_refused(tmp_path: Path, into: Path) -> None:
    unpacked = unpack(given=zip_of(tmp_path, archives.clean()), into=into, limits=ArchiveLimits(archive_bytes=100))

    assert refused_kind(unpacked) == "archive-too-large"


def test_all_files_together_may_not_pass_the_unpacked_limit(tmp_path: Path, into: Path) -> None:
    given = zip_of(tmp_path, archives.zipped({"a.txt": b"a" * 600, "b.txt": b"b" * 600}))

    assert (
        refused_kind(unpack(given=given, into=into, limits=ArchiveLimits(unpacked_bytes=1199))) == "archive-too-large"
    )
    assert unpack(given=given, into=into, limits=ArchiveLimits(unpacked_bytes=1200)).refused is None


def test_the_number_of_entries_may_reach_the_limit_and_not_pass_it(tmp_path: Path, into: Path) -> None:
    given = zip_of(tmp_path, archives.clean())

    assert unpack(given=given, into=into, limits=ArchiveLimits(entries=3)).refused is None
    assert refused_kind(unpack(given=given, into=into, limits=ArchiveLimits(entries=2))) == "archive-too-many-entries"


def test_a_highly_compressible_small_file_is_no_bomb(tmp_path: Path, into: Path) -> None:
    given = zip_of(tmp_path, archives.zipped({"log.txt": b"\n" * archives.MIB}))

    assert unpack(given=given, into=into, limits=LIMITS).refused is None


def test_no_more_bytes_are_inflated_than_an_entry_says_it_has(tmp_path: Path) -> None:
    path = archives.make("bomb-that-says-little", tmp_path)
    inflated_bytes = 0
    with path.open("rb") as file:
        (entry,) = archive_zip.entries(file, size_bytes=path.stat().st_size, limits=LIMITS)
        with pytest.raises(Refusal):
            for chunk in archive_zip.chunks(file, entry):
                inflated_bytes += len(chunk)

    assert inflated_bytes <= 1000


@pytest.mark.parametrize("size_bytes", [0, 1, 65535, 65536, 65537, 65539, 131073, 300000])
def test_a_file_of_any_size_comes_out_as_it_went_in(tmp_path: Path, into: Path, size_bytes: int) -> None:
    given = zip_of(tmp_path, archives.zipped({"zeros.bin": bytes(size_bytes)}))

    assert unpack(given=given, into=into, limits=LIMITS).refused is None
    assert (into / "zeros.bin").read_bytes() == bytes(size_bytes)


def test_any_truncation_of_a_clean_zip_is_refused(tmp_path: Path, into: Path) -> None:
    whole = archives.clean()
    kinds = {
        refused_kind(unpack(given=zip_of(tmp_path, whole[:length]), into=into, limits=LIMITS))
        for length in range(0, len(whole), 3)
    }

    assert kinds <= {"archive-damaged", "archive-empty", "not-an-archive"}


names = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(["..", ".", "", "a", "A", "b.txt", "~", "C:", "con", "\\", "é"]), max_size=14).map(
        "/".join
    ),
    st.lists(st.sampled_from(["..", "a", "C:"]), max_size=6).map("\\".join),
)


@settings(max_examples=150, deadline=None)
@property_of(st.lists(st.tuples(names, st.booleans()), min_size=1, max_size=5))
def test_no_names_whatever_write_outside_the_new_folder(entries: list[tuple[str, bool]]) -> None:
    body, centrals = b"", []
    for name, says_utf8 in entries:
        raw = name.encode("utf-8", errors="surrogatepass")[:60000]
        local, central = archives.entry_bytes(
            raw, b"x", method=0, crc32=0x8CDC1683, unpacked_bytes=1, flag_bits=says_utf8 << 11, offset=len(body)
        )
        body, centrals = body + local, [*centrals, central]
    with tempfile.TemporaryDirectory() as folder:
        given = zip_of(Path(folder), archives.assembled(body, centrals))
        into = Path(folder) / "deep" / "home" / "submission"

        unpacked = unpack(given=given, into=into, limits=LIMITS)

        outside = {path for path in Path(folder).rglob("*") if into != path and into not in path.parents}
        assert outside == {given, into.parent, into.parent.parent}
        assert into.exists() == (unpacked.refused is None)


@settings(max_examples=150, deadline=None)
@property_of(st.data())
def test_no_flipped_bytes_make_unpacking_raise(data: st.DataObject) -> None:
    content = bytearray(archives.clean())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        given = zip_of(Path(folder), bytes(content))
        into = Path(folder) / "home" / "submission"

        unpacked = unpack(given=given, into=into, limits=LIMITS)

        assert into.exists() == (unpacked.refused is None)


def folder_of(tmp_path: Path) -> Path:
    folder = tmp_path / "abcd12"
    folder.mkdir()
    for name, content in archives.CLEAN.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_is_copied_whole(tmp_path: Path, into: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "code").mkdir()
    (folder / "code" / "more.py").write_text("pass")

    assert unpack(given=folder, into=into, limits=LIMITS) == Unpacked()
    assert names_under(into) == {*archives.CLEAN, "code/more.py"}


def test_a_zip_with_a_video_beside_it_is_unpacked_to_lie_with_it(tmp_path: Path, into: Path) -> None:
    folder = tmp_path / "abcd12"
    folder.mkdir()
    (folder / "project.zip").write_bytes(archives.clean())
    (folder / "talk.mp4").write_bytes(b"a video")

    unpacked = unpack(given=folder, into=into, limits=LIMITS)

    assert names_under(into) == {*archives.CLEAN, "talk.mp4"}
    assert [flag.kind for flag in unpacked.flags] == ["archive-and-files"]


@pytest.mark.parametrize("other", ["notes.py", "second.zip"])
def test_a_zip_beside_work_or_another_zip_stays_closed(tmp_path: Path, into: Path, other: str) -> None:
    folder = tmp_path / "abcd12"
    folder.mkdir()
    (folder / "project.zip").write_bytes(archives.clean())
    (folder / other).write_bytes(archives.clean())

    assert unpack(given=folder, into=into, limits=LIMITS) == Unpacked()
    assert names_under(into) == {"project.zip", other}


@pytest.mark.parametrize("name", ["deflate-bomb", "traversal", "symlink", "full-overlap"])
def test_a_hostile_zip_with_a_file_beside_it_is_refused_all_the_same(tmp_path: Path, into: Path, name: str) -> None:
    folder = tmp_path / "abcd12"
    folder.mkdir()
    (folder / "project.zip").write_bytes(archives.make(name, tmp_path).read_bytes())
    (folder / "talk.mp4").write_bytes(b"a video")

    assert refused_kind(unpack(given=folder, into=into, limits=LIMITS)) == archives.MAKERS[name][0]
    assert not into.exists()


def test_a_folder_with_a_link_is_refused_and_the_link_not_followed(tmp_path: Path, into: Path) -> None:
    folder = folder_of(tmp_path)
    (tmp_path / "secret").mkdir()
    (folder / "data").symlink_to(tmp_path / "secret", target_is_directory=True)

    assert refused_kind(unpack(given=folder, into=into, limits=LIMITS)) == "archive-symlink"
    assert not into.exists()


def test_a_folder_with_a_special_file_is_refused(tmp_path: Path, into: Path) -> None:
    folder = folder_of(tmp_path)
    os.mkfifo(folder / "pipe.ipynb")

    assert refused_kind(unpack(given=folder, into=into, limits=LIMITS)) == "archive-special-file"


def test_a_folder_with_too_many_files_is_refused(tmp_path: Path, into: Path) -> None:
    unpacked = unpack(given=folder_of(tmp_path), into=into, limits=ArchiveLimits(entries=2))

    assert refused_kind(unpacked) == "archive-too-many-entries"


def test_a_folder_with_a_large_file_is_refused(tmp_path: Path, into: Path) -> None:
    unpacked = unpack(given=folder_of(tmp_path), into=into, limits=ArchiveLimits(file_bytes=30))

    assert refused_kind(unpacked) == "archive-too-large"


def test_a_folder_with_a_name_that_is_no_text_is_refused(tmp_path: Path, into: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / os.fsdecode(b"\xff\xfe.py")).write_text("pass")

    assert refused_kind(unpack(given=folder, into=into, limits=LIMITS)) == "archive-name"


def test_an_empty_folder_is_refused(tmp_path: Path, into: Path) -> None:
    (tmp_path / "abcd12").mkdir()

    assert refused_kind(unpack(given=tmp_path / "abcd12", into=into, limits=LIMITS)) == "archive-empty"


def test_a_folder_does_not_swallow_the_marking_that_is_written_inside_it(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    into = folder / "marking" / "abcd12" / "submission"

    for _ in range(2):
        assert unpack(given=folder, into=into, limits=LIMITS).refused is None
        (folder / "marking" / "cohort.json").write_text("{}")
        (folder / "marking" / "abcd12" / "evidence.json").write_text("{}")

    assert names_under(into) == set(archives.CLEAN)


def test_a_pipe_in_place_of_a_zip_is_refused(tmp_path: Path, into: Path) -> None:
    os.mkfifo(tmp_path / "abcd12.zip")

    assert refused_kind(unpack(given=tmp_path / "abcd12.zip", into=into, limits=LIMITS)) == "not-an-archive"
