"""The judge, replayed on written and on recorded logs: which networks count, and what is said beside the numbers."""

from pathlib import Path

import pytest

from validator.measuring.meter.counters import Counter
from validator.measuring.meter.judge import MAX_CURVE_POINTS, judge
from validator.measuring.meter.log import read_records

LOGS = Path(__file__).parent / "logs"
PID = 7


def net(number, name, *, began, elements=100, signature="", **more):
    base = {"kind": "net", "peer": PID, "net": number, "name": name, "elements": elements, "trainable": elements}
    return {**base, "signature": signature or name, "t": began, **more}


def counts(number, name, *, ended, updates, **more):
    base = {"kind": "counts", "peer": PID, "net": number, "name": name, "updates": updates, "t": ended}
    return {**base, "gradients": updates, "own_gradients": updates, "calls": updates, **more}


def looked(number, images):
    return {"kind": "forward", "peer": PID, "name": f"m@{number}", "net": number, "images_since_update": images}


HELLO = {"kind": "hello", "peer": PID}
TORCH = {"kind": "framework", "peer": PID, "name": "torch", "version": "2"}
BYE = {"kind": "bye", "peer": PID}


def judged(*records, role="classifier", page=()):
    return judge(records=[HELLO, TORCH, *records], counters=page, role=role)


def values(judgement):
    return {name.split(".")[1]: reading.value for name, reading in judgement.readings.items()}


def kinds(judgement):
    return [flag.kind for flag in judgement.flags]


def test_one_network_gives_its_own_numbers():
    found = values(judged(net(1, "Net#1", began=1), counts(1, "Net#1", ended=9, updates=50)))
    assert found == {
        "parameters": 100,
        "trainable_parameters": 100,
        "steps": 50,
        "gradient_computations": 50,
        "optimiser_calls": 50,
    }


def test_networks_of_a_generator_are_added_and_the_longest_training_counts():
    found = judged(
        net(1, "G#1", began=1),
        net(2, "D#1", began=1, elements=30),
        counts(1, "G#1", ended=9, updates=10),
        counts(2, "D#1", ended=9, updates=50),
        role="generative-model",
    )
    assert (values(found)["parameters"], values(found)["steps"]) == (130, 50)


def test_parameters_two_networks_share_are_counted_once():
    found = judged(
        net(1, "G#1", began=1),
        net(2, "D#1", began=1, elements=30, shared={"G#1": 20}),
        counts(1, "G#1", ended=9, updates=10),
        counts(2, "D#1", ended=9, updates=10),
        role="generative-model",
    )
    assert values(found)["parameters"] == 110


def test_of_two_classifiers_the_one_that_judged_images_counts_and_the_other_is_named():
    found = judged(
        net(1, "Small#1", began=1),
        net(2, "Large#1", began=5, elements=900),
        counts(1, "Small#1", ended=4, updates=10),
        counts(2, "Large#1", ended=9, updates=70),
        looked(1, 10_000),
    )
    assert values(found)["parameters"] == 100
    assert kinds(found) == ["several-networks"]


def test_two_parts_trained_through_each_other_are_one_classifier():
    found = judged(
        net(1, "Body#1", began=1),
        net(2, "Head#1", began=1, elements=30),
        counts(1, "Body#1", ended=9, updates=10),
        counts(2, "Head#1", ended=9, updates=10),
        looked(2, 10_000),
        {"kind": "reach", "peer": PID, "together": [[["Body#1", "Head#1"], 10]], "elsewhere": 0},
    )
    assert values(found)["parameters"] == 130


def test_of_repeated_trainings_the_last_counts_and_all_are_named():
    found = judged(
        net(1, "Net#1", began=1, signature="a"),
        net(2, "Net#2", began=5, signature="a"),
        counts(1, "Net#1", ended=4, updates=30),
        counts(2, "Net#2", ended=9, updates=20),
    )
    assert values(found)["steps"] == 20
    assert kinds(found) == ["several-trainings"]


def test_a_continued_training_adds_its_steps_and_no_parameters():
    found = judged(
        net(1, "Net#1", began=1, signature="a"),
        net(2, "Net#2", began=5, signature="a", continues="Net#1"),
        counts(1, "Net#1", ended=4, updates=30),
        counts(2, "Net#2", ended=9, updates=20),
    )
    assert (values(found)["steps"], values(found)["parameters"]) == (50, 100)


