"""What networks answered when they judged images is kept; what training computes is forgotten without a look."""

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from validator.measuring.meter import judge

AGENT = Path(judge.__file__).parents[1] / "agent"


@pytest.fixture
def agent(monkeypatch):
    monkeypatch.syspath_prepend(str(AGENT))
    from validator_agent import evaluations, passes, signatures, tally  # type: ignore[import-not-found]

    yield SimpleNamespace(evaluations=evaluations, passes=passes, signatures=signatures, tally=tally)
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


class Watched:
    """One module whose calls are told as the meter tells them."""

    def __init__(self, agent, module, kept, name="Net@1"):
        self.module, self.kept = module, kept
        self.tally = agent.tally.Tally(module, name)
        self.tally.network = SimpleNamespace(name="Net#1", number=1, updates=1)

    def __call__(self, batch, came_from=None):
        self.tally.came_from = came_from
        self.kept.called(self.tally, self.module, batch)
        output = self.module(batch)
        self.kept.left(self.tally, output)
        return output


@pytest.fixture
def kept(agent):
    return agent.evaluations.Evaluations()


@pytest.fixture
def net(agent, kept):
    return Watched(agent, nn.Sequential(nn.Flatten(), nn.Linear(3 * 28 * 28, 20)).eval(), kept)


@pytest.fixture
def batches():
    return torch.randn(6, 10, 3, 28, 28, generator=torch.Generator().manual_seed(0))


def _written(kept, folder):
    kept.settle()
    kept.write(str(folder))
    path = folder / "evaluations.json"
    return json.loads(path.read_text()) if path.exists() else []


def test_outputs_and_signatures_of_every_batch_are_kept(agent, kept, net, batches, tmp_path):
    with torch.no_grad():
        expected = torch.cat([net(batch) for batch in batches])
    (entry,) = _written(kept, tmp_path)
    np.testing.assert_array_equal(np.load(tmp_path / entry["file"]), expected.numpy())
    signatures = agent.signatures.signatures(batches.flatten(0, 1)).numpy()
    np.testing.assert_allclose(np.load(tmp_path / entry["signatures"]), signatures, atol=1e-5)
    assert np.load(tmp_path / entry["batches_file"]).tolist() == [[10, 0, 1]] * 6
    assert (entry["network"], entry["mode"], entry["images"], entry["updates_since"]) == ("Net#1", "eval", 60, 0)


def test_a_call_that_a_gradient_follows_is_forgotten_without_a_look(kept, net, batches, tmp_path, monkeypatch):
    def look(call):
        raise AssertionError("training was looked at")

    monkeypatch.setattr(kept, "_look", look)
    for batch in batches:
        net(batch)
        kept.gradient([1])
    assert _written(kept, tmp_path) == []


def test_an_evaluation_with_gradients_on_is_kept_all_the_same(kept, net, batches, tmp_path):
    net.module.train()
    for batch in batches:
        net(batch)
    (entry,) = _written(kept, tmp_path)
    assert (entry["mode"], entry["images"]) == ("train", 60)


def test_the_last_batch_before_training_goes_on_is_not_lost(kept, net, batches, tmp_path):
    with torch.no_grad():
        net(batches[0])
        net(batches[1])
    net(batches[2])
    kept.gradient([1])
    assert _written(kept, tmp_path)[0]["images"] == 20


def test_each_state_of_the_network_is_an_evaluation_and_old_ones_keep_their_classes_only(kept, net, batches, tmp_path):
    for update in range(1, 7):
        net.tally.network.updates = update
        with torch.no_grad():
            net(batches[0])
            net(batches[1])
            kept.settle()
    entries = _written(kept, tmp_path)
    assert [entry["after_update"] for entry in entries] == [1, 2, 3, 4, 5, 6]
    kinds = [np.load(tmp_path / entry["file"]).dtype.name for entry in entries]
    assert kinds == ["uint8"] * 3 + ["float32"] * 3
    assert [entry["updates_since"] for entry in entries] == [5, 4, 3, 2, 1, 0]


