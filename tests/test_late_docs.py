"""What docs/late.md and rubrics/README.md show of late policies is what the program does."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from validator.cli.hand_in_times import with_extensions, with_times
from validator.evidence import SCHEMA, Evidence, Harness, Layout, Submission
from validator.marking import Report, load_rubric, mark, mark_after
from validator.marking.final_mark import arithmetic

ROOT = Path(__file__).parent.parent
RUBRICS = (ROOT / "rubrics" / "README.md").read_text(encoding="utf-8")
LATE = (ROOT / "docs" / "late.md").read_text(encoding="utf-8")
HEAD = '[[plan.role]]\nname = "paper"\nkind = "paper"\nstem = "paper"\nsuffixes = [".pdf"]\n'


def blocks(text: str, starting: str) -> list[str]:
    """Runs of indented lines that begin so, without their indent."""
    found = re.findall(r"(?:^(?:    .*)?\n)+", text, re.MULTILINE)
    plain = [re.sub(r"^    ", "", block, flags=re.MULTILINE).strip() + "\n" for block in found]
    return [block for block in plain if block.startswith(starting)]


def marked(folder: Path, clauses: str, submitted_at: str) -> Report:
    path = folder / "snippet.toml"
    path.write_text(f'schema = 1\nid = "snippet"\ntitle = "Snippet"\n{HEAD}{clauses}', encoding="utf-8")
    submission = Submission(id="a", sha256="0" * 64, source="a.zip", submitted_at=submitted_at)
    found = Evidence(schema=SCHEMA, harness=Harness(version="0"), submission=submission, layout=Layout())
    return mark(found, load_rubric(path))


def test_the_snippet_of_a_cap_caps(tmp_path: Path) -> None:
    cap, _ = blocks(RUBRICS, "[[clause]]")
    assert marked(tmp_path, cap, "2025-01-29T00:00:00+00:00").mark_cap == 40
    assert marked(tmp_path, cap, "2025-02-05T00:00:00+00:00").mark_cap == 0


@pytest.mark.parametrize(
    ("submitted_at", "left"),
    [
        ("2022-05-13T16:00:00+01:00", "60"),
        ("2022-05-13T16:00:01+01:00", "54"),
        ("2022-05-16T16:00:00+01:00", "54"),
        ("2022-05-17T17:00:00+01:00", "42"),
        ("2022-05-20T16:00:00+01:00", "30"),
        ("2022-05-20T16:00:01+01:00", "0"),
    ],
)
def test_the_snippet_of_the_standard_penalty_takes_a_tenth_a_day(tmp_path: Path, submitted_at: str, left: str) -> None:
    _, daily = blocks(RUBRICS, "[[clause]]")
    assert mark_after(Decimal(60), marked(tmp_path, daily, submitted_at)) == Decimal(left)


def test_the_finding_that_is_shown_is_the_one_that_is_made(tmp_path: Path) -> None:
    (shown,) = blocks(LATE, "handed in")
    report = marked(tmp_path, blocks(RUBRICS, "[[clause]]")[1], "2022-05-17T17:00:00+01:00")
    assert shown.split() == f"{report.penalties[0].message} {report.penalties[0].price}".split()


def test_the_final_marks_that_are_shown_are_those_that_come_out(tmp_path: Path) -> None:
    (shown,) = blocks(LATE, "from validator.marking.final_mark")
    report = marked(tmp_path, blocks(RUBRICS, "[[clause]]")[1], "2022-05-17T16:00:00+01:00")
    report = replace(report, total_penalty=Decimal(-10), mark_cap=Decimal(40))
    assert f"# {mark_after(Decimal(72), report)!r}".replace("'", '"') in shown
    assert f"# {arithmetic(Decimal(72), report)}" in shown


def test_the_tables_that_are_shown_can_be_read(tmp_path: Path) -> None:
    names = ("abcd12", "efgh34", "ijkl56", "mnop78")
    found = [Submission(id=name, sha256="0" * 64, source=f"{name}.zip") for name in names]
    for kind, start in {"times.csv": "id,submitted_at", "extensions.csv": "id,until"}.items():
        (tmp_path / kind).write_text(blocks(LATE, start)[0], encoding="utf-8")
    timed = with_times(found, str(tmp_path / "times.csv"))
    assert [one.submitted_at for one in timed] == ["2025-01-28T13:59:00+00:00", None, None, None]
    extended = with_extensions(found, tmp_path / "extensions.csv", out=None)
    assert [one.extended_until for one in extended] == [
        "2025-02-04T14:00:00+00:00",
        "2025-02-04",
        "5 working days",
        "7 days",
    ]
