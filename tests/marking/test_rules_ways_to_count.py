"""Where one training can be counted in several ways, or part of it was invisible, a person decides with all numbers."""

from dataclasses import replace

import pytest

from validator.evidence import Flag, Network, Reading

NET = Network(
    name="Net#1",
    parameters=60_000,
    trainable=60_000,
    steps=12_000,
    gradient_computations=12_000,
    optimiser_calls=12_000,
    witnesses=("gradient-entry",),
    counted=True,
    why="the network that was trained",
)


def steps(made):
    return made.clause("training/too-many-steps", about="classifier", steps=10_000, at_limit="allowed")


def parameters(made):
    return made.clause("training/too-many-parameters", about="classifier", parameters=50_000, at_limit="exceeded")


def checked(made, clause, *, more=None, **run):
    base = made.run("classifier", **run)
    readings = {
        f"classifier.{name}": Reading(value=n, unit="steps", source="reported") for name, n in (more or {}).items()
    }
    return made.check(made.evidence(runs=(replace(base, readings={**base.readings, **readings}),)), clause)


def test_parts_that_took_turns_over_the_limit_only_together_are_for_a_person(made):
    (finding,) = checked(made, steps(made), steps=12_000, more={"steps_of_one_tensor": 6_000})
    assert finding.verdict == "unknown"
    assert "12,000 steps" in finding.message
    assert "6,000 of the tensor updated most often" in finding.message


def test_parts_that_took_turns_within_the_limit_pass(made):
    assert [f.verdict for f in checked(made, steps(made), steps=9_000, more={"steps_of_one_tensor": 4_500})] == ["pass"]


def test_changes_that_could_not_be_told_and_may_break_the_limit_are_for_a_person(made):
    (finding,) = checked(made, steps(made), steps=9_000, more={"steps_at_most": 14_000})
    assert finding.verdict == "unknown"
    assert "14,000 at most" in finding.message


def test_changes_that_could_not_be_told_and_cannot_break_the_limit_pass(made):
    assert [f.verdict for f in checked(made, steps(made), steps=9_000, more={"steps_at_most": 9_500})] == ["pass"]


def test_a_network_initialised_again_is_for_a_person_when_only_all_its_steps_break_the_limit(made):
    again = replace(NET, restarts=1, since_restart=6_000)
    (finding,) = checked(made, steps(made), steps=12_000, networks=(again,))
    assert finding.verdict == "unknown"
    assert "6,000 since the network was last initialised again" in finding.message


def test_a_network_initialised_again_over_the_limit_each_time_fails(made):
    again = replace(NET, restarts=1, steps=30_500, since_restart=30_400)
    assert [f.verdict for f in checked(made, steps(made), steps=30_500, networks=(again,))] == ["fail"]


@pytest.mark.parametrize(
    "kind", ["self-test-failed", "tampered", "unmetered-process", "meter-integrity", "agent-fault"]
)
def test_an_invisible_part_makes_the_count_a_lower_bound_and_says_what_was_not_seen(made, kind):
    flag = Flag(kind=kind, detail="something happened")
    (finding,) = checked(made, steps(made), steps=9_000, complete=False, flags=(flag,))
    assert finding.verdict == "unknown"
    assert f"part of the work may have been invisible: {kind}: something happened" in finding.message


@pytest.mark.parametrize("kind", ["updates-without-gradient", "forward-mode", "judged-untrained"])
@pytest.mark.parametrize("clause", [steps, parameters])
def test_training_without_a_count_keeps_a_low_count_from_passing(made, kind, clause):
    flag = Flag(kind=kind, detail="Net@2 changed 300 times")
    (finding,) = checked(made, clause(made), steps=9_000, parameters=40_000, flags=(flag,))
    assert finding.verdict == "unknown"
    assert "Net@2 changed 300 times" in finding.message


def test_training_without_a_count_does_not_excuse_a_count_over_the_limit(made):
    flag = Flag(kind="forward-mode", detail="12 derivatives")
    assert [f.verdict for f in checked(made, steps(made), steps=12_000, flags=(flag,))] == ["fail", "unknown"]


@pytest.mark.parametrize("role", ["input", "same", "rank"])
def test_what_is_no_training_of_its_own_is_not_added(made, role):
    other = replace(NET, name="raw#1", counted=False, role=role)
    assert [f.verdict for f in checked(made, steps(made), steps=9_000, networks=(NET, other))] == ["pass"]


def test_a_trial_is_added(made):
    other = replace(NET, name="Net#2", counted=False, role="trial")
    assert [f.verdict for f in checked(made, steps(made), steps=9_000, networks=(NET, other))] == ["unknown"]


def test_models_that_lie_in_one_tensor_and_break_the_limit_only_together_are_for_a_person(made):
    stacked = replace(NET, copies=3)
    (finding,) = checked(made, parameters(made), parameters=60_000, networks=(stacked,))
    assert finding.verdict == "unknown"
    assert "60,000 parameters in 3 models, 20,000 with one of them" in finding.message


def test_one_model_is_read_in_one_way(made):
    assert [f.verdict for f in checked(made, parameters(made), parameters=60_000, networks=(NET,))] == ["fail"]