def test_what_is_kept_stays_within_its_limits(kept, net, batches, tmp_path, monkeypatch):
    monkeypatch.setattr("validator_agent.passes.MAX_ROWS", 35)
    monkeypatch.setattr("validator_agent.passes.MAX_STATES", 4)
    with torch.no_grad():
        for update in range(1, 10):
            net.tally.network.updates = update
            for batch in batches:
                net(batch)
            kept.settle()
    entries = _written(kept, tmp_path)
    assert len(entries) <= 4
    assert (entries[-1]["images"], entries[-1]["dropped"]) == (30, 30)
    assert np.load(tmp_path / entries[-1]["batches_file"])[:, 0].sum() == 30


def test_once_its_time_is_spent_nothing_more_is_looked_at(kept, net, batches, tmp_path, monkeypatch):
    monkeypatch.setattr("validator_agent.evaluations.FREE_SECONDS", -1.0)
    monkeypatch.setattr("validator_agent.evaluations.SHARE", 0.0)
    with torch.no_grad():
        for batch in batches:
            net(batch)
    assert _written(kept, tmp_path) == []
    assert kept.passes.skipped == 6


def test_a_batch_whose_memory_was_filled_anew_is_not_taken_for_what_was_judged(kept, net, batches, tmp_path):
    buffer = batches[0].clone()
    with torch.no_grad():
        net(buffer)
        buffer.copy_(batches[1])
        net(buffer)
    assert _written(kept, tmp_path)[0]["images"] == 10
    assert kept.passes.skipped == 1


def test_images_that_were_encoded_by_another_module_are_known_by_what_that_one_was_fed(agent, kept, batches, tmp_path):
    encoder = Watched(agent, nn.Sequential(nn.Flatten(), nn.Linear(3 * 28 * 28, 200)).eval(), kept, "Encoder@1")
    head = Watched(agent, nn.Linear(200, 20), kept, "Head@1")
    with torch.no_grad():
        for batch in batches:
            head(encoder(batch), came_from=encoder.tally)
    (entry,) = _written(kept, tmp_path)
    assert (entry["module"], entry["through"]) == ("Head@1", "Encoder@1")
    signatures = agent.signatures.signatures(batches.flatten(0, 1)).numpy()
    np.testing.assert_allclose(np.load(tmp_path / entry["signatures"]), signatures, atol=1e-5)


def test_features_of_another_batch_are_not_taken_for_those_of_the_last(agent, kept, batches, tmp_path):
    encoder = Watched(agent, nn.Sequential(nn.Flatten(), nn.Linear(3 * 28 * 28, 200)).eval(), kept, "Encoder@1")
    head = Watched(agent, nn.Linear(200, 20), kept, "Head@1")
    with torch.no_grad():
        features = [encoder(batch) for batch in batches]
        for feature in features[:3]:
            head(feature, came_from=encoder.tally)
    (entry,) = _written(kept, tmp_path)
    assert (entry["signatures"], entry["images"]) == (None, 30)


def test_outputs_that_are_no_classes_are_not_kept(agent, kept, batches, tmp_path):
    for module in (nn.Conv2d(3, 4, 3), nn.Sequential(nn.Flatten(), nn.Linear(3 * 28 * 28, 1))):
        watched = Watched(agent, module, kept, f"{type(module).__name__}@1")
        with torch.no_grad():
            watched(batches[0])
    assert _written(kept, tmp_path) == []


def test_dropout_that_drops_and_norms_by_the_batch_are_named_and_others_are_not(agent, kept, batches, tmp_path):
    layers = (nn.Flatten(), nn.Linear(3 * 28 * 28, 20), nn.BatchNorm1d(20), nn.Dropout(0.5), nn.AlphaDropout(0.0))
    watched = Watched(agent, nn.Sequential(*layers).train(), kept)
    with torch.no_grad():
        watched(batches[0])
    assert _written(kept, tmp_path)[0]["layers"] == {"train": ["BatchNorm1d", "Dropout"]}


@pytest.mark.parametrize(
    ("shape", "images"),
    [
        ((5, 3, 28, 28), (5, 3, 28, 28)),
        ((5, 28, 28, 3), (5, 3, 28, 28)),
        ((5, 2352), (5, 3, 28, 28)),
        ((5, 784), (5, 1, 28, 28)),
        ((5, 28, 28), (5, 1, 28, 28)),
        ((5, 3, 32, 32), (5, 3, 32, 32)),
        ((5, 64), None),
        ((5, 128, 7, 7), None),
        ((5, 16, 147), None),
        ((0, 3, 28, 28), None),
    ],
)
def test_images_are_told_by_their_shape(agent, shape, images):
    found = agent.signatures.as_images(torch.zeros(shape))
    assert (None if found is None else tuple(found.shape)) == images


