"""The judge on written logs: numbers, their absence, the page beside the records, what is remarked."""

import pytest

from tests.measuring.meter.told import (
    PID,
    bye,
    counts,
    framework,
    hello,
    judged,
    kinds,
    looked,
    net,
    together,
    trained,
    values,
    why,
)
from validator.measuring.meter.counters import Counter
from validator.measuring.meter.judge import MAX_CURVE_POINTS, judge

ONE = trained(1, "Net#1", began=1, ended=9, updates=50)


def page(**more):
    return [Counter(**{"pid": PID, "net": 1, "updates": 50, "gradients": 50, "calls": 50, "t": 9, **more})]


def test_one_network_gives_its_own_numbers():
    assert values(judged(ONE)) == {
        "parameters": 100,
        "trainable_parameters": 100,
        "steps": 50,
        "gradient_computations": 50,
        "optimiser_calls": 50,
        "steps_at_most": 50,
        "steps_of_one_tensor": 50,
    }


def test_a_network_that_no_optimiser_steps_is_counted_like_any_other():
    found = judged(trained(1, "Net#1", began=1, ended=9, updates=50, calls=0))
    assert (values(found)["steps"], kinds(found)) == (50, [])


def test_the_frozen_part_of_a_network_counts_and_is_told_apart():
    found = values(judged(trained(1, "Net#1", began=1, ended=9, updates=5, elements=100, trainable=40)))
    assert (found["parameters"], found["trainable_parameters"]) == (100, 40)


def test_no_step_is_a_reason_and_not_a_zero():
    assert (values(judged())["steps"], why(judged())) == (None, "no optimisation step was seen")


def test_a_silent_process_is_a_reason_of_its_own():
    silent = judge(records=[], counters=(), role="classifier")
    assert "the agent reported nothing" in why(silent, "parameters")


def test_a_network_whose_changes_could_not_be_told_at_all_has_no_steps():
    found = judged(trained(1, "Net#1", began=1, ended=9, updates=0, gradients=40, unverified=40))
    assert (values(found)["steps"], values(found)["parameters"]) == (None, 100)
    assert "could not be told" in why(found)
    assert kinds(found) == ["unverified-updates"]


def test_changes_that_could_not_always_be_told_leave_a_range():
    found = judged(trained(1, "Net#1", began=1, ended=9, updates=30, gradients=40, unverified=10))
    assert (values(found)["steps"], values(found)["steps_at_most"]) == (30, 40)
    assert kinds(found) == ["unverified-updates"]


def test_parts_that_took_turns_tell_both_numbers():
    found = values(judged(trained(1, "Net#1", began=1, ended=9, updates=24, widest=12)))
    assert (found["steps"], found["steps_of_one_tensor"]) == (24, 12)


def test_an_optimiser_without_any_gradient_computation_leaves_the_steps_unknown():
    found = judged(trained(1, "Net#1", began=1, ended=9, updates=0, gradients=0, own_gradients=0, calls=40))
    assert values(found)["steps"] is None
    assert "no gradient computation of Net#1 was seen" in why(found)


def test_more_gradients_than_steps_are_told():
    found = judged(trained(1, "Net#1", began=1, ended=9, updates=12, gradients=48, own_gradients=48))
    assert values(found)["gradient_computations"] == 48
    assert kinds(found) == ["gradients-exceed-steps"]


def test_a_failed_self_test_leaves_everything_unknown_and_says_with_which_torch():
    miscounted = {"kind": "selftest", "peer": PID, "framework": "torch", "ok": False, "what": "3 steps for 4"}
    found = judged(ONE, miscounted)
    assert set(values(found).values()) == {None}
    assert why(found) == "the meter miscounted its self-test with torch 2: nothing is counted"
    assert kinds(found) == ["self-test-failed"]
    assert not found.complete


