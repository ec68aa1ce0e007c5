"""Every rule on source, training, samples, classifier and integrity: failing, passing, and with evidence missing."""

import pytest

from validator.evidence import Cell, Flag, Reading


def library(made):
    return made.clause("source/forbidden-library", forbidden=("tensorflow", "keras"), allowed=("torch", "jax"))


def test_a_forbidden_import_fails_with_its_place(made):
    sources = (made.source("classifier", "torch", "tensorflow.keras.layers"), made.source("generator"))
    (finding,) = made.check(made.evidence(sources=sources), library(made))
    assert finding.verdict == "fail"
    assert finding.message == "imports tensorflow at abcd12-classifier.ipynb cell 1 line 1"


def test_a_module_that_only_begins_like_a_forbidden_one_passes(made):
    sources = (made.source("classifier", "torch", "tensorflow_datasets"),)
    assert made.verdicts(made.evidence(sources=sources), library(made)) == ["pass"]


def test_code_that_imports_no_allowed_framework_goes_to_a_person(made):
    sources = (made.source("classifier", "numpy"),)
    assert made.verdicts(made.evidence(sources=sources), library(made)) == ["unknown"]


def test_code_that_could_not_be_parsed_is_unknown(made):
    broken = made.source("classifier", flags=(Flag(kind="syntax-error", detail="line 3"),))
    assert made.verdicts(made.evidence(sources=(broken,)), library(made)) == ["unknown"]


def test_a_forbidden_import_beside_a_broken_cell_still_fails(made):
    broken = made.source("classifier", "keras", flags=(Flag(kind="syntax-error", detail="line 3"),))
    assert made.verdicts(made.evidence(sources=(broken,)), library(made)) == ["fail"]


def test_libraries_without_any_source_are_unknown(made):
    assert made.verdicts(made.evidence(sources=()), library(made)) == ["unknown"]


def stated(made):
    return made.clause("source/unstated", about="classifier", facts=("parameters", "steps"))


def test_printed_parameters_are_stated(made):
    flag = Flag(kind="states-parameter-count", detail="prints", where="cell 4 line 2")
    evidence = made.evidence(sources=(made.source("classifier", flags=(flag,)),))
    assert made.verdicts(evidence, stated(made)) == ["pass", "unknown"]


def test_what_the_program_does_not_find_in_code_is_unknown_and_not_missing(made):
    assert made.verdicts(made.evidence(), stated(made)) == ["unknown", "unknown"]


def test_statements_of_absent_code_are_unknown(made):
    assert made.verdicts(made.evidence(sources=()), stated(made)) == ["unknown", "unknown"]


def parameters(made):
    return made.clause("training/too-many-parameters", about="classifier", parameters=100_000, at_limit="exceeded")


def steps(made):
    return made.clause("training/too-many-steps", about="classifier", steps=10_000, at_limit="allowed")


def of_run(made, clause, **changes):
    return made.check(made.evidence(runs=(made.run("classifier", **changes),)), clause)


def test_parameters_over_the_limit_fail_with_their_excess(made):
    (finding,) = of_run(made, parameters(made), parameters=100_001)
    assert (finding.verdict, finding.excess, finding.unit, finding.witness) == ("fail", 1, "parameters", "reported")


def test_parameters_under_the_limit_pass(made):
    (finding,) = of_run(made, parameters(made), parameters=99_999)
    assert (finding.verdict, finding.excess) == ("pass", None)


def test_no_parameters_are_unknown_for_the_reason_given(made):
    evidence = made.evidence(runs=(), skipped={"run-classifier": "not executed (--static)"})
    (finding,) = made.check(evidence, parameters(made))
    assert (finding.verdict, finding.message) == ("unknown", "parameters: not executed (--static)")


@pytest.mark.parametrize("unit", ["parameters", "steps"])
def test_zero_is_not_a_count(made, unit):
    clause = {"parameters": parameters, "steps": steps}[unit](made)
    assert [f.verdict for f in of_run(made, clause, **{unit: 0})] == ["unknown"]