def test_a_child_writes_where_nobody_nearer_to_the_notebook_did(agent, kept, net, batches, tmp_path):
    from validator_agent import owning

    path = tmp_path / agent.passes.NAME
    claim = path.with_suffix(".owner")
    claim.write_text(json.dumps([os.getppid(), owning.STARTED]))
    assert not owning.owns(path, owning.FORKED)
    assert not owning.owns(path, owning.STARTED)
    assert owning.owns(path, owning.FIRST)
    assert json.loads(claim.read_text()) == [os.getpid(), owning.FIRST]
    claim.write_text(json.dumps([2**30, owning.STARTED]))  # one that has ended
    assert not owning.owns(path, owning.FORKED)
    assert owning.owns(path, owning.STARTED)
    claim.write_text("of a student")
    assert owning.owns(path, owning.FORKED)


def test_counts_of_rows_and_bytes_are_those_of_what_is_kept(kept, net, batches, monkeypatch):
    monkeypatch.setattr("validator_agent.passes.MAX_ROWS", 35)
    with torch.no_grad():
        for batch in batches:
            net(batch)
    kept.settle()
    (state,) = kept.passes._states.values()
    for _ in range(2):
        arrays = [*state.outputs, *state.signatures]
        assert (state.rows, state.size) == (30, sum(array.nbytes for array in arrays))
        state.shrink()


FORKED = """
import multiprocessing, os, torch

def judge(rows):
    net.eval()
    with torch.no_grad():
        for _ in range(2):
            net(torch.randn(rows, 3, 28, 28))

net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(2352, 20))
optimiser = torch.optim.SGD(net.parameters(), 0.1)
net(torch.randn(8, 3, 28, 28)).sum().backward()
optimiser.step()
judge(50)
from validator_agent import Running
Running.meter.flush_all()
context = multiprocessing.get_context("fork")
child = context.Process(target=judge, args=(7,))
child.start()
child.join()
"""


def test_the_evaluations_of_a_forked_child_do_not_replace_those_of_the_notebook(metered):
    run = metered(FORKED)
    assert run.code == 0, run.stderr
    entries = json.loads((run.folder / "handed" / "evaluations.json").read_text())
    assert [(entry["network"], entry["images"]) for entry in entries] == [("Sequential#1", 100)]
    assert np.load(run.folder / "handed" / entries[0]["file"]).shape == (100, 20)


def test_losses_of_several_calls_before_one_gradient_are_no_evaluation(kept, net, batches, tmp_path):
    for _ in range(3):
        net.module.eval()
        with torch.no_grad():
            net(batches[0])
        net.module.train()
        for batch in batches:
            net(batch)
        kept.gradient([1])
    (entry,) = _written(kept, tmp_path)
    assert (entry["mode"], entry["images"]) == ("eval", 30)


def test_an_evaluation_in_training_mode_is_kept_though_training_goes_on(kept, net, batches, tmp_path):
    net.module.train()
    for batch in [*batches, *batches]:
        net(batch)
    kept.gradient([1])
    assert _written(kept, tmp_path)[0]["images"] == 110


def test_modules_that_feed_each_other_in_a_loop_do_not_hold_what_they_computed(agent, kept, batches):
    first, second = (Watched(agent, nn.Identity(), kept, f"{name}@1") for name in "AB")
    values = batches[0]
    with torch.no_grad():
        for _ in range(6):
            values = first(values.view(10, 3, 28, 28), came_from=second.tally)
            values = second(values.view(10, 3, 28, 28), came_from=first.tally)
    deepest, depth = kept._waiting["B@1"], 0
    while deepest.feeder is not None:
        deepest, depth = deepest.feeder, depth + 1
    assert depth <= agent.evaluations.DEEPEST


def test_steps_of_a_sampler_are_not_signed(kept, agent, batches, monkeypatch):
    def sign(images):
        raise AssertionError("a step was signed")

    monkeypatch.setattr("validator_agent.evaluations.signatures", sign)
    step = Watched(agent, nn.Conv2d(3, 3, 3, padding=1), kept)
    with torch.no_grad():
        for batch in batches:
            step(batch)
    kept.settle()
    assert kept.passes.skipped == 0
