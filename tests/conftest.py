"""Fixtures shared by many tests; and one thread for each worker's arithmetic, before anything imports numpy or torch.

Idle threads of two workers spin while they wait, and small products then take many times as long.
"""

# ruff: noqa: E402
import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import pytest

from validator.evidence import SCHEMA, Evidence, FileEntry, Harness, Layout, Paper, Reading, Submission

LONGEST = (
    "tests/test_fixtures.py",
    "tests/faults/",
    "tests/meter/",
    "tests/slurm/",
    "tests/measuring/agent/",
    "tests/measuring/probes/",
)
"""What takes minutes begins first: a worker left with it at the end would keep the other waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files as pytest finds them, but for those that begin first."""
    items.sort(
        key=lambda item: next((n for n, start in enumerate(LONGEST) if item.nodeid.startswith(start)), len(LONGEST))
    )


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
