"""Nobody who runs or prints writes state past the one writer that a crash cannot tear."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "validator"
ROOMS = ("running", "cli")
WRITERS = {
    "running/files.py": "the writer itself",
    "running/lock.py": "a lock is its own record; a torn one locks nobody out",
    "running/engines/local.py": "logs are read by people and are no state",
    "cli/rubrics.py": "a skeleton that its author asked for, in a file that was not there before, and is no state",
    "running/engines/processes.py": "tells the kernel something about a process",
}
MADE_ASIDE = "running/environments/"
"""Run environments are made in a folder beside their place and renamed when complete."""
WRITING = frozenset("wax+")
CALLS = {"write_text", "write_bytes"}
OF_OS = {"open", "fdopen", "write"}


def plain_writes(text: str) -> Iterator[str]:
    """Calls that write a file directly, as `line 3: open`."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        on_os = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "os"
        if name in CALLS or (on_os and name in OF_OS and not _to_stderr(node)) or (name == "open" and _writes(node)):
            yield f"line {node.lineno}: {name}"


def _writes(call: ast.Call) -> bool:
    """Whether some argument is a mode that writes; a mode that is computed counts as one."""
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    texts = [argument.value for argument in given if isinstance(argument, ast.Constant)]
    return any(isinstance(text, str) and len(text) <= 4 and WRITING & set(text) for text in texts)


def _to_stderr(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == 2


def modules() -> list[str]:
    paths = (path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))
    return sorted(path.relative_to(PACKAGE).as_posix() for path in paths)


@pytest.mark.parametrize(
    "module", [name for name in modules() if name not in WRITERS and not name.startswith(MADE_ASIDE)]
)
def test_state_is_written_by_the_one_writer(module: str) -> None:
    assert list(plain_writes((PACKAGE / module).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "path.write_text('x')",
        "path.write_bytes(b'x')",
        "open(path, 'w')",
        "open(path, mode='ab')",
        "path.open('xb')",
        "path.open(mode='r+')",
        "os.open(path, flags)",
        "os.write(3, b'x')",
    ],
)
def test_a_planted_write_is_caught(text: str) -> None:
    assert list(plain_writes(text)) != []


@pytest.mark.parametrize("text", ["path.open('rb')", "open(path)", "os.write(2, b'x')", "path.open(newline='')"])
def test_reading_and_telling_are_no_writes(text: str) -> None:
    assert list(plain_writes(text)) == []


def test_the_exceptions_are_still_there() -> None:
    assert set(WRITERS) <= set(modules())
