"""`validate shares` and `validate module`: tables in, a table with the arithmetic out, mistakes in one line."""

import csv
import io
from dataclasses import replace

import pytest
from click.testing import CliRunner

from validator import evidence as door
from validator import reporting
from validator.cli import exits, module, shares
from validator.evidence import Document, Entry, Evidence, Harness, Layout, Submission
from validator.marking import load_rubric, mark
from validator.marking.tables import TableError

RUBRIC = "comp6248-reproducibility-2021"


def form(*rows):
    entries = [
        Entry(key="share", value=share, unit="%", words=user, where=f"p1 row {number}")
        for number, (user, share) in enumerate(rows, 1)
    ]
    return Document(path="f.pdf", role="mark-split", kind="split", entries=tuple(entries))


@pytest.fixture
def out(tmp_path):
    forms = {"team1": form(("ab1c20", 60.0), ("xyz2d21", 40.0)), "team2": form()}
    for name, document in forms.items():
        measured = Evidence(
            schema=door.SCHEMA,
            harness=Harness(version="0"),
            submission=Submission(id=name, sha256="00", source=f"{name}.zip", submitted_at="2022-05-13T14:00:00+00:00"),
            layout=Layout(),
            documents=(replace(document),),
        )
        home = tmp_path / "out" / name
        home.mkdir(parents=True)
        (home / "evidence.json").write_text(door.dumps(measured), encoding="utf-8")
        report = mark(measured, load_rubric(RUBRIC), ())
        (home / "report.json").write_text(reporting.report_json(report), encoding="utf-8")
    return tmp_path / "out"


def call(command, *words):
    return CliRunner().invoke(command, [str(word) for word in words], standalone_mode=False)


def table(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_marks_of_members_are_printed_with_their_arithmetic(out, tmp_path):
    marks = table(tmp_path, "marks.csv", "submission,mark\nteam1,60\nteam2,50\n")
    done = call(shares.command, out, "--marks", marks)
    first, second, third = rows(done.stdout)
    assert (first["user"], first["mark"], first["arithmetic"]) == ("ab1c20", "72", "60 x 60 / 100 x 2 = 72")
    assert (second["user"], second["mark"], second["size"]) == ("xyz2d21", "48", "2")
    assert (third["submission"], third["mark"]) == ("team2", "")
    assert "--shares" in third["arithmetic"]
    assert done.return_value == exits.FINDINGS


def test_shares_that_a_person_read_complete_the_table(out, tmp_path):
    marks = table(tmp_path, "marks.csv", "submission,mark,size\nteam1,60,\nteam2,50,1\n")
    given = table(tmp_path, "shares.csv", "submission,user,share\nteam2,qr9e19,100\n")
    done = call(shares.command, out, "--marks", marks, "--shares", given, "--file", tmp_path / "members.csv")
    assert (done.return_value, done.stdout) == (exits.ALL_PASS, "")
    last = rows((tmp_path / "members.csv").read_text(encoding="utf-8"))[-1]
    assert (last["user"], last["mark"]) == ("qr9e19", "50")


def test_a_team_that_is_not_there_and_a_rubric_without_teams_are_usage_errors(out, tmp_path):
    wrong = table(tmp_path, "marks.csv", "submission,mark\nteam3,60\n")
    assert "no such submission" in str(call(shares.command, out, "--marks", wrong).exception)
    right = table(tmp_path, "marks.csv", "submission,mark\nteam1,60\n")
    refused = call(shares.command, out, "--marks", right, "--rubric", "comp3547-2024").exception
    assert "no [sharing]" in str(refused)
    assert "cannot be read" in str(call(shares.command, out, "--marks", tmp_path / "none.csv").exception)


def test_a_table_in_another_encoding_is_a_usage_error(out, tmp_path):
    (tmp_path / "marks.csv").write_bytes("submission,mark\ncaf\xe9,60\n".encode("latin-1"))
    assert "is not UTF-8" in str(call(shares.command, out, "--marks", tmp_path / "marks.csv").exception)


PARTS = ",".join(f"exercise-{number}" for number in range(1, 9))


def test_a_module_is_added_up_and_the_unknown_stays_unknown(tmp_path):
    text = f"id,{PARTS},quiz-1,quiz-2,coursework\nab1c20,{'80,' * 8}60,70,72\n=xyz,{'80,' * 8}60,,72\n"
    done = call(module.command, table(tmp_path, "marks.csv", text), "--rubric", "comp6248-labs-2021")
    first, second = rows(done.stdout)
    assert (first["labs"], first["quizzes"], first["coursework"], first["mark"]) == ("32", "13", "28.8", "73.8")
    assert first["arithmetic"].endswith("+ 10 % of 60 + 10 % of 70 + 40 % of 72 = 73.8")
    assert second["id"] == "'=xyz"
    assert (second["mark"], second["lowest"], second["highest"], second["unknown"]) == ("", "66.8", "76.8", "quiz-2")
    assert done.return_value == exits.FINDINGS


def test_a_module_without_unknown_parts_exits_with_success(tmp_path):
    text = f"id,{PARTS},quiz-1,quiz-2,coursework\nab1c20,{'80,' * 8}60,70,72\n"
    done = call(module.command, table(tmp_path, "marks.csv", text), "--rubric", "comp6248-labs-2021")
    assert done.return_value == exits.ALL_PASS


def test_mistakes_in_a_module_table_are_named(tmp_path):
    twice = table(tmp_path, "marks.csv", "id,coursework\na,1\na,2\n")
    refused = call(module.command, twice, "--rubric", "comp6248-labs-2021").exception
    assert isinstance(refused, TableError)
    assert str(refused) == "marks.csv: line 3: id: a stands in the table already"
    assert "no [[part]]" in str(call(module.command, twice, "--rubric", "comp3547-2024").exception)
    unknown = table(tmp_path, "marks.csv", "id,quiz-3\na,1\n")
    assert "did you mean `quiz-2`" in str(call(module.command, unknown, "--rubric", "comp6248-labs-2021").exception)
