"""What a module was fed when it judged last is kept within bounds, with the labels that plainly belong to it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from validator.measuring.meter import judge

torch = pytest.importorskip("torch")
AGENT = Path(judge.__file__).parents[1] / "agent"
KIB = 1 << 10


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    monkeypatch.syspath_prepend(str(AGENT))
    from validator_agent import judged, served  # type: ignore[import-not-found]

    iterators = torch.utils.data.dataloader._BaseDataLoaderIter
    monkeypatch.setattr(iterators, "__next__", iterators.__next__)  # put back afterwards
    yield SimpleNamespace(judged=judged, served=served)
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


class Loader(SimpleNamespace):
    """A module that has an iterator class, as torch's has."""

    def __init__(self, items: list[Any]) -> None:
        class Iterating:
            def __init__(self) -> None:
                self.left = list(items)

            def __next__(self) -> Any:
                if not self.left:
                    raise StopIteration
                return self.left.pop(0)

        super().__init__(_BaseDataLoaderIter=Iterating)


def served(agent: SimpleNamespace, *items: Any) -> tuple[Any, Any]:
    """What remembers the loader's items, and the loader's iterator."""
    loader, kept = Loader(list(items)), agent.served.Served()
    kept.install(loader)
    return kept, loader._BaseDataLoaderIter()


IMAGES, LABELS = torch.rand(6, 1, 4, 4), torch.tensor([0, 1, 2, 0, 1, 2])


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        ([IMAGES, LABELS], LABELS),
        ((LABELS, IMAGES), LABELS),
        ([IMAGES, LABELS[:, None]], LABELS[:, None]),
        ([IMAGES, torch.eye(3)[LABELS]], torch.eye(3)[LABELS]),
        ([IMAGES, (LABELS > 0).float()], (LABELS > 0).float()),
        ({"image": IMAGES, "length": LABELS + 9, "labels": LABELS}, LABELS),
        ([IMAGES, LABELS, LABELS + 1], None),
        ([IMAGES, torch.rand(6)], None),
        ([IMAGES, LABELS[:5]], None),
        ([torch.rand(6, 1, 4, 4), LABELS], None),
        ([IMAGES], None),
    ],
    ids=[
        *("pair", "labels first", "column", "one-hot", "noughts and ones", "by name"),
        *("two that may be", "real numbers", "too few", "another batch", "alone"),
    ],
)
def test_labels_are_what_plainly_belongs_to_the_batch(agent: SimpleNamespace, item: Any, wanted: Any) -> None:
    kept, iterator = served(agent, item)
    next(iterator)
    found = kept.labels([IMAGES])
    assert (found is None) if wanted is None else torch.equal(found, wanted)


@pytest.mark.parametrize("make", [lambda x: x.view(6, -1), lambda x: x.double(), lambda x: x.flatten(1).clone()])
def test_a_batch_that_was_reshaped_or_copied_is_the_same_batch(agent: SimpleNamespace, make: Any) -> None:
    kept, iterator = served(agent, [IMAGES, LABELS])
    next(iterator)
    assert kept.labels([make(IMAGES)]) is not None


def test_labels_of_a_loader_that_has_ended_belong_to_nothing(agent: SimpleNamespace) -> None:
    kept, iterator = served(agent, [IMAGES, LABELS])
    next(iterator)
    with pytest.raises(StopIteration):
        next(iterator)
    assert kept.labels([IMAGES]) is None


class Watched:
    """A module and its keeper; `network.updates` is the state."""

    def __init__(self, agent: SimpleNamespace) -> None:
        self.module = torch.nn.Linear(4, 3).eval()
        self.network = SimpleNamespace(updates=1)
        self.tally = SimpleNamespace(name="Linear@1", network=self.network, copy_of=None)
        self.keywords: dict[str, Any] = {}
        self.kept = agent.judged.Judged(lambda module: self.tally, lambda: self.keywords, agent.served.Served())

    def __call__(self, *args: Any) -> Any:
        with torch.no_grad():
            output = self.module(args[0])
            self.kept.left(self.module, args, output)
        return output

    @property
    def calls(self) -> Any:
        return self.kept.piles["Linear@1"][1].calls if self.kept.piles else []


@pytest.fixture
def net(agent: SimpleNamespace) -> Watched:
    return Watched(agent)