def test_a_self_test_of_torch_that_failed_leaves_what_jax_trained():
    miscounted = {"kind": "selftest", "peer": PID, "framework": "torch", "ok": False, "what": "3 steps for 4"}
    found = judged(framework("jax"), miscounted, trained(1_000_001, "MLP#j1", began=1, ended=9, updates=50, of="jax"))
    assert (values(found)["steps"], found.complete) == (50, False)


def test_a_passed_self_test_is_not_mentioned():
    found = judged(ONE, {"kind": "selftest", "peer": PID, "framework": "torch", "ok": True, "what": ""})
    assert (values(found)["steps"], kinds(found)) == (50, [])


def test_a_dead_process_is_counted_from_the_page():
    found = judged(ONE, page=page(updates=57, gradients=58, calls=57))
    assert (values(found)["steps"], values(found)["gradient_computations"], found.agreement) == (57, 58, True)


def test_a_process_in_a_pid_namespace_is_found_on_the_page_by_its_own_number():
    found = judged(trained(1, "Net#1", began=1, ended=9, updates=50, pid=2), page=page(pid=2, updates=57))
    assert (values(found)["steps"], found.agreement) == (57, True)


@pytest.mark.parametrize("updates", [40, 60])
def test_records_and_page_that_differ_after_an_orderly_end_disagree(updates):
    found = judged(ONE, bye(), page=page(updates=updates))
    assert not found.agreement
    assert "counts-disagree" in kinds(found)


def test_a_lost_page_is_a_disagreement():
    assert not judged(page=None).agreement


def test_numbers_no_agent_can_have_counted_are_ignored():
    assert values(judged(net(1, "Net#1", began=1), counts(1, "Net#1", ended=9, updates=10**400)))["steps"] is None


def test_kinds_and_fields_of_the_future_are_ignored():
    found = judged({"kind": "telepathy", "net": "x"}, {"kind": "net"}, {"kind": "counts", "updates": "many"}, {})
    assert values(found)["steps"] is None


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "integrity", "what": "sequence-gap", "peer": PID},
        {"kind": "integrity", "what": "heartbeat-missing", "peer": PID},
        {"kind": "tampered", "what": "the engine entry is gone", "peer": PID},
        {"kind": "fault", "what": "KeyError", "peer": PID},
    ],
)
def test_what_may_hide_work_makes_the_log_incomplete(record):
    assert judged(ONE).complete
    assert not judged(ONE, record).complete


def test_an_interference_is_flagged_in_the_words_of_the_agent():
    (flag,) = judged(ONE, {"kind": "tampered", "what": "the engine entry is gone", "peer": PID}).flags
    assert (flag.kind, flag.detail) == ("tampered", "the engine entry is gone")


def test_an_in_place_restart_is_told_with_the_steps_since():
    found = judged(
        net(1, "Net#1", began=1),
        counts(1, "Net#1", ended=5, updates=40),
        counts(1, "Net#1", ended=9, updates=80, restarts=1),
    )
    assert kinds(found) == ["restarted"]
    assert (found.networks[0].steps, found.networks[0].restarts, found.networks[0].since_restart) == (80, 1, 40)


def test_many_writes_without_a_gradient_leave_the_steps_unknown():
    found = judged(trained(1, "Net#1", began=1, ended=9, updates=3, free_writes=60))
    assert values(found)["steps"] is None
    assert kinds(found) == ["updates-without-gradient"]


def test_swapping_averages_in_and_out_now_and_then_is_no_training():
    found = judged(trained(1, "Net#1", began=1, ended=9, updates=900, free_writes=60))
    assert (values(found)["steps"], kinds(found)) == (900, [])


def test_a_network_that_only_evolved_is_a_reason_and_not_a_zero():
    found = judged({"kind": "free", "peer": PID, "name": "Net@1", "elements": 100, "writes": 300})
    assert "trained by other means than gradients" in why(found)
    assert kinds(found) == ["updates-without-gradient"]


