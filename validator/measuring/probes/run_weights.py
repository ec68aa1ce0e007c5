"""The weights that were handed in, tried in the networks of the run: read here, put in and asked there.

The files are those of the unpacked submission, which no run can write; the digests are taken before the first cell.
Values reach the run as plain numbers in a folder that it cannot write, and only after its last cell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from validator.evidence import Reading, Run, TriedWeights
from validator.measuring.datasets.inventory import DataError
from validator.measuring.probes import handed as handed_files
from validator.measuring.probes import layout as layouts
from validator.measuring.probes.removal import remove
from validator.measuring.probes.run_executed import Window
from validator.measuring.probes.run_scratch import Scratch, settled
from validator.measuring.probes.run_windows import seconds_of
from validator.measuring.probes.task import Task
from validator.measuring.probes.weights_found import WeightsProblem, plain_text

WINDOW = "weights"
INDEX = "weights.json"
MOST_FILES = 24
MOST_BYTES_OF_ALL = 1 << 30
LARGEST = 1e300
NOT_ASKED = "the run ended before it could be tried"
UNITS = {"weights_accuracy": "share", "weights_run_accuracy": "share", "weights_agreement": "share"}
"""Name of each reading to its unit."""
_CODE = "__import__('importlib').import_module('validator_agent.reweighing').reweigh({told!r}, seconds={seconds})"


@dataclass
class HandedWeights:
    """The files of weights of one submission, as they were before its code ran; empty where no role asks for any."""

    digests: Mapping[str, str] = field(default_factory=dict)
    """Path to SHA-256."""
    refused: dict[str, str] = field(default_factory=dict)
    """Path to the reason why its values are not tried."""
    read: dict[str, str] = field(default_factory=dict)
    """Path to the digest of the bytes whose values the run was given."""

    def window(self, task: Task, *, role: str, scratch: Scratch) -> Window | None:
        """The cell that tries them, with its files written; None where there is nothing to try."""
        if not self.digests:
            return None
        settled(task.run_folder(role), scratch.told)
        index = list(self._written(task, scratch))
        if not index:
            return None
        _write(scratch, scratch.told / INDEX, json.dumps(index))
        return Window(name=WINDOW, code=_CODE.format(told=str(scratch.told), seconds=seconds_of(task)))

    def _written(self, task: Task, scratch: Scratch) -> Any:
        from validator.measuring.probes import weights_values

        room = MOST_BYTES_OF_ALL
        for number, (path, sha256) in enumerate(self.digests.items()):
            # The suffix is one that no checkpoint has: whoever watches for weights that are loaded does not mean these.
            data = scratch.told / f"weights-{number}.values"
            remove(data)
            try:
                if number >= MOST_FILES:
                    raise WeightsProblem(f"the first {MOST_FILES} files are tried")
                most_bytes = min(room, weights_values.MOST_BYTES)
                values = weights_values.copied(task.unpacked / path, data, most_bytes=most_bytes)
                if values.sha256 != sha256:
                    raise WeightsProblem("it is not the file that was handed in any more")
            except (WeightsProblem, OSError) as problem:
                self.refused[path] = str(problem)
                remove(data)
                continue
            room -= values.bytes
            self.read[path] = values.sha256
            scratch.open_to_run(data, 0o644)
            tensors = [vars(tensor) for tensor in values.tensors]
            yield {"path": path, "sha256": values.sha256, "data": data.name, "tensors": tensors}

    def tried(self, handed: Path) -> tuple[TriedWeights, ...]:
        """What came of each file, in order."""
        said = _said(handed)
        return tuple(self._one(path, said.get(path)) for path in self.digests)

    def _one(self, path: str, said: Mapping[str, Any] | None) -> TriedWeights:
        if path in self.refused:
            return TriedWeights(path=path, why=self.refused[path])
        if said is None or path not in self.read:
            return TriedWeights(path=path, sha256=self.read.get(path, ""), why=NOT_ASKED)
        return replace(tried_of(path, said), sha256=self.read[path])


def of(task: Task) -> HandedWeights:
    """The files that fill roles of the kind `weights`, with their digests. Call it before code of the student runs."""
    roles = [role.name for role in task.plan.roles if role.kind == "weights"]
    if not roles:
        return HandedWeights()
    layout = layouts.layout(
        root=task.unpacked, refused=None, flags=(), submission_id=task.submission.id, roles=task.plan.roles
    )
    sha256 = {file.path: file.sha256 for file in layout.files}
    paths = dict.fromkeys(path for role in roles for path in layout.roles.get(role, ()))
    return HandedWeights(digests={path: sha256[path] for path in paths if path in sha256})


def with_weights(run: Run, weights: HandedWeights, handed: Path) -> Run:
    """The run with what its networks answer with the weights that were handed in, and the readings of it."""
    found = weights.tried(handed)
    readings = readings_of(found, role=run.role) if weights.digests else {}
    return replace(run, weights=found, readings={**run.readings, **readings})


def readings_of(found: Sequence[TriedWeights], *, role: str) -> dict[str, Reading]:
    """Of the file that falls shortest of the run's own weights; else the first reason why there is none."""
    why = next((one.why for one in found if one.why), "no label of what the run evaluated on was seen")
    values: dict[str, float | None] = dict.fromkeys(UNITS)
    labelled = [one for one in found if one.labelled and one.correct_file is not None and one.correct_run is not None]
    decided = [one for one in found if one.rows and one.same is not None]
    if labelled:
        worst = min(labelled, key=lambda one: ((one.correct_file or 0) - (one.correct_run or 0)) / one.labelled)
        values["weights_accuracy"] = (worst.correct_file or 0) / worst.labelled
        values["weights_run_accuracy"] = (worst.correct_run or 0) / worst.labelled
    if decided:
        values["weights_agreement"] = min((one.same or 0) / one.rows for one in decided)
    return {
        f"{role}.{name}": Reading.missing(unit=unit, why=why)
        if values[name] is None
        else Reading(value=values[name], unit=unit, source="reported")
        for name, unit in UNITS.items()
    }


