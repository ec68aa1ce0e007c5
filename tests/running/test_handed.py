"""What a run handed out has one digest over names and contents, and nothing else of the run's folder is in it."""

from pathlib import Path

import pytest

from tests.running.tiny import PLAN, given
from validator.measuring.probes.task import Task
from validator.running.handed import handed_digest


@pytest.fixture
def task(tmp_path: Path) -> Task:
    task = Task(submission=given("anna01")[0].submission, given="", home=str(tmp_path), plan=PLAN)
    task.handed("generator").mkdir(parents=True)
    (task.handed("generator") / "samples.npy").write_bytes(b"samples")
    return task


def digest(task: Task) -> str:
    return handed_digest(task, "generator")


def test_it_changes_with_a_content_a_name_and_the_secret_order(task: Task) -> None:
    seen = [digest(task)]
    (task.handed("generator") / "samples.npy").write_bytes(b"others")
    seen.append(digest(task))
    (task.handed("generator") / "samples.npy").rename(task.handed("generator") / "renamed.npy")
    seen.append(digest(task))
    (task.run_folder("generator") / "secret").mkdir()
    (task.run_folder("generator") / "secret" / "order.npy").write_bytes(b"order")
    seen.append(digest(task))
    assert len(set(seen)) == 4


def test_pictures_that_scoring_draws_beside_it_do_not_change_it(task: Task) -> None:
    before = digest(task)
    (task.run_folder("generator") / "samples.png").write_bytes(b"picture")
    assert digest(task) == before


def test_links_and_pipes_are_neither_followed_nor_waited_for(task: Task, tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"one")
    (task.handed("generator") / "link").symlink_to(tmp_path / "outside")
    before = digest(task)
    (tmp_path / "outside").write_bytes(b"two")
    assert digest(task) == before


def test_a_run_that_handed_out_nothing_has_a_digest_too(task: Task) -> None:
    assert handed_digest(task, "classifier") != digest(task)
