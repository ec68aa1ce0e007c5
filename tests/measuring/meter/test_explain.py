"""What a student reads of one run: which networks count, how the counts differ, what is unknown, who saw it."""

from dataclasses import replace

import pytest

from validator.evidence import Flag, Network, Reading, Run
from validator.measuring.meter import explain
from validator.measuring.meter.relations import relations

NET = Network(
    name="Net#1",
    parameters=100,
    trainable=100,
    steps=12,
    gradient_computations=12,
    optimiser_calls=12,
    witnesses=("gradient-entry", "optimizer-hook"),
    counted=True,
    why="the network that was trained",
    role="model",
    widest=12,
)


def run(*networks, **more):
    return Run(path="a.py", role="model", outcome="finished", complete=True, networks=networks or (NET,), **more)


def text(shown, heading=None):
    told = explain.explained(shown)
    return " ".join(told[heading] if heading else [line for lines in told.values() for line in lines])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "one gradient computation for each step"),
        ({"gradient_computations": 48}, "4 gradient computations for each step: gradients were accumulated"),
        ({"gradient_computations": 50}, "about 4.2 gradient computations for each step"),
        ({"gradient_computations": 15}, "3 gradient computations more than steps"),
        ({"steps": 45, "gradient_computations": 48}, "about 3.8 steps for each optimiser call"),
        ({"optimiser_calls": 0}, "no optimiser's step was called for it"),
        ({"optimiser_calls": 24}, "2 optimiser calls for each step"),
        ({"optimiser_calls": 15}, "3 optimiser calls more than steps"),
        ({"optimiser_calls": 10}, "2 steps more than optimiser calls"),
        ({"widest": 6}, "its parts took turns: no single tensor was updated more than 6 times"),
        ({"unverified": 5}, "it has at most 17 steps"),
        ({"restarts": 1, "since_restart": 5}, "initialised again in place (once), about 5 of its steps came after it"),
        ({"copies": 3}, "it holds 3 models in one"),
    ],
)
def test_how_the_counts_of_a_network_differ_is_said_in_words(changes, words):
    assert words in "; ".join(relations(replace(NET, **changes)))


def test_nothing_but_the_gradients_is_said_of_an_ordinary_training():
    assert list(relations(NET)) == ["one gradient computation for each step"]


def test_each_network_says_whether_it_counts_and_why():
    other = replace(NET, name="VGG#1", counted=False, steps=0, why="frozen: its values never changed", role="frozen")
    told = explain.explained(run(replace(NET, variable="net"), other))["What counts"]
    assert told == [
        "Net#1 (net) counts: the network that was trained.",
        "VGG#1 does not count: frozen: its values never changed.",
    ]


def test_two_counted_networks_say_how_they_are_put_together():
    assert "The parameters of the networks that count are added" in text(run(NET, replace(NET, name="D#1")))


def test_what_is_unknown_is_said_once_for_each_reason():
    missing = Reading.missing(unit="steps", why="no optimisation step was seen")
    names = ("steps", "gradient_computations", "steps_at_most")
    shown = run(replace(NET, steps=None), readings={f"model.{name}": missing for name in names})
    assert text(shown, "What is unknown") == "steps, gradient computations: no optimisation step was seen."


def test_witnesses_that_agree_and_nothing_missing():
    said = text(run(notes=("Inception3@1 saw 5,000 images",)), "Who saw it, and what was not seen")
    assert "the calls of optimisers: they agree." in said
    assert "Nothing is known to be missing." in said
    assert "Inception3@1 saw 5,000 images" in said


def test_what_may_have_been_invisible_is_said():
    flag = Flag(kind="unmetered-process", detail="a process without an agent used 3.8 s of CPU")
    said = text(run(flags=(flag,)))
    assert "Work may have been invisible: a process without an agent used 3.8 s of CPU." in said
    assert "Nothing is known to be missing." not in said


def test_a_run_of_which_nothing_is_known_explains_that_alone():
    missing = Reading.missing(unit="steps", why="not executed")
    bare = Run(path="a.py", role="model", outcome="not-started", readings={"model.steps": missing})
    assert explain.explained(bare) == {"What is unknown": ["steps: not executed."]}
