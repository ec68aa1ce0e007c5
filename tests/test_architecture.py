"""The walls of the house: who may import whom, which words stay out of which room, how long a file may be, and that
every rule has its page."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from validator.marking.rules import HEADINGS, all_rules

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "validator"

DOOR = {"evidence", "plan", "plain"}
MEASURED = {"metrics", "sandbox", "meter", "datasets"}
MAY_IMPORT: dict[str, set[str]] = {
    "root": set(),
    "plain": set(),
    "evidence": {"plain"},
    "plan": {"plain"},
    "marking": DOOR,
    "reporting": DOOR | {"marking"},
    "metrics": set(),
    "datasets": DOOR,
    "sandbox": DOOR,
    "meter": DOOR,
    "agent": set(),
    "measuring": set(),
    "probes": DOOR | MEASURED,
    "intake": DOOR,
    "running": DOOR | MEASURED | {"probes", "intake"},
    "cli": DOOR | MEASURED | {"probes", "intake", "running", "marking", "reporting"},
}
"""Room to the rooms it may import besides itself and the bare package. Nobody imports `agent` or `cli`."""

OUTSIDE: dict[str, set[str]] = {
    "root": set(),
    "plain": set(),
    "evidence": set(),
    "plan": set(),
    "marking": set(),
    "reporting": {"jinja2", "markupsafe", "matplotlib", "rich"},
    "intake": {"yaml"},
}
"""Rooms that may load only these libraries besides the standard one; rooms not named may load any."""

FORBIDDEN_WORDS = {"measuring": {"marks", "penalty", "penalties", "clause", "clauses"}}
"""Words that no name in the code of a folder may contain."""

FORBIDDEN_NAMES = {"marking/rules": {"torch", "open", "pathlib", "Path", "marks", "penalty"}}
"""Names and attributes that no code of a folder may use."""

LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 250, 60
WHOLE = {"evidence.py"}
"""Files that are read as one, however long: the door is a vocabulary."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """One source file: its dotted name, its path under the package, and its text."""

    name: str
    path: str
    text: str

    @property
    def room(self) -> str:
        return room_of(self.name)


def room_of(name: str) -> str:
    """`validator.measuring.probes.paper` is in the room `probes`, `validator.marking.rules` in `marking`."""
    parts = name.split(".")[1:]
    if not parts or parts == ["__main__"]:
        return "cli" if parts else "root"
    return parts[1] if parts[0] == "measuring" and len(parts) > 1 else parts[0]


def modules() -> list[Module]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        dotted = ".".join(["validator", *inside.with_suffix("").parts]).removesuffix(".__init__")
        found.append(Module(name=dotted, path=inside.as_posix(), text=path.read_text(encoding="utf-8")))
    return found


def imported(module: Module, known: set[str]) -> Iterator[str]:
    """Every dotted name the module imports; `from package import submodule` is the submodule."""
    for node in ast.walk(ast.parse(module.text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield whole if whole in known else base


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name if module.path.endswith("__init__.py") else module.name.rpartition(".")[0]
    base = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
    return f"{base}.{node.module}" if node.module else base


def wall_breaks(module: Module, known: set[str]) -> list[str]:
    """Imports that cross a wall, as `a -> b`."""
    broken = []
    for name in imported(module, known):
        top = name.split(".", maxsplit=1)[0]
        if top == "validator":
            room = room_of(name)
            allowed = room in {module.room, "root"} | MAY_IMPORT[module.room]
        else:
            libraries = OUTSIDE.get(module.room)
            allowed = libraries is None or top in sys.stdlib_module_names or top in libraries
        if not allowed:
            broken.append(f"{module.name} -> {name}")
    return broken


def named(tree: ast.AST) -> Iterator[str]:
    """Every name that code of this tree gives or uses; words in texts and comments are no names."""
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "asname"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                yield value


def words_in_the_wrong_room(module: Module) -> list[str]:
    """Names of this module that belong into another room."""
    names = set(named(ast.parse(module.text)))
    wrong: set[str] = set()
    for folder, words in FORBIDDEN_WORDS.items():
        if module.path.startswith(f"{folder}/"):
            wrong |= {name for name in names if words & set(re.split(r"[_.]", name.lower()))}
    for folder, forbidden in FORBIDDEN_NAMES.items():
        if module.path.startswith(f"{folder}/"):
            wrong |= {name for name in names if name.split(".")[0] in forbidden}
    return sorted(f"{module.path}: {name}" for name in wrong)


def too_long(module: Module) -> list[str]:
    """The file and its functions, as far as they are longer than one can hold in mind."""
    lines = len(module.text.splitlines())
    found = [f"{module.path}: {lines} lines"] if lines > LINES_OF_A_FILE and module.path not in WHOLE else []
    for node in ast.walk(ast.parse(module.text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            found += [f"{module.path}: {node.name}: {length} lines"] if length > LINES_OF_A_FUNCTION else []
    return found


MODULES = modules()
KNOWN = {module.name for module in MODULES}


def test_no_import_crosses_a_wall():
    assert [broken for module in MODULES for broken in wall_breaks(module, KNOWN)] == []


def test_every_room_has_its_walls_drawn():
    assert {module.room for module in MODULES} <= set(MAY_IMPORT)


def test_no_word_is_in_the_wrong_room():
    assert [wrong for module in MODULES for wrong in words_in_the_wrong_room(module)] == []


@pytest.mark.parametrize(
    ("name", "path", "text"),
    [
        ("validator.marking.rules.paper.x", "marking/rules/paper/x.py", "import torch"),
        ("validator.marking.rules.paper.x", "marking/rules/paper/x.py", "def f():\n    import numpy as np"),
        ("validator.marking.x", "marking/x.py", "from validator.measuring.probes import paper"),
        ("validator.marking.x", "marking/x.py", "from ..measuring import meter"),
        ("validator.measuring.probes.x", "measuring/probes/x.py", "from validator import marking"),
        ("validator.measuring.metrics.x", "measuring/metrics/x.py", "from validator.evidence import Reading"),
        ("validator.reporting.x", "reporting/x.py", "import torch"),
        ("validator.running.x", "running/x.py", "from validator.marking.rubric import Rubric"),
        ("validator.cli.x", "cli/x.py", "from validator.measuring import agent"),
        ("validator.evidence", "evidence.py", "import validator.cli"),
    ],
)
def test_a_planted_import_is_caught(name, path, text):
    known = KNOWN | {"validator.measuring.agent"}
    assert wall_breaks(Module(name=name, path=path, text=text), known) != []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("measuring/probes/x.py", "total_penalty = 1"),
        ("measuring/x.py", "def f(marks): pass"),
        ("measuring/meter/x.py", "x.clause"),
        ("marking/rules/paper/x.py", "open('x')"),
        ("marking/rules/paper/x.py", "Path('x').read_text()"),
        ("marking/rules/paper/x.py", "p = clause.penalty"),
    ],
)
def test_a_planted_word_is_caught(path, text):
    assert words_in_the_wrong_room(Module(name="validator.x", path=path, text=text)) != []


def test_no_file_and_no_function_is_too_long_to_read():
    assert [long for module in MODULES for long in too_long(module)] == []


@pytest.mark.parametrize("text", ["x = 1\n" * 251, "def f():\n" + "    x = 1\n" * 60])
def test_a_planted_length_is_caught(text):
    assert too_long(Module(name="validator.x", path="x.py", text=text)) != []


def test_words_in_a_text_are_no_names():
    page = Module(name="validator.x", path="measuring/x.py", text='"""Knows no marks and no penalty."""')
    assert words_in_the_wrong_room(page) == []


def sections(page: str) -> dict[str, str]:
    """Heading to the words under it."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return {heading: text.strip() for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_rule_has_a_page_with_its_four_headings_and_words_under_each(rule):
    assert tuple(sections(rule.page)) == HEADINGS
    assert all(sections(rule.page).values())
    assert rule.title.endswith(".")


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_reading_a_rule_names_is_in_the_vocabulary(rule):
    from validator.marking.readings import known_names

    known = known_names(["classifier", "generator"])
    assert {name.format(about="classifier") for name in rule.readings} <= set(known)


def test_every_family_and_rule_is_found_by_its_address():
    files = {path.relative_to(PACKAGE / "marking/rules") for path in (PACKAGE / "marking/rules").glob("*/*.py")}
    expected = {path.with_suffix("").as_posix().replace("_", "-") for path in files if path.stem != "__init__"}
    assert expected == {rule.id for rule in all_rules()}


def test_an_unmeasurable_rule_still_yields_a_finding_for_every_clause():
    from validator.evidence import SCHEMA, Evidence, Harness, Layout, Submission
    from validator.marking import load_rubric
    from validator.marking.rules import find_rule

    submission = Submission(id="x", sha256="0", source="x.zip")
    bare = Evidence(schema=SCHEMA, harness=Harness(version="0"), submission=submission, layout=Layout())
    for clause in load_rubric("comp3547-2024").clauses:
        findings = list(find_rule(clause.rule).check(bare, clause))
        assert findings, clause.id
        assert {finding.verdict for finding in findings} == {"unknown"}, clause.id
