"""`validate remark`: one submission's spoilt evidence is one message, and the others are marked."""

import csv
import json

import pytest
from click.testing import CliRunner

from validator import evidence as door
from validator.cli import desk, exits, remark
from validator.evidence import Evidence, Harness, Layout, Metrics, Picture, Submission
from validator.running.lock import locked


def measured(name, **sections):
    return Evidence(
        schema=door.SCHEMA,
        harness=Harness(version="0"),
        submission=Submission(id=name, sha256="00", source=f"{name}.zip"),
        layout=Layout(),
        **sections,
    )


@pytest.fixture
def out(tmp_path):
    for name in ("abcd12", "efgh34"):
        (tmp_path / "marking" / name).mkdir(parents=True)
        (tmp_path / "marking" / name / "evidence.json").write_text(door.dumps(measured(name)), encoding="utf-8")
    return tmp_path / "marking"


def call(out):
    return CliRunner().invoke(remark.command, [str(out)], standalone_mode=False)


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"schema": 0}', '{"schema": 1}', '{"schema": 1, "layout": 1e400}', "[" * 100_000]
)
def test_evidence_that_cannot_be_read_is_said_and_the_others_are_marked(out, text):
    (out / "abcd12" / "evidence.json").write_text(text, encoding="utf-8")

    done = call(out)

    assert done.return_value == exits.USAGE
    assert done.stderr.count("Error: ") == 1
    assert "abcd12/evidence.json: " in done.stderr
    assert (out / "efgh34" / "report.json").is_file()


def test_a_folder_that_a_batch_writes_to_is_not_marked_beside_it(out):
    with locked(out), pytest.raises(exits.UsageProblem, match="is writing here"):
        CliRunner().invoke(remark.command, [str(out)], standalone_mode=False, catch_exceptions=False)
    assert not (out / "abcd12" / "report.json").exists()


def remarked(out, *options):
    rubric = ["--rubric", "comp3547-2024", "--json"]
    done = CliRunner().invoke(remark.command, [str(out), *rubric, *options], standalone_mode=False)
    reports = [json.loads((out / name / "report.json").read_text()) for name in ("abcd12", "efgh34")]
    return done, [
        [line["verdict"] for line in report["penalties"] if line["clause"].startswith("late-")] for report in reports
    ]


def test_times_and_extensions_are_taken_and_kept(out):
    times = out.parent / "times.csv"
    times.write_text("id,submitted_at\nabcd12,2025-01-30T15:00+00:00\nefgh34,2025-01-30T15:00+00:00\n")
    table = out.parent / "extensions.csv"
    table.write_text("id,until\nefgh34.zip,5 working days\nnobody,7 days\n")

    done, verdicts = remarked(out, "--submitted", str(times), "--extensions", str(table))
    assert verdicts == [["fail", "pass"], ["pass", "pass"]]
    assert "no submission here is called 'nobody'" in done.stderr
    assert remarked(out)[1] == verdicts, "what was given is kept"

    table.write_text("id,until\n")
    assert remarked(out, "--extensions", str(table))[1] == [["fail", "pass"], ["fail", "pass"]]


def test_a_table_that_cannot_be_read_changes_nothing(out):
    table = out.parent / "extensions.csv"
    table.write_text("id,until\nabcd12,soon\n")
    before = (out / "abcd12" / "evidence.json").read_bytes()
    with pytest.raises(exits.UsageProblem, match="line 2: until"):
        CliRunner().invoke(
            remark.command, [str(out), "--extensions", str(table)], standalone_mode=False, catch_exceptions=False
        )
    assert (out / "abcd12" / "evidence.json").read_bytes() == before


def test_evidence_about_another_place_writes_nothing_there(out):
    (out / "abcd12" / "evidence.json").write_text(door.dumps(measured("../outside")), encoding="utf-8")

    assert call(out).return_value == exits.USAGE
    assert not (out.parent / "outside").exists()
    assert not (out / "abcd12" / "report.json").exists()


def test_a_surprise_while_marking_is_one_submissions_harness_error(out, monkeypatch):
    real = desk.marked

    def surprised(evidence, *others):
        if evidence.submission.id == "abcd12":
            raise RuntimeError("a surprise")
        return real(evidence, *others)

    monkeypatch.setattr(desk, "marked", surprised)

    assert call(out).return_value == exits.HARNESS
    with (out / "marks.csv").open(newline="", encoding="utf-8-sig") as table:
        states = {row["id"]: row["status"] for row in csv.DictReader(table)}
    assert states == {"abcd12": "harness-error", "efgh34": "marked"}


@pytest.mark.parametrize("name", ["../secret.png", "/secret.png", "link.png", "gone.png"])
def test_only_pictures_of_the_run_folder_reach_a_page(tmp_path, name):
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "link.png").symlink_to(tmp_path / "secret.png")
    shown = measured("a", metrics=(Metrics(about="x", pictures=(Picture(name="p", path=name, caption=""),)),))
    assert desk.picture_bytes(shown, tmp_path) == {}