def test_a_lower_bound_over_the_limit_fails(made):
    (finding,) = of_run(made, steps(made), steps=12_000, complete=False, outcome="killed", detail="out of memory")
    assert finding.verdict == "fail"
    assert finding.message == (
        "at least 12,000 steps, at most 10,000 allowed (a lower bound: the run was killed: out of memory)"
    )


@pytest.mark.parametrize("count", [4_000, 10_000])
def test_a_lower_bound_within_the_limit_is_unknown(made, count):
    assert [f.verdict for f in of_run(made, steps(made), steps=count, complete=False)] == ["unknown"]


def test_counts_in_different_bands_are_unknown_with_all_numbers(made):
    (finding,) = of_run(made, steps(made), steps=5_000, gradients=20_000)
    assert finding.verdict == "unknown"
    assert finding.message.startswith("5,000 steps, 20,000 gradient computations, 5,000 optimiser calls")


def test_optimiser_calls_in_another_band_are_unknown(made):
    assert [f.verdict for f in of_run(made, steps(made), steps=45_000, calls=12_000)] == ["unknown"]


def test_counts_in_one_band_are_judged(made):
    assert [f.verdict for f in of_run(made, steps(made), steps=11_000, gradients=11_900)] == ["fail"]


def test_training_without_an_optimiser_is_judged_by_the_other_counts(made):
    assert [f.verdict for f in of_run(made, steps(made), steps=15_000, calls=0)] == ["fail"]


def test_disagreeing_witnesses_are_unknown(made):
    flag = Flag(kind="counts-disagree", detail="page 9, records 7")
    (finding,) = of_run(made, steps(made), agreement=False, flags=(flag,))
    assert finding.verdict == "unknown"
    assert "the witnesses disagree: page 9, records 7" in finding.message


def test_missing_steps_are_unknown(made):
    assert [f.verdict for f in of_run(made, steps(made), steps=None)] == ["unknown"]


def test_no_run_has_no_outcome(made):
    clause = made.clause("training/run-incomplete", about="classifier")
    assert made.verdicts(made.evidence(runs=()), clause) == ["unknown"]


def test_a_finished_run_passes(made):
    assert made.verdicts(made.evidence(), made.clause("training/run-incomplete", about="classifier")) == ["pass"]


@pytest.mark.parametrize("outcome", ["raised", "timed-out", "killed", "not-started"])
def test_a_run_that_broke_off_fails_with_its_cell(made, outcome):
    cells = (Cell(index=0, status="ok"), Cell(index=3, status="error", error="NameError: name 'x' is not defined"))
    run = made.run("classifier", outcome=outcome, cells=cells)
    (finding,) = made.check(made.evidence(runs=(run,)), made.clause("training/run-incomplete", about="classifier"))
    assert finding.verdict == "fail"
    assert finding.message.endswith("; cell 3: error, NameError: name 'x' is not defined")


def test_a_smoke_run_is_not_a_whole_run(made):
    run = made.run("classifier", cells=(Cell(index=0, status="smoke"),))
    clause = made.clause("training/run-incomplete", about="classifier")
    assert made.verdicts(made.evidence(runs=(run,)), clause) == ["unknown"]


def test_parameters_of_a_smoke_run_are_those_of_its_first_steps(made):
    run = made.run("classifier", complete=False, cells=(Cell(index=0, status="smoke"),))
    clause = made.clause("training/too-many-parameters", about="classifier", parameters=100_000, at_limit="exceeded")
    (finding,) = made.check(made.evidence(runs=(run,)), clause)
    assert (finding.verdict, finding.measured) == ("unknown", 90_000)
    assert "a smoke run sees the networks of the first steps of each loop" in finding.message