def _said(handed: Path) -> dict[str, Mapping[str, Any]]:
    try:
        entries = handed_files.tables(handed_files.read_json(handed / INDEX))
    except (DataError, OSError):
        return {}
    return {str(entry.get("path")): entry for entry in entries}


def tried_of(path: str, said: Mapping[str, Any]) -> TriedWeights:
    """What the run says of one file; numbers that cannot be are left out, since a stranger wrote them."""
    rows, labelled = _count(said, "rows") or 0, _count(said, "labelled") or 0
    right = [_count(said, name, most=labelled) for name in ("correct_run", "correct_file")]
    if None in right:  # without both it is as if no label was seen
        labelled, right = 0, [None, None]
    second = said.get("again")
    again: Mapping[str, Any] = second if isinstance(second, dict) else {}
    why = handed_files.text_of(said, "why")
    return TriedWeights(
        path=path,
        network=plain_text(str(said.get("network", ""))),
        fitting=_count(said, "fitting") or 0,
        why=why or ("" if rows else NOT_ASKED),
        rows=0 if why else rows,
        left_out=_count(said, "left_out") or 0,
        trained_on=said.get("trained_on") is True,
        training_mode=said.get("training_mode") is True,
        same=_count(said, "same", most=rows),
        same_again=_count(again, "same", most=rows),
        difference=_number(said, "difference"),
        difference_again=_number(again, "difference"),
        largest=_number(said, "largest"),
        labelled=0 if why else labelled,
        correct_run=right[0],
        correct_file=right[1],
        distance=_number(said, "distance"),
        identical=said.get("identical") is True,
        not_numbers=_count(said, "not_numbers") or 0,
    )


def _count(said: Mapping[str, Any], name: str, *, most: int = 2**53) -> int | None:
    value = said.get(name)
    return value if type(value) is int and 0 <= value <= most else None


def _number(said: Mapping[str, Any], name: str) -> float | None:
    value = said.get(name)
    return float(value) if isinstance(value, (int, float)) and 0 <= value < LARGEST else None


def _write(scratch: Scratch, file: Path, text: str) -> None:
    remove(file)
    file.write_text(text, encoding="utf-8")
    scratch.open_to_run(file, 0o644)
