"""Trials, restarts and ensembles: a count that only one reading of the brief keeps within its limit is for a person."""

from dataclasses import replace

import pytest

from validator.evidence import Network

FINAL = Network(
    name="Net#2",
    parameters=60_000,
    trainable=60_000,
    steps=6_000,
    gradient_computations=6_000,
    optimiser_calls=6_000,
    witnesses=("optimizer-hook",),
    counted=True,
    why="the network that was trained",
)
TRIAL = replace(FINAL, name="Net#1", counted=False, why="an earlier training of the same architecture")


def findings(made, rule, *networks, **counts):
    limits = {"parameters": 100_000} if rule.endswith("parameters") else {"steps": 10_000}
    clause = made.clause(rule, about="classifier", at_limit="allowed", **limits)
    return made.check(made.evidence(runs=(made.run("classifier", networks=networks, **counts),)), clause)


@pytest.mark.parametrize("rule", ["training/too-many-parameters", "training/too-many-steps"])
def test_trials_that_would_break_the_limit_together_leave_it_to_a_person(made, rule):
    (finding,) = findings(made, rule, FINAL, TRIAL, parameters=60_000, steps=6_000)
    assert finding.verdict == "unknown"
    assert "with 1 further network trained in the same run" in finding.message


@pytest.mark.parametrize("rule", ["training/too-many-parameters", "training/too-many-steps"])
def test_trials_that_would_not_break_it_together_change_nothing(made, rule):
    small = replace(TRIAL, parameters=100, steps=100)
    (finding,) = findings(made, rule, FINAL, small, parameters=60_000, steps=6_000)
    assert finding.verdict == "pass"


def test_what_is_over_the_limit_by_every_reading_fails_for_the_least_of_them(made):
    fail, doubt = findings(made, "training/too-many-steps", FINAL, TRIAL, parameters=60_000, steps=11_000)
    assert (fail.verdict, fail.excess, doubt.verdict) == ("fail", 1_000, "unknown")
    assert doubt.message.startswith("11,000 steps are counted, 17,000 with 1 further network")


def test_a_network_that_was_never_stepped_is_no_other_training(made):
    idle = replace(TRIAL, steps=0)
    (finding,) = findings(made, "training/too-many-parameters", FINAL, idle, parameters=60_000, steps=6_000)
    assert finding.verdict == "pass"


def test_another_network_updated_nobody_knows_how_often_leaves_the_steps_to_a_person(made):
    by_hand = replace(TRIAL, steps=None, optimiser_calls=0)
    (finding,) = findings(made, "training/too-many-steps", FINAL, by_hand, parameters=60_000, steps=6_000)
    assert finding.verdict == "unknown"
    assert "it is not known how often" in finding.message


def test_another_network_updated_nobody_knows_how_often_has_its_parameters_all_the_same(made):
    by_hand = replace(TRIAL, steps=None, optimiser_calls=0)
    (finding,) = findings(made, "training/too-many-parameters", FINAL, by_hand, parameters=60_000, steps=6_000)
    assert finding.verdict == "unknown"
