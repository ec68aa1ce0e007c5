"""What a folder holds, however its contents are nested."""

import os
import sys
from pathlib import Path

import pytest

from validator.measuring.probes.run_scratch import remove
from validator.measuring.sandbox.supervisor import tree


def test_files_count_once_and_links_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_bytes(b"x" * 100_000)
    (tmp_path / "link").symlink_to("/usr")
    assert 100_000 <= tree.folder_bytes(str(tmp_path)) < 200_000


@pytest.mark.skipif(sys.platform != "linux", reason="folders beyond the longest path are reached through /proc")
def test_what_lies_deeper_than_any_path_is_counted_too(tmp_path: Path) -> None:
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(60):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
        Path("hidden").write_bytes(b"x" * 3_000_000)
    finally:
        os.chdir(before)
    assert tree.folder_bytes(str(tmp_path)) > 3_000_000
    remove(tmp_path / ("d" * 200))
    assert list(tmp_path.iterdir()) == []
