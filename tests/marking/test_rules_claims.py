"""Stated numbers beside measured ones: agreement, difference, doubt; and whether what must be stated is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from validator.evidence import Claim, Flag, Import, Metrics, Network, Reading
from validator.marking import mark
from validator.marking.bands import accuracy_band, fid_band
from validator.marking.claims import distinct
from validator.marking.stated import stated_tables

UNITS = {"parameters": "parameters", "steps": "steps", "accuracy": "share", "loss": "nats", "fid": "FID"}


def claim(kind, value, *, about="classifier", where="p2", **changes):
    resolution = changes.pop("resolution", 1.0 if kind in ("parameters", "steps") else 0.001)
    words = {"unit": UNITS.get(kind, "marks"), "quote": f"the {kind} is {value}"}
    return Claim(kind=kind, about=about, value=value, where=where, resolution=resolution, **words, **changes)


def stating(made, *claims, **changes):
    return made.evidence(papers=(made.paper(claims=claims),), **changes)


def agrees(made, *facts, about="classifier", rule="paper/contradicted", **limits):
    return made.clause(rule, about=about, facts=facts, **limits)


def the_verdict(made, evidence, clause):
    (finding,) = made.check(evidence, clause)
    return finding.verdict


@pytest.mark.parametrize(
    ("value", "resolution", "measured", "verdict"),
    [
        (98_442, 1, 98_442, "pass"),
        (98_442, 1, 98_443, "fail"),
        (98_400, 100, 98_350, "pass"),
        (98_400, 100, 98_449, "pass"),
        (98_400, 100, 98_450, "fail"),
        (98_400, 100, 98_349, "fail"),
        (980_000, 10_000, 984_999, "pass"),
        (980_000, 10_000, 985_000, "fail"),
        (98_000, 1, 98_442, "pass"),
        (98_000, 1, 98_501, "fail"),
        (100_000, 1, 98_442, "fail"),
        (10_000, 1, 10_400, "fail"),
    ],
)
def test_parameters_agree_exactly_or_within_the_rounding_of_their_print(made, value, resolution, measured, verdict):
    runs = (made.run("classifier", parameters=measured),)
    evidence = stating(made, claim("parameters", value, resolution=resolution), runs=runs)
    assert the_verdict(made, evidence, agrees(made, "parameters")) == verdict


def test_about_ten_thousand_is_to_the_nearest_thousand(made):
    about = claim("steps", 10_000, flags=("approximate",))
    assert the_verdict(
        made, stating(made, about, runs=(made.run("classifier", steps=10_400),)), agrees(made, "steps")
    ) == ("pass")
    assert the_verdict(
        made, stating(made, about, runs=(made.run("classifier", steps=10_600),)), agrees(made, "steps")
    ) == ("fail")


def test_a_difference_is_for_a_person_and_costs_nothing(made):
    report = mark(stating(made, claim("parameters", 12_345)), made.rubric(agrees(made, "parameters")))
    (finding,) = report.penalties
    assert (finding.verdict, finding.marks, report.total_penalty, report.proposed_penalty) == ("fail", 0, 0, 0)
    assert [review.why.startswith("decide") for review in report.needs_review] == [True]


def test_a_finding_says_page_words_and_both_numbers(made):
    (finding,) = made.check(stating(made, claim("parameters", 12_345)), agrees(made, "parameters"))
    assert '12,345 (p2: "the parameters is 12345")' in finding.message
    assert "90,000 parameters measured" in finding.message
    assert (finding.measured, finding.where) == (90_000, "p2")


def test_what_is_not_found_is_unknown_and_never_missing(made):
    (finding,) = made.check(stating(made), agrees(made, "parameters", "steps"))
    assert finding.verdict == "unknown"
    assert "parameters, steps not found by the program" in finding.message


def test_without_a_measurement_a_claim_is_told_and_unknown(made):
    (finding,) = made.check(stating(made, claim("steps", 9_000), runs=()), agrees(made, "steps"))
    assert finding.verdict == "unknown"
    assert "9,000" in finding.message


@pytest.mark.parametrize(
    "flag",
    [
        "cites-others",
        "lost-superscript",
        "table",
        "several-values",
        "glued-footnote",
        "tuning-run",
        "variant",
        "locale",
        "partial",
        "log-line",
    ],
)
def test_a_flagged_number_may_agree_and_never_contradicts(made, flag):
    right, wrong = claim("steps", 9_000, flags=(flag,)), claim("steps", 2_000, flags=(flag,))
    assert the_verdict(made, stating(made, wrong), agrees(made, "steps")) == "unknown"
    assert the_verdict(made, stating(made, wrong, right), agrees(made, "steps")) == "pass"


def test_a_limit_is_no_statement(made):
    (finding,) = made.check(stating(made, claim("steps", 10_000, flags=("limit",))), agrees(made, "steps"))
    assert (finding.verdict, "10,000" in finding.message) == ("unknown", False)


def test_a_number_of_no_named_model_never_contradicts(made):
    assert the_verdict(made, stating(made, claim("steps", 2_000, about="")), agrees(made, "steps")) == "unknown"
    assert the_verdict(made, stating(made, claim("steps", 9_000, about="")), agrees(made, "steps")) == "pass"


def test_a_number_of_the_other_model_is_not_looked_at(made):
    evidence = stating(made, claim("steps", 40_000, about="generator"))
    (finding,) = made.check(evidence, agrees(made, "steps"))
    assert "not found" in finding.message


def test_one_agreement_among_several_numbers_is_enough_and_the_others_are_told(made):
    (finding,) = made.check(stating(made, claim("steps", 2_000), claim("steps", 9_000)), agrees(made, "steps"))
    assert finding.verdict == "pass"
    assert "elsewhere it states 2,000" in finding.message


def test_steps_may_be_another_count_of_the_same_run(made):
    runs = (made.run("classifier", steps=9_000, gradients=18_000, calls=9_001),)
    (finding,) = made.check(stating(made, claim("steps", 18_000), runs=runs), agrees(made, "steps"))
    assert finding.verdict == "pass"
    assert "18,000 gradient computations" in finding.message


def test_the_number_of_one_network_is_not_that_of_the_model(made):
    network = Network(
        name="generator",
        parameters=500_000,
        trainable=500_000,
        steps=40_000,
        gradient_computations=40_000,
        optimiser_calls=40_000,
        witnesses=(),
        counted=True,
        why="",
    )
    runs = (made.run("generator", parameters=980_000, networks=(network,)),)
    evidence = stating(made, claim("parameters", 500_000, about="generator"), runs=runs)
    (finding,) = made.check(evidence, agrees(made, "parameters", about="generator"))
    assert finding.verdict == "unknown"
    assert "the network generator alone" in finding.message


def test_a_lower_bound_contradicts_only_what_lies_below_it(made):
    runs = (made.run("classifier", steps=4_000, complete=False),)
    assert the_verdict(made, stating(made, claim("steps", 9_000), runs=runs), agrees(made, "steps")) == "unknown"
    assert the_verdict(made, stating(made, claim("steps", 3_000), runs=runs), agrees(made, "steps")) == "fail"


def accuracies(made, **values):
    readings = {
        f"classifier.{name}": made.reading(value, "images" if name.endswith("images") else "share", "observed")
        for name, value in values.items()
    }
    return (Metrics(about="classifier", readings=readings),)


MEASURED = {"test_accuracy": 0.913, "test_accuracy_low": 0.9073, "test_accuracy_high": 0.9184, "test_images": 10_000}


@pytest.mark.parametrize(
    ("value", "verdict"), [(0.913, "pass"), (0.925, "pass"), (0.901, "pass"), (0.95, "fail"), (0.85, "fail")]
)
def test_an_accuracy_agrees_within_the_noise_of_another_training(made, value, verdict):
    evidence = stating(made, claim("accuracy", value, part="test"), metrics=accuracies(made, **MEASURED))
    (finding,) = made.check(evidence, agrees(made, "test-accuracy"))
    assert finding.verdict == verdict
    assert "standard deviation of 0.5 points between trainings" in finding.message


def test_the_band_of_an_accuracy_is_its_interval_and_two_trainings(made):
    evidence = made.evidence(metrics=accuracies(made, **MEASURED))
    band = accuracy_band(evidence, part="test", claim=claim("accuracy", 0.9), limits={"accuracy_sd": Decimal("0.005")})
    retrained = 1.96 * 2**0.5 * 0.005
    assert band.above == pytest.approx(((0.9184 - 0.913) ** 2 + retrained**2) ** 0.5)
    assert band.below == pytest.approx(((0.913 - 0.9073) ** 2 + retrained**2) ** 0.5)


def test_a_spread_over_seeds_widens_the_band_and_one_over_batches_does_not(made):
    metrics = accuracies(made, **MEASURED)
    seeds = claim("accuracy", 0.95, part="test", spread=0.02, flags=("over-seeds",))
    batches = claim("accuracy", 0.95, part="test", spread=0.02)
    assert the_verdict(made, stating(made, seeds, metrics=metrics), agrees(made, "test-accuracy")) == "pass"
    assert the_verdict(made, stating(made, batches, metrics=metrics), agrees(made, "test-accuracy")) == "fail"


def test_a_rubric_may_set_another_band(made):
    evidence = stating(made, claim("accuracy", 0.95, part="test"), metrics=accuracies(made, **MEASURED))
    assert the_verdict(made, evidence, agrees(made, "test-accuracy", accuracy_sd=Decimal("0.02"))) == "pass"


def test_a_training_accuracy_is_not_taken_for_that_of_the_test(made):
    evidence = stating(made, claim("accuracy", 0.99, part="train"), metrics=accuracies(made, **MEASURED))
    (finding,) = made.check(evidence, agrees(made, "test-accuracy"))
    assert (finding.verdict, "not found" in finding.message) == ("unknown", True)


def test_a_training_accuracy_below_the_band_may_be_of_augmented_images(made):
    metrics = accuracies(made, train_accuracy=0.95, train_images=60_000)
    low, high = claim("accuracy", 0.90, part="train"), claim("accuracy", 0.99, part="train")
    assert the_verdict(made, stating(made, low, metrics=metrics), agrees(made, "train-accuracy")) == "unknown"
    assert the_verdict(made, stating(made, high, metrics=metrics), agrees(made, "train-accuracy")) == "fail"


def test_a_claim_that_only_the_notebooks_own_evaluation_gives_is_for_a_person(made):
    stated_accuracy = claim("accuracy", 0.95, part="test")
    metrics = accuracies(made, student_test_accuracy=0.948, **MEASURED)
    (finding,) = made.check(stating(made, stated_accuracy, metrics=metrics), agrees(made, "test-accuracy"))
    assert finding.verdict == "unknown"
    assert "own evaluation, run here, gives 94.8 %" in finding.message


def test_look_alike_data_are_compared_with_nothing(made):
    metrics = tuple(replace(one, lookalike=True) for one in accuracies(made, **MEASURED))
    evidence = stating(made, claim("accuracy", 0.5, part="test"), metrics=metrics)
    (finding,) = made.check(evidence, agrees(made, "test-accuracy"))
    assert finding.verdict == "unknown"
    assert "comparable with nothing" in finding.message


def test_an_accuracy_of_a_run_that_ended_early_is_not_compared(made):
    runs = (made.run("classifier", complete=False, outcome="timed-out", detail="after 4 hours"),)
    evidence = stating(made, claim("accuracy", 0.5, part="test"), metrics=accuracies(made, **MEASURED), runs=runs)
    assert the_verdict(made, evidence, agrees(made, "test-accuracy")) == "unknown"


def test_a_test_loss_outside_its_band_may_be_another_loss(made):
    readings = {"classifier.test_loss": made.reading(0.30, "nats", "observed")}
    metrics = (Metrics(about="classifier", readings=readings),)
    near, far = claim("loss", 0.33, part="test"), claim("loss", 0.9, part="test")
    assert the_verdict(made, stating(made, near, metrics=metrics), agrees(made, "test-loss")) == "pass"
    assert the_verdict(made, stating(made, far, metrics=metrics), agrees(made, "test-loss")) == "unknown"


def fids(made, value=40.0, **more):
    named = {"fid": value, **more}
    readings = {f"samples.{name}": made.reading(number, "FID", "observed") for name, number in named.items()}
    return (Metrics(about="generator", readings=readings),)


def of_library(made, module):
    return (made.source("generator", "torch", module),)


@pytest.mark.parametrize(("value", "verdict"), [(40.0, "pass"), (42.9, "pass"), (37.5, "pass"), (45.0, "fail")])
def test_an_fid_of_the_same_protocol_agrees_within_the_noise(made, value, verdict):
    stated = claim("fid", value, about="generator", resolution=0.1)
    evidence = stating(made, stated, metrics=fids(made), sources=of_library(made, "pytorch_fid.fid_score"))
    assert the_verdict(made, evidence, agrees(made, "fid", about="generator")) == verdict


def test_the_band_of_an_fid_adds_draws_and_trainings(made):
    evidence = made.evidence(metrics=fids(made, fid_sd=0.5))
    band = fid_band(evidence, name="fid", limits={"fid_draw": Decimal("0.3"), "fid_share": Decimal("0.03")})
    assert band.above == pytest.approx(((2**0.5 * 1.0) ** 2 + (1.96 * 2**0.5 * 0.03 * 40) ** 2) ** 0.5)


def test_a_clean_fid_is_compared_with_the_clean_one_only(made):
    stated = claim("fid", 46.0, about="generator", flags=("clean-fid",))
    clause = agrees(made, "fid", about="generator")
    both = fids(made, fid_clean=46.2)
    assert the_verdict(made, stating(made, stated, metrics=both), clause) == "pass"
    assert the_verdict(made, stating(made, stated, metrics=fids(made)), clause) == "unknown"


def test_the_library_that_the_code_imports_tells_the_protocol(made):
    stated = claim("fid", 46.0, about="generator", resolution=0.1)
    clause = agrees(made, "fid", about="generator")
    metrics = fids(made, fid_clean=46.2)
    assert the_verdict(
        made, stating(made, stated, metrics=metrics, sources=of_library(made, "cleanfid.fid")), clause
    ) == ("pass")
    for module in ("torchmetrics.image.fid", "numpy"):
        evidence = stating(made, stated, metrics=metrics, sources=of_library(made, module))
        assert the_verdict(made, evidence, clause) == "unknown"


def handed_in(made, *claims, printed=(), **changes):
    sources = (made.source("classifier", claims=claims), made.source("generator"))
    runs = (made.run("classifier", claims=printed),)
    return made.evidence(sources=sources, runs=runs, **changes)


def test_stored_outputs_are_compared_like_a_paper(made):
    clause = agrees(made, "steps", rule="source/contradicted")
    right, wrong = (claim("steps", value, where="cell 7 output") for value in (9_000, 2_000))
    assert the_verdict(made, handed_in(made, right), clause) == "pass"
    assert the_verdict(made, handed_in(made, wrong), clause) == "fail"
    assert the_verdict(made, handed_in(made), clause) == "unknown"
    assert the_verdict(made, made.evidence(sources=()), clause) == "unknown"


def test_what_the_run_printed_stands_beside_what_was_stored(made):
    printed = (claim("steps", 9_000, where="cell 7 output"),)
    evidence = handed_in(made, claim("steps", 2_000, where="cell 6 output"), printed=printed)
    (finding,) = made.check(evidence, agrees(made, "steps", rule="source/contradicted"))
    assert "run here, the notebook printed 9,000 (cell 7 output)" in finding.message


def stated(made, *facts):
    return made.clause("paper/unstated", about="paper", facts=facts)


def test_a_number_stated_once_is_stated(made):
    (finding,) = made.check(stating(made, claim("steps", 1_234)), stated(made, "the classifier's optimisation steps"))
    assert (finding.verdict, finding.witness, finding.where) == ("pass", "claimed", "p2")


def test_several_numbers_are_ambiguous_unless_one_was_measured(made):
    clause = stated(made, "the classifier's optimisation steps")
    (finding,) = made.check(stating(made, claim("steps", 1_234), claim("steps", 2_000)), clause)
    assert (finding.verdict, "ambiguous" in finding.message) == ("unknown", True)
    assert the_verdict(made, stating(made, claim("steps", 1_234), claim("steps", 9_000)), clause) == "pass"


def test_a_number_said_more_and_less_closely_is_one_number(made):
    close, rough = claim("parameters", 981_234), claim("parameters", 980_000, resolution=10_000)
    assert distinct([rough, close]) == [close]
    clause = stated(made, "the classifier's parameters")
    assert the_verdict(made, stating(made, rough, close), clause) == "pass"


def test_a_statement_that_only_a_table_makes_is_one(made):
    tabled = claim("parameters", 77, flags=("table",))
    assert the_verdict(made, stating(made, tabled), stated(made, "the classifier's parameters")) == "pass"


def test_a_number_in_doubt_is_perhaps_stated(made):
    doubtful = claim("parameters", 77_000, flags=("variant",))
    (finding,) = made.check(stating(made, doubtful), stated(made, "the classifier's parameters"))
    assert (finding.verdict, "perhaps 77,000" in finding.message) == ("unknown", True)


def test_standard_deviations_are_asked_of_each_number_before_them(made):
    facts = (
        "the classifier's final test accuracy",
        "the classifier's final training loss",
        "their standard deviations",
    )
    accuracy = claim("accuracy", 0.93, part="test", spread=0.01)
    with_both = stating(made, accuracy, claim("loss", 0.2, part="train", spread=0.1))
    assert made.verdicts(with_both, stated(made, *facts)) == ["pass", "pass", "pass"]
    with_one = stating(made, accuracy, claim("loss", 0.2, part="train"))
    assert made.verdicts(with_one, stated(made, *facts)) == ["pass", "pass", "unknown"]


def test_a_fact_without_a_number_is_not_looked_for(made):
    (finding,) = made.check(made.evidence(), stated(made, "an abstract"))
    assert finding.message.endswith("not measured by this version")


@pytest.mark.parametrize(
    ("claims", "verdict"),
    [
        ((), "unknown"),
        ((claim("penalty", -5, about=""),), "pass"),
        ((claim("penalty", 0, about="", flags=("after-references",)),), "pass"),
        ((claim("penalty", -5, about=""), claim("penalty", -10, about="")), "unknown"),
        ((claim("penalty", -5, about="", flags=("rule",)),), "unknown"),
    ],
)
def test_a_stated_penalty_is_found(made, claims, verdict):
    assert the_verdict(made, stating(made, *claims), made.clause("paper/penalty-unstated")) == verdict


def test_the_total_of_several_penalties_is_the_one(made):
    total = replace(claim("penalty", -10, about=""), quote="in total 10 marks")
    evidence = stating(made, claim("penalty", -5, about=""), total)
    (finding,) = made.check(evidence, made.clause("paper/penalty-unstated"))
    assert (finding.verdict, "-10 marks" in finding.message) == ("pass", True)


def test_code_states_what_it_printed_here_or_holds_as_output(made):
    clause = made.clause("source/unstated", about="classifier", facts=("parameters", "steps"))
    stored = claim("steps", 9_000, where="cell 7 output")
    assert made.verdicts(handed_in(made, stored), clause) == ["unknown", "pass"]
    assert made.verdicts(handed_in(made, printed=(stored,)), clause) == ["unknown", "pass"]


def test_nothing_read_is_unknown_for_every_rule_on_claims(made):
    for clause in (agrees(made, "steps"), stated(made, "the steps"), made.clause("paper/penalty-unstated")):
        assert made.verdicts(made.nothing(), clause) == ["unknown"]


def test_a_missing_reading_says_why_beside_the_claim(made):
    missing = {"classifier.steps": Reading.missing(unit="steps", why="the kernel died")}
    runs = (replace(made.run("classifier"), readings=missing, flags=(Flag(kind="x", detail="y"),)),)
    (finding,) = made.check(stating(made, claim("steps", 9_000), runs=runs), agrees(made, "steps"))
    assert (finding.verdict, "the kernel died" in finding.message) == ("unknown", True)


def test_imports_of_another_role_say_nothing_of_the_protocol(made):
    other = replace(made.source("classifier"), imports=(Import(module="cleanfid", where="cell 1 line 1"),))
    stated_fid = claim("fid", 40.0, about="generator")
    evidence = stating(made, stated_fid, metrics=fids(made), sources=(made.source("generator"), other))
    assert the_verdict(made, evidence, agrees(made, "fid", about="generator")) == "unknown"


def test_a_legacy_mode_of_cleanfid_is_for_a_person_and_no_difference(made):
    stated = claim("fid", 40.1, about="generator", resolution=0.1)
    evidence = stating(made, stated, metrics=fids(made, fid_clean=46.2), sources=of_library(made, "cleanfid.fid"))
    (finding,) = made.check(evidence, agrees(made, "fid", about="generator"))
    assert finding.verdict == "unknown"
    assert "legacy modes" in finding.message
    clean = replace(evidence, papers=(made.paper(claims=(replace(stated, flags=("clean-fid",)),)),))
    assert the_verdict(made, clean, agrees(made, "fid", about="generator")) == "fail"


def test_no_band_of_an_accuracy_goes_beyond_all_of_them(made):
    evidence = stating(made, claim("accuracy", 0.5, part="train"), metrics=made.metrics())
    readings = {"classifier.train_accuracy": made.reading(1.0, "share", "observed")}
    evidence = replace(evidence, metrics=(Metrics(about="classifier", readings=readings),))
    (finding,) = made.check(evidence, agrees(made, "train-accuracy"))
    assert "to 100 % with the noise" in finding.message


@pytest.mark.parametrize(("second", "verdict"), [(1_984, "unknown"), (1_985, "fail")])
def test_counts_of_parts_that_add_up_are_no_difference(made, second, verdict):
    parts = (claim("steps", 8_000), claim("steps", second))
    evidence = stating(made, *parts, runs=(made.run("classifier", steps=9_984),))
    (finding,) = made.check(evidence, agrees(made, "steps"))
    assert finding.verdict == verdict
    assert ("together they are 9,984" in finding.message) == (verdict == "unknown")


@pytest.mark.parametrize(("measured", "rows"), [(98_442, 0), (100_000, 1)])
def test_a_limit_that_is_named_is_in_the_table_only_where_it_is_what_was_measured(made, measured, rows):
    named = claim("parameters", 100_000, flags=("limit",))
    evidence = stating(made, named, runs=(made.run("classifier", parameters=measured),))
    tables = list(stated_tables(evidence, [agrees(made, "parameters")]))
    assert sum(len(table.rows) for table in tables) == rows
