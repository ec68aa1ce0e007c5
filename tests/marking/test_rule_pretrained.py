"""Pre-trained weights and forbidden libraries: what the text and the run said, and what a marker reads of it."""

import pytest

from validator.evidence import Flag

READ = "torch.load read w.pt (310,000 bytes)"
LOADED = f"{READ}; its values are in Net#1 when that begins to train: s = torch.load('w.pt')"
SUSPECTED = "Net#1: 4 of the 6 tensors looked at are unlike fresh weights when its training begins: (64, 576) p = 2e-40"
ONE = "VQ#1: 1 of the 6 tensors looked at are unlike fresh weights when its training begins: (512, 64) p = 2e-40"
RIGHT = "Net#1: before its first update it was right on 60 of 64 images of 20 classes (94%; p = 9e-49)"


def looked_at(made, role, *flags, **changes):
    run = made.run(role, flags=flags, **changes)
    more = {
        f"{role}.weights_examined": made.reading(6, "tensors"),
        f"{role}.weights_lowest_p": made.reading(0.0123, "p"),
    }
    return made.run(role, flags=flags, **{**changes, "readings": {**run.readings, **more}})


def weights(made, *flags, seen=(), layout=None, runs=None):
    """`flags` of the classifier's text, `seen` of its run."""
    runs = runs or (looked_at(made, "generator"), looked_at(made, "classifier", *seen))
    sources = (made.source("generator"), made.source("classifier", flags=flags))
    evidence = made.evidence(sources=sources, layout=layout or made.layout(), runs=runs)
    (finding,) = made.check(evidence, made.clause("integrity/pretrained-weights"))
    return finding


def reported(kind, detail, where="cell 3 line 1"):
    return Flag(kind=kind, detail=detail, where=where, source="reported")


def test_a_clean_run_passes_and_says_what_was_looked_at(made):
    finding = weights(made)
    assert finding.verdict == "pass"
    assert "6 tensors of the classifier look freshly initialised (lowest p 0.012)" in finding.message


def test_without_a_run_the_text_alone_is_no_pass(made):
    finding = weights(made, runs=(looked_at(made, "generator"),))
    assert finding.verdict == "unknown"
    assert "static reading of the text only" in finding.message


def test_a_run_whose_networks_could_not_be_looked_at_is_unknown(made):
    assert weights(made, runs=(looked_at(made, "generator"), made.run("classifier"))).verdict == "unknown"


def test_a_run_that_did_not_finish_is_unknown(made):
    runs = (looked_at(made, "generator"), looked_at(made, "classifier", outcome="killed"))
    assert weights(made, runs=runs).verdict == "unknown"


def test_a_call_for_pretrained_weights_fails_with_its_place(made):
    finding = weights(made, Flag(kind="loads-pretrained-weights", detail="timm", where="cell 2 line 1"))
    assert finding.verdict == "fail"
    assert finding.message == "asks for pretrained weights: abcd12-classifier.ipynb cell 2 line 1: timm"


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("weights-loaded", LOADED),
        ("weights-loaded", "torch.hub.load_state_dict_from_url was asked for http://x/a.pth (URLError: nothing came)"),
        ("pretrained-suspected", SUSPECTED),
        ("pretrained-suspected", RIGHT),
        ("pretrained-suspected", f"{ONE}; {RIGHT}"),
    ],
)
def test_strong_evidence_of_the_run_fails_with_its_numbers(made, kind, detail):
    finding = weights(made, seen=(reported(kind, detail),))
    assert (finding.verdict, finding.witness) == ("fail", "reported")
    assert finding.message == f"when run: abcd12-classifier.ipynb cell 3 line 1: {detail}"


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("weights-loaded", READ),
        ("opened-weights", "open read notes.txt (80,000 bytes)"),
        ("pretrained-suspected", ONE),
        ("weights-loaded", "torch.hub.load_state_dict_from_url was asked for http://x/inception_v3.pth"),
    ],
)
def test_weaker_evidence_goes_to_a_person(made, kind, detail):
    finding = weights(made, seen=(reported(kind, detail),))
    assert finding.verdict == "unknown"
    assert detail in finding.message


def test_a_file_read_in_code_that_was_not_run_goes_to_a_person(made):
    flag = Flag(kind="loads-weights-file", detail="torch.load of 'a.pt'")
    assert weights(made, flag, runs=(looked_at(made, "generator"),)).verdict == "unknown"


def test_a_checkpoint_of_ones_own_is_no_doubt(made):
    assert weights(made, Flag(kind="loads-weights-file", detail="torch.load of path")).verdict == "pass"


def test_numbers_enough_for_a_network_go_to_a_person(made):
    finding = weights(made, Flag(kind="large-literal", detail="data written into the code: 193,250 characters"))
    assert finding.verdict == "unknown"
    assert "193,250" in finding.message


def test_weights_handed_in_go_to_a_person(made):
    finding = weights(made, layout=made.layout(made.file("a.pt", "weights")))
    assert (finding.verdict, finding.message) == ("unknown", "a person must look: weights were handed in: a.pt")


def test_weights_in_code_that_nobody_read_are_unknown(made):
    assert made.verdicts(made.evidence(sources=()), made.clause("integrity/pretrained-weights")) == ["unknown"]


def test_the_price_of_weights_waits_for_a_person(made, comp3547):
    from validator.marking import mark

    runs = (looked_at(made, "generator"), looked_at(made, "classifier", reported("pretrained-suspected", SUSPECTED)))
    report = mark(made.evidence(runs=runs), comp3547)
    priced = next(entry for entry in report.penalties if entry.clause == "no-pretrained-weights")
    assert (priced.verdict, priced.kind, priced.marks) == ("fail", "proposed", -100)
    assert report.total_penalty == 0


def libraries(made, *flags, layout=None, modules=("torch",)):
    sources = (made.source("generator"), made.source("classifier", *modules))
    runs = (made.run("generator"), made.run("classifier", flags=flags))
    evidence = made.evidence(sources=sources, runs=runs, layout=layout or made.layout())
    limits = {"forbidden": ("tensorflow", "keras", "flux"), "allowed": ("torch", "jax")}
    (finding,) = made.check(evidence, made.clause("source/forbidden-library", **limits))
    return finding


def attempt(module):
    return reported("forbidden-library-attempt", f"the student's code imports {module} (it is not installed)")


def test_an_import_by_name_fails_by_what_the_run_saw(made):
    finding = libraries(made, attempt("keras"))
    assert (finding.verdict, finding.witness) == ("fail", "reported")
    said = "imports keras when run: abcd12-classifier.ipynb cell 3 line 1 (it is not installed)"
    assert finding.message == said


def test_text_and_run_are_told_together(made):
    finding = libraries(made, attempt("tensorflow"), modules=("torch", "tensorflow"))
    assert finding.message.startswith(
        "imports tensorflow at abcd12-classifier.ipynb cell 1 line 1; imports tensorflow when"
    )
    assert finding.witness == "observed"


def test_an_attempt_at_a_library_that_is_not_forbidden_passes(made):
    assert libraries(made, attempt("mlx")).verdict == "pass"


def test_a_file_of_the_submission_with_such_a_name_goes_to_a_person(made):
    finding = libraries(made, modules=("torch", "flux"), layout=made.layout(made.file("flux.py", "source")))
    assert finding.verdict == "unknown"