def test_what_breaks_after_a_cell_that_a_smoke_run_ended_may_follow_from_it(made):
    broken = Cell(index=2, status="error", error="NameError: name 'x' is not defined")
    after = made.run("classifier", outcome="raised", cells=(Cell(index=1, status="smoke"), broken))
    before = made.run("classifier", outcome="raised", cells=(broken, Cell(index=3, status="smoke")))
    clause = made.clause("training/run-incomplete", about="classifier")
    assert made.verdicts(made.evidence(runs=(after,)), clause) == ["unknown"]
    assert made.verdicts(made.evidence(runs=(before,)), clause) == ["fail"]


@pytest.mark.parametrize(("first_broken", "verdict"), [(4, "unknown"), (1, "fail")])
def test_a_missing_gpu_is_unknown_unless_something_else_broke_first(made, first_broken, verdict):
    flag = Flag(kind="needs-gpu", detail="needs a GPU", where="cell 4", source="reported")
    cells = tuple(Cell(index=index, status="error", error="RuntimeError: x") for index in {first_broken, 4, 5})
    run = made.run("classifier", outcome="raised", flags=(flag,), cells=tuple(sorted(cells, key=lambda c: c.index)))
    (finding,) = made.check(made.evidence(runs=(run,)), made.clause("training/run-incomplete", about="classifier"))
    assert finding.verdict == verdict
    assert verdict == "fail" or finding.message == "cell 4 needs a GPU, this machine has none"


def repaired(made, *kinds):
    return made.clause("training/repaired", about="classifier", kinds=kinds or ("repaired",))


def test_a_repair_fails_with_its_cell_where_a_rubric_asks(made):
    flags = (
        Flag(kind="repaired", detail="`pip install x` installed nothing", where="cell 0", source="reported"),
        Flag(kind="data-redirected", detail="train_x.npy was served", source="reported"),
    )
    run = made.run("classifier", flags=flags)
    (finding,) = made.check(made.evidence(runs=(run,)), repaired(made))
    assert (finding.verdict, finding.measured, finding.unit) == ("fail", 1, "repairs")
    assert finding.message == "1 repair: `pip install x` installed nothing (cell 0)"
    (both,) = made.check(made.evidence(runs=(run,)), repaired(made, "repaired", "data-redirected"))
    assert both.measured == 2


def test_a_run_without_repairs_passes_and_no_run_is_unknown(made):
    assert made.verdicts(made.evidence(), repaired(made)) == ["pass"]
    assert made.verdicts(made.evidence(runs=()), repaired(made)) == ["unknown"]


@pytest.mark.parametrize(("count", "verdict"), [(9_999, "fail"), (10_000, "pass")])
def test_samples_are_counted(made, count, verdict):
    metrics = made.metrics(readings={"samples.count": made.reading(count, "images", "observed")})
    assert made.verdicts(made.evidence(metrics=metrics), made.clause("samples/too-few", samples=10_000)) == [verdict]


def test_samples_that_nobody_took_are_unknown(made):
    evidence = made.evidence(metrics=(), skipped={"score-samples": "no weights for FID"})
    (finding,) = made.check(evidence, made.clause("samples/too-few", samples=10_000))
    assert (finding.verdict, finding.message) == ("unknown", "samples: no weights for FID")


@pytest.mark.parametrize(("kind", "verdict"), [("untrained-network", "fail"), ("trained-network", "pass")])
def test_the_sampled_network_is_the_trained_one_or_not(made, kind, verdict):
    evidence = made.evidence(metrics=made.metrics(flags=(Flag(kind=kind, detail="said"),)))
    assert made.verdicts(evidence, made.clause("samples/untrained-network", about="generator")) == [verdict]


def test_an_untrained_network_fails_beside_a_trained_one(made):
    flags = (Flag(kind="trained-network", detail="a"), Flag(kind="untrained-network", detail="b"))
    evidence = made.evidence(metrics=made.metrics(flags=flags))
    assert made.verdicts(evidence, made.clause("samples/untrained-network", about="generator")) == ["fail"]


