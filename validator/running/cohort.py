"""A cohort: every submission measured in its own processes, a few at a time, nothing lost when one of them breaks."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from validator import __version__, evidence
from validator.evidence import Evidence, Fault, Harness, Layout, Submission
from validator.measuring.probes.task import Task
from validator.plan import Plan
from validator.running.engines.local import Interrupted, LocalEngine
from validator.running.files import real_folder, write_atomically
from validator.running.submission import Measuring, Surroundings
from validator.running.versions import run_extra_missing, versions

Tell = Callable[[str, str], None]
"""Called with a submission's id and one line on what happens to it, from any thread."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """One submission as it was handed in."""

    submission: Submission
    path: Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a cohort is measured."""

    plan: Plan
    out: Path
    data: Path | None = None
    weights: Path | None = None
    data_key: str = ""
    """Digest of what the data folder holds: other data, other measurements."""
    weights_key: str = ""
    lookalike: bool = False
    jobs: int = 1
    force: bool = False


def measured(
    given: Sequence[Given], settings: Settings, *, tell: Tell, engine: LocalEngine | None = None
) -> Iterator[Evidence]:
    """Measure each submission and yield its evidence as soon as it is complete, in order of completion.

    Raises Interrupted after the running stages have been ended when the consumer is interrupted (Ctrl-C).
    """
    engine = engine or LocalEngine(slots=settings.jobs)
    around = Surroundings(
        engine=engine,
        versions=versions(),
        data_key=settings.data_key,
        weights_key=settings.weights_key,
        force=settings.force,
        heavy_missing=run_extra_missing(),
    )
    with ThreadPoolExecutor(max_workers=settings.jobs, thread_name_prefix="slot") as slots:
        waiting = {slots.submit(_one, each, settings, around, tell) for each in given}
        try:
            yield from _as_completed(waiting)
        except BaseException:
            engine.stop()
            slots.shutdown(wait=True, cancel_futures=True)
            raise


def _as_completed(waiting: set[Future[Evidence]]) -> Iterator[Evidence]:
    """Short waits, so that Ctrl-C reaches the main thread between them."""
    while waiting:
        done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _one(given: Given, settings: Settings, around: Surroundings, tell: Tell) -> Evidence:
    """One submission; whatever goes wrong around it is a fault of the harness and stops no other."""
    home = settings.out / given.submission.id
    task = Task(
        submission=given.submission,
        given=str(given.path.resolve()),
        home=str(home.resolve()),
        plan=settings.plan,
        data=str(settings.data.resolve()) if settings.data else None,
        weights=str(settings.weights.resolve()) if settings.weights else None,
        lookalike=settings.lookalike,
    )
    try:
        return Measuring(task, around, lambda line: tell(given.submission.id, line)).evidence()
    except Interrupted:
        raise
    except Exception as error:  # noqa: BLE001 - the one place where a surprise becomes a recorded harness fault
        tell(given.submission.id, f"harness error: {error}")
        return _faulty(task, error)


def _faulty(task: Task, error: Exception) -> Evidence:
    fault = Fault(stage="cohort", what=f"{type(error).__name__}: {error}", trace=traceback.format_exc())
    text = evidence.dumps(
        Evidence(
            schema=evidence.SCHEMA,
            harness=Harness(version=__version__),
            submission=task.submission,
            layout=Layout(),
            faults=(fault,),
        )
    )
    with contextlib.suppress(OSError):  # a full disk is a fault of this one, and the others go on
        real_folder(Path(task.home))
        write_atomically(Path(task.home) / "evidence.json", text.encode())
    return evidence.loads(text)
