"""Fixtures shared by many tests."""

import pytest

from validator.evidence import SCHEMA, Evidence, FileEntry, Harness, Layout, Paper, Reading, Submission


@pytest.fixture
def evidence() -> Evidence:
    """A submission with a paper of four pages, not executed."""
    pages = Reading(value=4, unit="pages", source="observed")
    return Evidence(
        schema=SCHEMA,
        harness=Harness(version="0.0.0"),
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        layout=Layout(
            files=(FileEntry(path="abcd12-paper.pdf", bytes=10, sha256="1" * 64, kind="paper"),),
            roles={"paper": ("abcd12-paper.pdf",)},
        ),
        papers=(Paper(path="abcd12-paper.pdf", readings={"paper.pages_total": pages, "paper.pages_counted": pages}),),
        skipped={"run-classifier": "not executed (--static)"},
    )
