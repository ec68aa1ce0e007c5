"""The ledger: the last entry of a submission counts, and one that cannot be read is said and not overwritten."""

from dataclasses import replace

import pytest

from validator.running.engines.slurm_ledger import (
    Entry,
    Ledger,
    LedgerError,
    ledger_path,
    read_ledger,
    write_ledger,
)

FIRST = Entry(
    submission="anna01", task="a/0.task.json", key="k", submitted_at="2026-03-01T12:00:00+00:00", walltime_minutes=5
)
SECOND = replace(FIRST, task="b/0.task.json")


def test_what_is_written_is_read(tmp_path):
    ledger = Ledger().with_entries([FIRST], rubric="r").with_jobs({"a/0.task.json": "7_0"})
    write_ledger(tmp_path, ledger)
    assert read_ledger(tmp_path) == ledger
    assert ledger.entries[0].job == "7_0"


def test_the_last_entry_of_a_submission_counts_and_the_earlier_stays(tmp_path):
    ledger = Ledger().with_entries([FIRST], rubric="r").with_entries([SECOND], rubric="s")
    assert ledger.current() == {"anna01": SECOND}
    assert ledger.entries == (FIRST, SECOND)
    assert ledger.rubric == "s"


def test_a_job_is_named_to_its_own_entry_only():
    ledger = Ledger().with_entries([FIRST, SECOND], rubric="r").with_jobs({"b/0.task.json": "8"})
    assert [entry.job for entry in ledger.entries] == ["", "8"]


def test_a_folder_without_one_has_none(tmp_path):
    assert read_ledger(tmp_path) is None


@pytest.mark.parametrize("text", ["", "[", "{}x", '{"schema": 2}', '{"entries": [{}]}', "[" * 100_000])
def test_one_that_cannot_be_read_is_said(tmp_path, text):
    ledger_path(tmp_path).parent.mkdir()
    ledger_path(tmp_path).write_text(text)
    with pytest.raises(LedgerError, match=r"ledger\.json"):
        read_ledger(tmp_path)
