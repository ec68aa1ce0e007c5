"""Records of optimisers, shapes and training calls become what is known of a network's training; bad ones nothing."""

import pytest

from tests.measuring.meter.told import PID, judged, looked, net, trained
from validator.evidence import Optimiser


def optimiser(number=1, net_number=1, **more):
    base = {"kind": "optimiser", "peer": PID, "net": net_number, "name": "Net#1", "number": number, "class": "SGD"}
    rates = {"rate": 0.1, "last": 0.01, "lowest": 0.01, "highest": 0.2, "changes": 3}
    return {**base, **rates, "groups": 1, "calls": 40, "settings": {"momentum": 0.9, "nesterov": 1.0}, **more}


def network(*records):
    return judged(trained(1, "Net#1", began=1, ended=50, updates=40), *records).networks[0]


def test_an_optimiser_is_told_with_its_settings_and_rates():
    (found,) = network(optimiser()).regime.optimisers
    assert found == Optimiser(
        name="SGD", groups=1, calls=40, settings={"momentum": 0.9, "nesterov": 1.0},
        first_rate=0.1, last_rate=0.01, lowest_rate=0.01, highest_rate=0.2, rate_changes=3,
    )  # fmt: skip


def test_of_several_totals_of_one_the_last_counts_and_optimisers_stand_in_order():
    told = network(optimiser(2, **{"class": "Adam"}), optimiser(calls=10), optimiser(calls=40)).regime
    assert [(one.name, one.calls) for one in told.optimisers] == [("SGD", 40), ("Adam", 40)]


def test_images_and_calls_of_training_are_those_of_its_own_module():
    own = looked("Net@1", 1, 0, images=640, calls=40)
    told = network(own, looked("Copy@1", 1, 0, images=9_999, calls=1, copy=0.99), looked("Other@1", None, 0, images=7))
    assert (told.regime.images, told.regime.calls) == (640, 40)


def test_where_nothing_was_seen_there_is_no_regime():
    assert network().regime is None


@pytest.mark.parametrize(
    "more",
    [
        {"settings": None, "rate": "fast", "last": None, "lowest": True, "highest": float("nan"), "changes": -3},
        {"settings": [1, 2], "calls": "many", "groups": 2**70},
        {"settings": {"momentum": float("inf"), "deep": {"er": 1}, "\ud800": 1.0}, "rate": 1e400},
    ],
)
def test_what_no_agent_says_is_left_out(more):
    (found,) = network(optimiser(**more)).regime.optimisers
    assert all(abs(value) < 1e300 for value in found.settings.values())
    assert found.calls in (0, 40)


def test_shapes_are_counted_where_every_tensor_is_listed():
    tensors = [[[8, 3, 3, 3], True], [[8], True], [[8], False], [[], True]]
    listed = judged(net(1, "Net#1", began=1, tensors=tensors, tensor_count=4)).networks[0]
    assert listed.shapes == {"1": 1, "8": 2, "8x3x3x3": 1}


@pytest.mark.parametrize(
    "more",
    [
        {"tensors": [[[8], True]], "tensor_count": 4},
        {"tensors": [[[8], True]] * 401, "tensor_count": 401},
        {"tensors": [["8x8", True]], "tensor_count": 1},
        {"tensors": [[[1] * 9, True]], "tensor_count": 1},
        {"tensors": None},
    ],
)
def test_shapes_that_are_not_all_known_are_none(more):
    assert judged(net(1, "Net#1", began=1, **more)).networks[0].shapes == {}


def test_of_several_classifiers_each_counts_and_none_is_another():
    from tests.measuring.meter.told import framework, hello
    from validator.measuring.meter.judge import judge

    records = [
        hello(),
        framework(),
        *trained(1, "Plain#1", began=1, ended=50, updates=40),
        *trained(2, "Squeezed#1", began=60, ended=90, updates=40),
        looked("Plain@1", 1, 200, at=100),
        looked("Squeezed@1", 2, 200, at=110),
    ]
    one = judge(records=records, counters=(), role="classifier")
    both = judge(records=records, counters=(), role="classifier", several=True)
    assert [net.counted for net in one.networks] == [False, True]
    assert [(net.counted, net.role) for net in both.networks] == [(True, "model")] * 2
    assert {flag.kind for flag in one.flags} - {flag.kind for flag in both.flags} == {"several-networks"}
    assert "judged 200 images" in both.networks[0].why
