"""The child that reads a paper may write nothing: its byte code is kept for it beforehand."""

from importlib.util import cache_from_source
from pathlib import Path

from validator.measuring.probes.paper_child import compile_once


def module(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("answer = 42\n", encoding="utf-8")
    return path


def kept(path: Path) -> Path:
    return Path(cache_from_source(str(path)))


def test_the_byte_code_of_the_whole_folder_is_kept(tmp_path: Path) -> None:
    first, second = module(tmp_path, "first.py"), module(tmp_path, "second.py")
    compile_once(first)
    assert kept(first).is_file()
    assert kept(second).is_file()


def test_what_is_kept_is_not_compiled_again(tmp_path: Path) -> None:
    first = module(tmp_path, "first.py")
    compile_once(first)
    later = module(tmp_path, "later.py")
    compile_once(first)
    assert not kept(later).exists()


def test_a_module_that_cannot_be_compiled_stops_nothing(tmp_path: Path) -> None:
    first = module(tmp_path, "first.py")
    broken = tmp_path / "broken.py"
    broken.write_text("def (", encoding="utf-8")
    compile_once(first)
    assert kept(first).is_file()
    assert not kept(broken).exists()
