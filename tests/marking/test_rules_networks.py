"""Rules that compare networks: blocks by shapes of tensors, regimes fact by fact; in doubt a person decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from validator.evidence import Cell, Claim, Metrics, Network, Optimiser, Reading, Regime, Run
from validator.marking import load_rubric, mark
from validator.marking.sentences import find_sentence
from validator.marking.squeezing import added, residual_blocks
from validator.marking.told import Told

NAMES = ("plain", "se")
WIDTHS = (64, 128, 256, 512)


def resnet(*, blocks: int = 2, ratio: int = 0, convolutions: bool = False, bias: bool = True) -> dict[str, int]:
    """Shapes of the parameters of a ResNet-18 for CIFAR, with squeeze-and-excitation blocks of this ratio."""
    shapes: Counter[str] = Counter({"64x3x3x3": 1, "64": 2, "10x512": 1, "10": 1})
    before = 64
    for width in WIDTHS:
        for number in range(blocks):
            wide = before if not number else width
            shapes[f"{width}x{wide}x3x3"] += 1
            shapes[f"{width}x{width}x3x3"] += 1
            shapes[str(width)] += 4
            if wide != width:
                shapes[f"{width}x{wide}x1x1"] += 1
                shapes[str(width)] += 2
            if ratio:
                narrow, ends = width // ratio, "x1x1" if convolutions else ""
                shapes[f"{narrow}x{width}{ends}"] += 1
                shapes[f"{width}x{narrow}{ends}"] += 1
                if bias:
                    shapes[str(narrow)] += 1
                    shapes[str(width)] += 1
        before = width
    return dict(shapes)


def size(shapes: dict[str, int]) -> int:
    total = 0
    for shape, count in shapes.items():
        elements = 1
        for side in shape.split("x"):
            elements *= int(side)
        total += elements * count
    return total


def optimiser(name: str = "SGD", **changes: object) -> Optimiser:
    sound = Optimiser(
        name=name, groups=1, calls=400, settings={"momentum": 0.9, "weight_decay": 5e-4, "dampening": 0.0},
        first_rate=0.1, last_rate=0.001, lowest_rate=0.001, highest_rate=0.1, rate_changes=3,
    )  # fmt: skip
    return replace(sound, **changes)  # type: ignore[arg-type]


def network(name: str, shapes: dict[str, int], *, steps: int | None = 400, **changes: object) -> Network:
    sound = Network(
        name=name, parameters=size(shapes), trainable=size(shapes), steps=steps, gradient_computations=steps,
        optimiser_calls=steps or 0, witnesses=(), counted=True, why="trained", shapes=shapes,
        regime=Regime(optimisers=(optimiser(),), images=51_200, calls=400),
    )  # fmt: skip
    return replace(sound, **changes)  # type: ignore[arg-type]


PLAIN, SE = network("ResNet#1", resnet()), network("ResNet#2", resnet(ratio=16))


def share(value: float | None) -> Reading:
    return Reading(value=value, unit="share", source="observed") if value is not None else Reading.missing(
        unit="share", why="one training of it was scored"
    )  # fmt: skip


def scored(name: str, network_name: str, accuracy: float, *, run: str = "classifier", **more: Reading) -> Metrics:
    readings = {
        "test_accuracy": share(accuracy), "test_accuracy_low": share(accuracy - 0.01),
        "test_accuracy_high": share(accuracy + 0.01), "train_accuracy": share(0.99),
        "test_images": Reading(value=10_000, unit="images", source="observed"),
        "trainings": Reading(value=1, unit="trainings", source="observed"), **more,
    }  # fmt: skip
    named = {f"{name}.{known}": reading for known, reading in readings.items()}
    return Metrics(about=name, network=network_name, run=run, readings=named)


def pair(made, first: Network = PLAIN, second: Network = SE, *more: Network, **changes: object):
    """Evidence of one run with both networks, each scored under its name."""
    run = made.run("classifier", complete=True, networks=(first, second, *more), **changes)
    metrics = (scored("plain", first.name, 0.9), scored("se", second.name, 0.94))
    return made.evidence(runs=(run,), metrics=metrics)


# --- blocks ----------------------------------------------------------------------------------------------------------


def test_the_shapes_here_are_those_of_resnet_18():
    assert (size(resnet()), size(resnet(ratio=16))) == (11_173_962, 11_263_042)
    assert residual_blocks(resnet()) == {64: 2, 128: 2, 256: 2, 512: 2}


@pytest.mark.parametrize("ratio", [2, 4, 8, 16, 32])
@pytest.mark.parametrize("convolutions", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_blocks_are_found_whatever_their_ratio_and_layers(ratio, convolutions, bias):
    found = added(resnet(), resnet(ratio=ratio, convolutions=convolutions, bias=bias))
    assert found.blocks == {(width, width // ratio): 2 for width in WIDTHS}
    assert (found.count, found.missing, found.rest) == (8, {}, {})


def blocks(made, first=PLAIN, second=SE):
    clause = made.clause("training/blocks-not-added", smaller="plain", larger="se", blocks=8, parameters=11_173_962)
    return list(made.check(pair(made, first, second), replace(clause, about="classifier")))


def test_a_resnet_18_and_the_blocks_besides_pass_with_their_numbers(made):
    on_blocks, on_depth = blocks(made)
    assert (on_blocks.verdict, on_depth.verdict) == ("pass", "pass")
    assert "89,080 parameters more" in on_blocks.message
    assert "8 pairs of weights that squeeze and excite (2 of 64 to 4, 2 of 128 to 8" in on_blocks.message
    assert "8 residual blocks (2 of 64 channels" in on_blocks.message
    assert "8 residual blocks and 11,173,962 parameters" in on_depth.message


def without(shapes: dict[str, int], *gone: str) -> dict[str, int]:
    return dict(Counter(shapes) - Counter(gone))


OTHER = {
    "a deeper network": resnet(blocks=3, ratio=16),
    "no blocks": resnet(),
    "a block too few": without(resnet(ratio=16), "4x64", "64x4"),
    "a block too many": {**resnet(ratio=16), "4x64": 3, "64x4": 3},
    "another last layer": {**without(resnet(ratio=16), "10x512"), "100x512": 1},
    "a way down without a way up": without(resnet(ratio=16), "512x32"),
    "a vector less": without(resnet(ratio=16), "10"),
    "a vector of another width": {**resnet(ratio=16), "7": 1},
    "a convolution besides": {**resnet(ratio=16), "32x3x5x5": 1},
}


@pytest.mark.parametrize("name", OTHER)
def test_anything_else_is_for_a_person_and_never_a_fail(made, name):
    second = network("Other#1", OTHER[name])
    assert [finding.verdict for finding in blocks(made, PLAIN, second)] == ["unknown", "pass"]
    assert "a person decides" in blocks(made, PLAIN, second)[0].message


def test_another_depth_is_said_beside_blocks_that_fit(made):
    first, second = network("A#1", resnet(blocks=1)), network("B#1", resnet(blocks=1, ratio=16))
    on_blocks, on_depth = blocks(made, first, second)
    assert (on_blocks.verdict, on_depth.verdict) == ("pass", "unknown")
    assert "plain has 4 residual blocks" in on_depth.message
    assert "8 blocks and about 11,173,962 parameters are meant" in on_depth.message


def test_shapes_that_are_not_known_settle_nothing(made):
    (finding,) = blocks(made, replace(PLAIN, shapes={}), SE)
    assert (finding.verdict, "shapes of all tensors are not known" in finding.message) == ("unknown", True)


# --- regimes ---------------------------------------------------------------------------------------------------------


def regimes(made, evidence):
    limits = {"networks": NAMES, "steps_share": Decimal("0.05"), "settings_share": Decimal("0.001")}
    (finding,) = made.check(evidence, replace(made.clause("training/uneven-regimes", **limits), about="classifier"))
    return finding


def test_two_equal_trainings_pass_and_every_fact_is_said(made):
    finding = regimes(made, pair(made))
    assert finding.verdict == "pass"
    for said in ("steps 400", "images a batch 128", "optimisers SGD", "weight decay 0.0005", "first learning rate 0.1"):
        assert said in finding.message
    assert "dampening" not in finding.message


def test_a_rate_that_a_schedule_keeps_beside_itself_is_no_fact_of_its_own(made):
    finding = regimes(made, pair(made, PLAIN, trained_with(only(settings={"max_lr": 3.0}))))
    assert "max lr" not in finding.message


def trained_with(regime: Regime | None = None, **changes: object) -> Network:
    return replace(SE, regime=regime or SE.regime, **changes)


def only(**changes: object) -> Regime:
    return Regime(optimisers=(optimiser(**changes),), images=51_200, calls=400)


DIFFERENT = {
    "steps 400 (plain), 600 (se)": trained_with(steps=600),
    "gradient computations 400 (plain), 800 (se)": trained_with(gradient_computations=800),
    "images a batch 128 (plain), 64 (se)": trained_with(Regime(optimisers=(optimiser(),), images=51_200, calls=800)),
    "images in training 51,200 (plain), 102,400 (se)": trained_with(
        Regime(optimisers=(optimiser(),), images=102_400, calls=800)
    ),
    "optimisers SGD (plain), AdamW (se)": trained_with(
        Regime(optimisers=(optimiser("AdamW"),), images=51_200, calls=400)
    ),
    "first learning rate 0.1 (plain), 0.05 (se)": trained_with(only(first_rate=0.05)),
    "last learning rate 0.001 (plain), 0.1 (se)": trained_with(only(last_rate=0.1)),
    "learning rate changed over the training (plain), constant (se)": trained_with(only(rate_changes=0)),
    "weight decay 0.0005 (plain), 0.005 (se)": trained_with(only(settings={"momentum": 0.9, "weight_decay": 5e-3})),
    "groups of parameters 1 (plain), 2 (se)": trained_with(only(groups=2)),
}


@pytest.mark.parametrize("said", DIFFERENT)
def test_what_differs_is_named_with_both_numbers(made, said):
    finding = regimes(made, pair(made, PLAIN, DIFFERENT[said]))
    assert finding.verdict == "fail"
    assert said in finding.message


def test_more_trials_of_one_network_are_a_difference(made):
    trials = [replace(SE, name=f"ResNet#{number}") for number in (3, 4, 5)]
    finding = regimes(made, pair(made, PLAIN, SE, *trials))
    assert "trainings of the design 1 (plain), 4 (se)" in finding.message
    restarted = regimes(made, pair(made, replace(PLAIN, restarts=2), SE))
    assert "restarts in place 2 (plain), 0 (se)" in restarted.message


def test_differences_within_the_tolerance_of_the_clause_are_none(made):
    assert regimes(made, pair(made, PLAIN, trained_with(steps=415))).verdict == "pass"
    assert regimes(made, pair(made, PLAIN, trained_with(only(first_rate=0.10005)))).verdict == "pass"
    assert regimes(made, pair(made, PLAIN, trained_with(steps=425))).verdict == "fail"


def test_a_run_that_broke_off_is_unknown_with_what_differed_until_then(made):
    broken = {"outcome": "raised", "detail": "cell 3", "cells": (Cell(index=3, status="error"),)}
    evidence = pair(made, PLAIN, trained_with(steps=100), **broken)
    evidence = replace(evidence, runs=(replace(evidence.runs[0], complete=False),))
    finding = regimes(made, evidence)
    assert finding.verdict == "unknown"
    assert "steps 400 (plain), 100 (se)" in finding.message


def test_what_was_not_seen_is_not_called_even(made):
    finding = regimes(made, pair(made, PLAIN, replace(SE, regime=None)))
    assert finding.verdict == "unknown"
    assert "not seen of both: images in training" in finding.message


# --- which network is which ------------------------------------------------------------------------------------------


def present(made, evidence):
    clause = replace(made.clause("training/missing-network", networks=NAMES), about="classifier")
    return list(made.check(evidence, clause))


def test_both_networks_are_named_with_their_numbers(made):
    found = present(made, pair(made))
    assert [finding.verdict for finding in found] == ["pass", "pass"]
    assert found[1].message == "se is ResNet#2: 11,263,042 parameters, 400 steps"


def test_a_network_that_was_not_found_is_unknown_with_the_reason(made):
    why = "2 networks were looked for, 1 could be scored"
    gone = Metrics(about="se", readings={"se.test_accuracy": Reading.missing(unit="share", why=why)})
    evidence = pair(made)
    evidence = replace(evidence, metrics=(evidence.metrics[0], gone))
    assert [finding.verdict for finding in present(made, evidence)] == ["pass", "unknown"]
    assert present(made, evidence)[1].message == f"se: {why}"
    assert regimes(made, evidence).message == f"nothing to compare: se: {why}"


def test_networks_of_two_runs_with_one_name_are_told_apart(made):
    runs = [
        Run(path=f"{role}.ipynb", role=role, outcome="finished", complete=True, networks=(replace(net, name="Net#1"),))
        for role, net in (("classifier", PLAIN), ("classifier-2", SE))
    ]
    metrics = (scored("plain", "Net#1", 0.93), scored("se", "Net#1", 0.94, run="classifier-2"))
    found = present(made, made.evidence(runs=tuple(runs), metrics=metrics))
    assert ["11,173,962" in found[0].message, "11,263,042" in found[1].message] == [True, True]
    assert [finding.where for finding in found] == ["classifier.ipynb", "classifier-2.ipynb"]


def test_a_network_in_another_process_is_found_by_its_name(made):
    elsewhere = replace(SE, name="ResNet#2 of process 77")
    evidence = replace(
        pair(made, PLAIN, elsewhere), metrics=(scored("plain", "ResNet#1", 0.9), scored("se", "ResNet#2", 0.9))
    )
    assert [finding.verdict for finding in present(made, evidence)] == ["pass", "pass"]


# --- what is stated, and the marking scheme --------------------------------------------------------------------------


def claim(value: float) -> Claim:
    return Claim(
        kind="accuracy", about="classifier", value=value, unit="share", where="p3", quote="reaches it", part="test",
        resolution=0.001,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "plain", "se"), [(0.94, "unknown", "pass"), (0.9, "pass", "unknown"), (0.5, "unknown", "unknown")]
)
def test_a_stated_accuracy_agrees_with_the_network_it_fits_and_contradicts_none(made, stated, plain, se):
    evidence = replace(pair(made), papers=(made.paper(claims=(claim(stated),)),))
    for name, verdict in (("plain", plain), ("se", se)):
        clause = made.clause("paper/contradicted", facts=("test-accuracy",), accuracy_sd=Decimal("0.0005"))
        (finding,) = made.check(evidence, replace(clause, about=name))
        assert finding.verdict == verdict, finding.message


def gained(evidence, gain: float, error: float):
    more = {"test_accuracy_gain": share(gain), "test_accuracy_gain_se": share(error)}
    return replace(evidence, metrics=(evidence.metrics[0], scored("se", "ResNet#2", 0.94, **more)))


def test_the_networks_stand_side_by_side_and_a_gain_against_its_error(made):
    told = Told(evidence=gained(pair(made), 0.01, 0.001))
    lines = list(find_sentence("several-networks").say(told))
    assert lines[0] == "The network plain has test accuracy 90.0 % (95 % interval 89.0 to 91.0 %) on 10,000 images."
    assert "On the same images se is 1 points better than plain, 10 standard errors" in lines[2]
    (table,) = find_sentence("several-networks").tables(told)
    assert table.head == ("", "plain", "se")
    assert ("test accuracy", "90.0 %", "94.0 %") in table.rows
    chance = list(find_sentence("several-networks").say(Told(evidence=gained(pair(made), -0.001, 0.001))))
    assert "worse than plain, 1 standard error of 0.1 points each: chance gives that easily." in chance[2]


def test_the_trainings_stand_side_by_side_with_what_differs(made):
    told = Told(evidence=pair(made, PLAIN, trained_with(steps=600)))
    (line,) = find_sentence("training-regimes").say(told)
    assert "differ in steps;" in line
    (table,) = find_sentence("training-regimes").tables(told)
    assert ("steps (differs)", "400", "600") in table.rows
    assert ("momentum", "0.9", "0.9") in table.rows


def test_the_referral_rubric_marks_an_even_pair_without_a_fail(made):
    rubric = load_rubric("comp6248-referral-2021")
    evidence = replace(pair(made), papers=(made.paper(total=4),))
    evidence = replace(evidence, layout=made.layout(roles={"paper": ("a.pdf",), "classifier": ("a.ipynb",)}))
    report = mark(evidence, rubric)
    assert {priced.clause for priced in report.penalties if priced.verdict == "fail"} == set()
    passed = {priced.clause for priced in report.penalties if priced.verdict == "pass"}
    assert {"networks-present", "blocks-added", "even-regimes", "plain-evaluated", "se-evaluated"} <= passed
    assert [sheet.out_of for sheet in report.criteria] == [45, 45, 10]
    (regime,) = report.criteria[0].questions[1].tables
    assert regime.title == "The trainings of the networks"


def test_accuracies_of_named_networks_are_for_the_marker_and_counts_for_the_student():
    from validator.marking.readings import is_for_students

    assert not is_for_students("plain.test_accuracy")
    assert not is_for_students("se.test_accuracy_gain")
    assert is_for_students("plain.steps")
    assert is_for_students("classifier.steps")