def test_forward_mode_alone_is_a_reason_and_not_a_zero():
    found = judged({"kind": "reach", "peer": PID, "forward_mode": 12})
    assert "forward-mode derivatives" in why(found)
    assert kinds(found) == ["forward-mode"]


def test_a_few_forward_mode_derivatives_beside_a_training_are_an_analysis():
    assert kinds(judged(ONE, {"kind": "reach", "peer": PID, "forward_mode": 12})) == []


def test_gradients_of_torch_and_of_jax_in_one_process_are_both_heard():
    torch = {"kind": "reach", "peer": PID, "elsewhere": 3}
    jax = {"kind": "reach", "peer": PID, "framework": "jax", "forward_mode": 12}
    assert "forward-mode" in why(judged(torch, jax))


def test_a_curve_is_thinned_and_keeps_both_ends():
    losses = [
        {"kind": "loss", "peer": PID, "net": 1, "name": "Net#1", "step": step, "loss": 1.0} for step in range(3000)
    ]
    curve = judged(*losses).curve
    assert (len(curve), curve[0].step, curve[-1].step) == (MAX_CURVE_POINTS, 0, 2999)


def test_a_flood_of_networks_is_judged_and_its_counts_are_called_incomplete():
    flood = [{"kind": "net", "pid": 1, "net": number, "name": f"n{number}"} for number in range(1, 5000)]
    junk = [{"kind": "integrity", "what": "other-pid", "peer": 1}] * 5000
    said = judge(records=[*flood, *junk], counters=(), role="generator")
    assert not said.complete
    assert len(said.flags) < 100


def test_an_agent_of_the_first_grammar_could_not_count_what_no_optimiser_stepped():
    old = [net(1, "Net#1", began=1), counts(1, "Net#1", ended=9, updates=0, gradients=40, calls=0, changed=None)]
    found = judge(records=[hello(grammar=1), *old], counters=(), role="classifier")
    assert (values(found)["steps"], kinds(found)) == (None, ["unverified-updates"])


def test_what_was_seen_beside_the_model_is_noted_and_not_flagged():
    found = judged(
        ONE,
        together(),
        looked("Net@1", 1, 10_000),
        looked("Net@2", 1, 10_000, copy=1.0),
        looked("Inception3@1", None, 5_000),
        looked("VGG@1", None, 0, images=600),
    )
    assert kinds(found) == []
    assert [note.split(":")[0] for note in found.notes] == [
        "Net@2 is a copy of Net#1 (an average, or a state of it)",
        "Inception3@1 saw 5,000 images and was never updated",
        "VGG@1 took part in the training (600 images) and was never updated",
    ]


def imported(module, **more):
    return {"kind": "import", "peer": PID, "module": module, "ok": True, "by": "student", "own": False, **more}


@pytest.mark.parametrize(
    ("records", "framework_words", "reason"),
    [
        (
            [imported("tensorflow"), imported("keras.layers")],
            "tensorflow, keras, not counted",
            "it uses tensorflow, keras",
        ),
        ([imported("tensorflow", ok=False)], "", "neither PyTorch nor JAX was imported"),
        ([imported("tensorflow", by="library")], "", "neither PyTorch nor JAX was imported"),
        ([imported("keras", own=True)], "", "neither PyTorch nor JAX was imported"),
        ([framework(), imported("tensorflow")], "torch 2", "it uses tensorflow, and only PyTorch and JAX are counted"),
    ],
)
def test_a_framework_that_is_not_counted_is_the_reason_why_there_is_no_number(records, framework_words, reason):
    found = judge(records=[hello(), *records], counters=(), role="code")
    assert found.framework == framework_words
    assert {reading.value for reading in found.readings.values()} == {None}
    for name in ("steps", "parameters"):
        assert reason in found.readings[f"code.{name}"].why


def test_another_framework_beside_a_counted_network_takes_no_number_away():
    assert values(judged(ONE, imported("tensorflow")))["steps"] == 50
