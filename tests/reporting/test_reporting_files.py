"""Which files a submission and a cohort have, and what loading the renderers costs."""

import subprocess
import sys

from validator import reporting


def test_a_submission_has_its_four_files(report, evidence, png):
    files = reporting.submission_files(report, evidence, {"run/samples.png": png})

    assert sorted(files) == ["feedback.md", "gradescope.json", "report.html", "report.json"]
    assert all(isinstance(content, bytes) and content.endswith(b"\n") for content in files.values())


def test_a_cohort_has_its_three_files_whatever_the_order(report, hostile_report):
    files = reporting.cohort_files([report, hostile_report])

    assert sorted(files) == ["cohort.html", "cohort.json", "marks.csv"]
    assert files == reporting.cohort_files([hostile_report, report])


def test_rendering_twice_gives_the_same_bytes(report, evidence):
    assert reporting.submission_files(report, evidence, {}) == reporting.submission_files(report, evidence, {})


def test_nothing_heavy_is_loaded_until_something_is_rendered():
    command = (
        "import sys, validator.reporting; print(sorted({'jinja2', 'rich', 'torch', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
