"""A notebook on an accelerator, in each tier: it sees its own GPU and no other, and can use it within its limits."""

import json
from pathlib import Path

import pytest

from validator.evidence import Submission
from validator.measuring.probes.run import run
from validator.measuring.probes.task import Task
from validator.measuring.sandbox import gpus, tiers
from validator.plan import Plan, RunLimits

WORKS = [entry.tier for entry in tiers.found() if entry.works]

TRAINING = """\
import torch
assert torch.cuda.device_count() == 1, torch.cuda.device_count()
net = torch.nn.Linear(512, 512).cuda()
optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(7):
    optimiser.zero_grad()
    net(torch.randn(64, 512, device='cuda')).square().mean().backward()
    optimiser.step()
print(torch.cuda.get_device_name())
"""


@pytest.mark.gpu
@pytest.mark.slow
@pytest.mark.skipif(not gpus.installed(), reason="this machine has no NVIDIA GPU")
@pytest.mark.parametrize("tier", WORKS)
def test_a_training_on_the_assigned_gpu_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tier: str) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    monkeypatch.setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    (tmp_path / "submission").mkdir()
    cell = {"cell_type": "code", "source": TRAINING, "metadata": {}, "outputs": [], "execution_count": None}
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    (tmp_path / "submission" / "a.ipynb").write_text(json.dumps(document))
    task = Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given=str(tmp_path / "abcd12.zip"),
        home=str(tmp_path),
        tier=tier,
        plan=Plan(roles=(), run=RunLimits(wall_seconds=120.0)),
    )
    found = run(task, "meter", "a.ipynb")
    assert (found.outcome, found.detail) == ("finished", "")
    assert found.readings["meter.steps"].value == 7