def test_no_optimiser_step_is_a_reason_and_not_a_zero():
    reading = judged().readings["classifier.steps"]
    assert (reading.value, reading.why) == (None, "no optimiser step was seen")


def test_a_silent_process_is_a_reason_of_its_own():
    reading = judge(records=[], counters=(), role="classifier").readings["classifier.parameters"]
    assert "the agent reported nothing" in reading.why


@pytest.mark.parametrize("changed", [True, None])
def test_training_outside_optimisers_leaves_the_steps_unknown(changed):
    found = judged(net(1, "Net#1", began=1), counts(1, "Net#1", ended=9, updates=0, gradients=40, changed=changed))
    assert (values(found)["steps"], values(found)["parameters"]) == (None, 100)
    assert kinds(found) == ["updates-outside-optimiser"]


def test_a_dead_process_is_counted_from_the_page():
    page = [Counter(pid=PID, net=1, updates=57, gradients=58, calls=57, t=9)]
    found = judged(net(1, "Net#1", began=1), counts(1, "Net#1", ended=9, updates=50), page=page)
    assert (values(found)["steps"], values(found)["gradient_computations"], found.agreement) == (57, 58, True)


def test_a_process_in_a_pid_namespace_is_found_on_the_page_by_its_own_number():
    page = [Counter(pid=2, net=1, updates=57, gradients=57, calls=57, t=9)]
    found = judged(net(1, "Net#1", began=1, pid=2), counts(1, "Net#1", ended=9, updates=50), page=page)
    assert (values(found)["steps"], found.agreement) == (57, True)


def test_numbers_no_agent_can_have_counted_are_ignored():
    assert values(judged(net(1, "Net#1", began=1), counts(1, "Net#1", ended=9, updates=10**400)))["steps"] is None


@pytest.mark.parametrize("updates", [40, 60])
def test_hooks_and_page_that_differ_after_an_orderly_end_disagree(updates):
    page = [Counter(pid=PID, net=1, updates=updates, gradients=50, calls=50, t=9)]
    found = judged(net(1, "Net#1", began=1), counts(1, "Net#1", ended=9, updates=50), BYE, page=page)
    assert not found.agreement
    assert "counts-disagree" in kinds(found)


def test_a_lost_page_is_a_disagreement():
    assert not judged(page=None).agreement


def test_kinds_and_fields_of_the_future_are_ignored():
    found = judged({"kind": "telepathy", "net": "x"}, {"kind": "net"}, {"kind": "counts", "updates": "many"}, {})
    assert values(found)["steps"] is None


def test_a_gap_in_the_log_makes_it_incomplete():
    assert judged().complete
    assert not judged({"kind": "integrity", "what": "sequence-gap", "peer": PID}).complete


def test_a_curve_is_thinned_and_keeps_both_ends():
    losses = [
        {"kind": "loss", "peer": PID, "net": 1, "name": "Net#1", "step": step, "loss": 1.0} for step in range(3000)
    ]
    curve = judged(*losses).curve
    assert (len(curve), curve[0].step, curve[-1].step) == (MAX_CURVE_POINTS, 0, 2999)


def test_a_recorded_gan_is_judged_as_it_was():
    found = judge(records=read_records(LOGS / "gan.jsonl"), counters=(), role="generative-model")
    assert values(found) == {
        "parameters": 17,
        "trainable_parameters": 17,
        "steps": 20,
        "gradient_computations": 20,
        "optimiser_calls": 20,
    }
    assert {network.name: network.steps for network in found.networks} == {"Discriminator#1": 20, "Generator#1": 4}


def test_a_recorded_classifier_is_judged_as_it_was():
    found = judge(records=read_records(LOGS / "classifier.jsonl"), counters=(), role="classifier")
    assert (values(found)["parameters"], values(found)["steps"]) == (43, 12)
    assert kinds(found) == ["several-networks"]
    assert found.curve[0].step == 1


def test_a_flood_of_networks_is_judged_and_its_counts_are_called_incomplete():
    flood = [{"kind": "net", "pid": 1, "net": number, "name": f"n{number}"} for number in range(1, 5000)]
    junk = [{"kind": "integrity", "what": "other-pid", "peer": 1}] * 5000
    said = judge(records=[*flood, *junk], counters=(), role="generator")
    assert not said.complete
    assert len(said.flags) < 100