def test_arguments_are_kept_as_they_were(net: Watched) -> None:
    batch = torch.ones(2, 4)
    net.keywords = {"mask": [torch.ones(2), None], "name": "x"}
    net(batch)
    batch.zero_()
    (fed,) = net.calls
    assert bool(fed.args[0].all())
    assert (fed.rows, fed.training, fed.keywords["name"]) == (2, False, "x")


def test_another_state_begins_anew_and_training_is_not_kept(net: Watched) -> None:
    net(torch.ones(2, 4))
    net.network.updates = 2
    net(torch.zeros(2, 4))
    assert [float(fed.args[0].sum()) for fed in net.calls] == [0.0]
    net.module.train()
    net.kept.left(net.module, (torch.ones(2, 4),), torch.ones(2, 3))
    assert len(net.calls) == 1


def test_the_last_calls_within_the_bound_are_kept_and_a_larger_one_by_its_first_rows(
    agent: SimpleNamespace, net: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent.judged, "MOST_BYTES", KIB)
    for number in range(5):
        net(torch.full((32, 4), float(number)))
    assert [float(fed.args[0][0, 0]) for fed in net.calls] == [3.0, 4.0]
    net(torch.full((1000, 4), 9.0))
    assert [len(fed.args[0]) for fed in net.calls] == [64]


def test_what_cannot_be_given_again_is_said(net: Watched) -> None:
    net(torch.ones(2, 4), object())
    assert net.calls == []
    assert "object" in net.kept.unkept["Linear@1"]


def test_modules_that_judged_longest_ago_make_room(
    agent: SimpleNamespace, net: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent.judged, "MOST_MODULES", 2)
    for name in ("a", "b", "a", "c"):
        net.tally = SimpleNamespace(name=name, network=net.network, copy_of=None)
        net(torch.ones(2, 4))
    assert list(net.kept.piles) == ["a", "c"]
    assert "others judged after it" in net.kept.unkept["b"]


def test_labels_of_a_loss_are_those_of_the_call_whose_answer_it_was_computed_of(net: Watched) -> None:
    first, second = net(torch.ones(2, 4)), net(torch.zeros(2, 4))
    net.kept.scored(first, torch.tensor([0, 1]))
    assert [fed.labels for fed in net.calls] == [None, None]
    net.kept.scored(second, torch.tensor([2, 1]))
    assert net.calls[1].labels.tolist() == [2, 1]
    net.kept.scored(second, "labels")
    assert net.calls[1].labels.tolist() == [2, 1]


def test_data_that_were_trained_on_are_told_from_those_that_were_not(agent: SimpleNamespace) -> None:
    kept = agent.served.Served()
    kept.install(torch.utils.data.dataloader)
    whole = torch.utils.data.TensorDataset(IMAGES, LABELS)
    train, test = torch.utils.data.Subset(whole, [0, 1, 2, 3]), torch.utils.data.Subset(whole, [4, 5])
    sources = []
    for data, trains in ((train, True), (test, False), (train, False)):
        for images, _ in torch.utils.data.DataLoader(data, batch_size=2):
            if trains:
                kept.trained((images,))
            sources.append(kept.source())
    assert [kept.was_trained_on(source) for source in sources] == [True, True, False, True, True]


def test_samplers_of_chosen_places_part_a_data_set(agent: SimpleNamespace) -> None:
    kept = agent.served.Served()
    kept.install(torch.utils.data.dataloader)
    whole = torch.utils.data.TensorDataset(IMAGES, LABELS)
    samplers = [torch.utils.data.SubsetRandomSampler(places) for places in ([0, 1, 2, 3], [4, 5])]
    sources = []
    for sampler in samplers:
        for images, _ in torch.utils.data.DataLoader(whole, batch_size=2, sampler=sampler):
            if sampler is samplers[0]:
                kept.trained((images,))
            sources.append(kept.source())
    assert [kept.was_trained_on(source) for source in sources] == [True, True, False]


class Broken:
    """A student's own sampler that is not ready to be asked."""

    @property
    def indices(self) -> list[int]:
        raise RuntimeError("not yet")


def test_a_loader_gives_its_batches_whatever_stands_in_its_sampler(agent: SimpleNamespace) -> None:
    kept, iterator = served(agent, [IMAGES, LABELS])
    iterator._index_sampler = SimpleNamespace(sampler=Broken())
    assert iterator.__next__()[1] is LABELS
    assert kept.source() is None
