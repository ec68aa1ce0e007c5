"""Asks a module once more what it was asked when it judged last, and compares two rounds of answers.

Knows modules, calls and answers; nothing of files. Without gradients: nothing that is asked here can train anything.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from .as_found import seeded, tensors_of
from .judged import Fed

MOST_ANSWER_BYTES = 64 << 20
"""Of one round; answers beyond are not kept, and what is compared is what was kept of both."""
CLASSES = 2
LOGITS = ("logits", "scores", "predictions")
"""What outputs that are dictionaries call the answer."""


@dataclass
class Answers:
    """One round: for each call the answer, float32 on the CPU, and how many calls were asked."""

    kept: list[Any] = field(default_factory=list)
    calls: int = 0


def ask(module: Any, fed: Sequence[Fed], *, seed: int, seconds: float, calls: int | None = None) -> Answers:
    """Ask all of them, or the first `calls`, each in the mode it was asked in, until the time is over."""
    round_, room, began = Answers(), MOST_ANSWER_BYTES, time.monotonic()
    device = next((tensor.device for tensor in tensors_of(module)[0].values()), torch.device("cpu"))
    seeded(seed)
    with torch.inference_mode():
        for one in fed[:calls]:
            if calls is None and round_.calls and time.monotonic() - began > seconds:
                break
            if module.training != one.training:
                module.train(one.training)
            answer = answer_of(module(*_there(one.args, device), **_there(one.keywords, device)))
            size = max(1, answer.numel() // max(1, len(answer))) * 4
            rows = min(len(answer), room // size)
            room -= rows * size
            round_.kept.append(answer[:rows].to("cpu", torch.float32, copy=True))
            round_.calls += 1
            if room < size:
                break
    return round_


def answer_of(output: Any) -> Any:
    """The tensor with rows that a module returned: its logits by name, else the first of real numbers."""
    if isinstance(output, torch.Tensor):
        parts = [output]
    elif isinstance(output, dict) or hasattr(output, "keys"):
        named = [output[name] for name in LOGITS if name in output]
        parts = [*named, *(output[name] for name in output.keys())]  # noqa: SIM118 - not every one is a dictionary
    else:
        parts = list(output) if isinstance(output, (list, tuple)) else []
    for part in parts:
        if isinstance(part, torch.Tensor) and part.is_floating_point() and part.dim() > 0:
            return part.detach()
    raise ValueError("it returned no tensor of real numbers")


def agreement(ours: Answers, theirs: Answers) -> dict[str, Any]:
    """How far two rounds are from each other: rows, differences, and for scores the share of equal decisions.

    `difference` is the root mean square of the differences over the spread of our answers: 0 for the same answers,
    about 1.4 for others of the same kind that have nothing to do with them.
    """
    left, right = _joined(ours), _joined(theirs)
    numbers = torch.isfinite(left) & torch.isfinite(right)
    apart = (left - right)[numbers].double()
    spread = float(left[numbers].double().std(correction=0)) if apart.numel() else 0.0
    said: dict[str, Any] = {
        "rows": sum(map(len, ours.kept)),
        "unlike_numbers": int((~numbers).sum()),
        "largest": float(apart.abs().max()) if apart.numel() else None,
        "difference": float(apart.square().mean().sqrt()) / spread if spread > 0 else None,
    }
    if ours.kept and all(answer.dim() == 2 and answer.shape[1] >= CLASSES for answer in ours.kept):
        pairs = zip(map(decisions, ours.kept), map(decisions, theirs.kept), strict=True)
        said["same"] = sum(int(((one == two) & (one >= 0)).sum()) for one, two in pairs)
    return said


def correct(answers: Answers, fed: Sequence[Fed], *, threshold: float) -> tuple[int, int]:
    """How many rows with a label there are, and how many of them were decided right.

    Labels outside the classes, such as -100, are none. Single numbers decide between 0 and 1 at the threshold.
    """
    labelled = right = 0
    for answer, one in zip(answers.kept, fed, strict=False):
        found = decisions(answer, threshold)
        if found is None or one.labels is None:
            continue
        labels = one.labels[: len(found)]
        if labels.dim() == 2:
            labels = labels.argmax(1) if labels.shape[1] >= CLASSES else labels[:, 0]
        if len(labels) != len(found):
            continue  # of each input several rows: which is whose is not known
        labels = labels.long()
        classes = answer.shape[1] if answer.dim() == 2 and answer.shape[1] >= CLASSES else CLASSES
        if answer.numel() == len(answer) and bool((labels >= CLASSES).any()):
            continue  # whole numbers that are no decision: ages, ratings
        counts = (labels >= 0) & (labels < classes)
        labelled += int(counts.sum())
        right += int(((found == labels) & counts).sum())
    return labelled, right


def decisions(answer: Any, threshold: float = 0.0) -> Any:
    """The class of each row, int64 `(n,)`, -1 where the answer is no number; None where it is no decision."""
    if answer.dim() == 2 and answer.shape[1] >= CLASSES:
        found = answer.argmax(1)
    elif answer.dim() == 1 or (answer.dim() == 2 and answer.shape[1] == 1):
        found = (answer.reshape(-1) > threshold).long()
    else:
        return None
    return torch.where(torch.isfinite(answer.reshape(len(answer), -1)).all(1), found, -1)


def threshold_of(answers: Answers) -> float:
    """Where single numbers decide: probabilities at a half, and scores at nought."""
    return 0.5 if all(bool(((answer >= 0) & (answer <= 1)).all()) for answer in answers.kept) else 0.0


def _joined(answers: Answers) -> Any:
    return torch.cat([answer.reshape(-1) for answer in answers.kept])


def _there(value: Any, device: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.to(device)
    if type(value) in (list, tuple):
        return type(value)(_there(one, device) for one in value)
    return {key: _there(one, device) for key, one in value.items()} if type(value) is dict else value