def test_a_network_that_nobody_could_tell_is_unknown_for_that_reason(made):
    flags = (Flag(kind="unclear-network", detail="no network was seen producing them"),)
    evidence = made.evidence(metrics=made.metrics(flags=flags))
    (finding,) = made.check(evidence, made.clause("samples/untrained-network", about="generator"))
    assert finding.verdict == "unknown"
    assert finding.message.endswith("no network was seen producing them")


def test_an_unknown_network_is_unknown(made):
    assert made.verdicts(made.evidence(), made.clause("samples/untrained-network", about="generator")) == ["unknown"]


@pytest.mark.parametrize(("copies", "verdict"), [(0, "pass"), (1, "fail")])
def test_exact_copies_fail(made, copies, verdict):
    metrics = made.metrics(readings={"samples.exact_copies": made.reading(copies, "images", "observed")})
    assert made.verdicts(made.evidence(metrics=metrics), made.clause("samples/copies")) == [verdict]


def test_copies_that_were_not_searched_are_unknown(made):
    assert made.verdicts(made.evidence(metrics=()), made.clause("samples/copies")) == ["unknown"]


def test_a_recomputed_accuracy_passes_with_its_numbers(made):
    (finding,) = made.check(made.evidence(), made.clause("classifier/unevaluated"))
    assert (finding.verdict, finding.measured) == ("pass", 0.913)


def test_an_accuracy_that_was_not_recomputed_is_unknown(made):
    assert made.verdicts(made.evidence(metrics=()), made.clause("classifier/unevaluated")) == ["unknown"]


@pytest.mark.parametrize(
    ("rule", "limits"),
    [
        ("paper/unstated", {"facts": ("an abstract",)}),
        ("paper/missing-figure", {"figure": "a grid"}),
        ("integrity/edited-images", {}),
        ("integrity/uncited-code", {}),
        ("integrity/trained-on-test-data", {}),
    ],
)
def test_a_rule_without_a_probe_says_so_whatever_the_evidence(made, rule, limits):
    for evidence in (made.evidence(), made.nothing()):
        (finding,) = made.check(evidence, made.clause(rule, **limits))
        assert finding.verdict == "unknown"
        assert finding.message.endswith("not measured by this version")


@pytest.mark.parametrize(
    ("kinds", "verdicts"),
    [
        (["sampled-without-data"], ["pass"]),
        (["depends-on-data"], ["fail"]),
        (["sampling-failed-without-data", "sampled-without-data"], ["fail"]),
        (["data-dependence-unknown"], ["unknown"]),
        ([], ["unknown"]),
    ],
)
def test_samples_that_need_the_data_are_told_from_those_that_do_not(made, kinds, verdicts):
    flags = tuple(Flag(kind=kind, detail="what was seen") for kind in kinds)
    evidence = made.evidence(metrics=made.metrics(flags=flags))
    assert made.verdicts(evidence, made.clause("samples/derived-from-data", about="generator")) == verdicts


def test_why_nothing_is_known_of_the_data_is_in_the_finding(made):
    clause = made.clause("samples/derived-from-data", about="generator")
    flag = Flag(kind="data-dependence-unknown", detail="no seed repeats its samples")
    (finding,) = made.check(made.evidence(metrics=made.metrics(flags=(flag,))), clause)
    assert finding.message.endswith("no seed repeats its samples")
    (finding,) = made.check(made.nothing(), clause)
    assert finding.verdict == "unknown"


def test_a_missing_reason_is_never_a_number(made):
    missing = {"classifier.steps": Reading.missing(unit="steps", why="the page is damaged")}
    (finding,) = made.check(made.evidence(runs=(made.run("classifier", readings=missing),)), steps(made))
    assert (finding.verdict, finding.measured) == ("unknown", None)
