"""`validate report` and `validate export` on a folder that was marked before."""

import csv
import io
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from validator import evidence as door
from validator import reporting
from validator.cli import exits, export, report
from validator.evidence import Evidence, Harness, Layout, Submission
from validator.marking import load_rubric, mark


@pytest.fixture
def out(tmp_path):
    rubric = load_rubric("comp3547-2024")
    reports = []
    for name in ("abcd12", "efgh34"):
        measured = Evidence(
            schema=door.SCHEMA,
            harness=Harness(version="0"),
            submission=Submission(id=name, sha256="00", source=f"{name}.zip"),
            layout=Layout(),
        )
        home = tmp_path / name
        home.mkdir()
        (home / "evidence.json").write_text(door.dumps(measured), encoding="utf-8")
        reports.append(mark(measured, rubric, ()))
        (home / "report.json").write_text(reporting.report_json(reports[-1]), encoding="utf-8")
    return tmp_path


def call(command, *words):
    return CliRunner().invoke(command, [str(word) for word in words], standalone_mode=False)


def test_a_marked_folder_prints_a_row_a_submission(out):
    done = call(report.command, out)

    assert done.return_value == exits.FINDINGS
    assert "abcd12" in done.stdout
    assert "efgh34" in done.stdout


def test_one_submission_prints_in_full(out):
    assert "rubric comp3547-2024" in call(report.command, out / "abcd12").stdout


def test_json_is_the_stored_report(out):
    stored = json.loads((out / "abcd12" / "report.json").read_text(encoding="utf-8"))

    assert json.loads(call(report.command, out / "abcd12", "--json").stdout) == stored


def test_write_makes_every_file_again_and_keeps_the_report(out):
    before = (out / "abcd12" / "report.json").read_bytes()
    call(report.command, out, "--write")

    assert (out / "abcd12" / "report.json").read_bytes() == before
    for name in ("report.html", "feedback.md", "gradescope.json"):
        assert (out / "efgh34" / name).is_file()
    assert (out / "cohort.html").is_file()
    assert (out / "marks.csv").is_file()


def test_a_folder_without_reports_says_how_to_measure(tmp_path):
    with pytest.raises(exits.UsageProblem, match="validate PATH --out"):
        CliRunner().invoke(report.command, [str(tmp_path)], standalone_mode=False, catch_exceptions=False)


def test_a_torn_report_is_one_message_with_the_way_out(out):
    (out / "abcd12" / "report.json").write_text("{", encoding="utf-8")
    done = call(report.command, out)

    assert isinstance(done.exception, exits.UsageProblem)
    assert "validate remark" in str(done.exception)


def test_csv_goes_to_stdout(out):
    rows = list(csv.DictReader(io.StringIO(call(export.command, out, "--to", "csv").stdout)))

    assert [row["id"] for row in rows] == ["abcd12", "efgh34"]


def test_gradescope_results_are_one_object_for_a_submission_and_by_id_for_a_folder(out):
    single = json.loads(call(export.command, out / "abcd12", "--to", "gradescope").stdout)
    every = json.loads(call(export.command, out, "--to", "gradescope").stdout)

    assert "tests" in single
    assert every == {"abcd12": single, "efgh34": every["efgh34"]}


def test_a_file_is_written_whole(out, tmp_path):
    call(export.command, out, "--file", tmp_path / "m.csv")

    assert (tmp_path / "m.csv").read_text(encoding="utf-8").startswith("id,source,status")


def test_a_file_that_cannot_be_written_is_one_message(out):
    done = call(export.command, out, "--file", out / "abcd12" / "report.json" / "m.csv")

    assert isinstance(done.exception, exits.UsageProblem)
    assert "choose another --file" in str(done.exception)


def test_a_harness_error_ends_with_its_own_code(out):
    from validator.reporting import json_report

    path = out / "abcd12" / "report.json"
    broken = replace(json_report.loads(path.read_text(encoding="utf-8")), status="harness-error", faults=("x",))
    path.write_bytes(json_report.render(broken))

    assert call(report.command, out).return_value == exits.HARNESS
