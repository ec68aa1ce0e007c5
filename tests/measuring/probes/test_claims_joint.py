"""Numbers that have their noun, their part or their spread from others of the sentence, the table or the page."""

from __future__ import annotations

import pytest

from validator.evidence import Claim
from validator.measuring.probes.claims import claims
from validator.measuring.probes.claims_tables import claims_of_lines
from validator.measuring.probes.claims_text import NOTE, Block, sentences
from validator.measuring.probes.paper_raised import Fragments


def told(*lines: str) -> tuple[Claim, ...]:
    return claims(sentences([Block(lines=lines, where="p1")]))


def values(kind: str, *lines: str) -> list[tuple[float, tuple[str, ...]]]:
    return [(claim.value, claim.flags) for claim in told(*lines) if claim.kind == kind]


def plain(kind: str, *lines: str) -> list[float]:
    return [value for value, flags in values(kind, *lines) if not flags]


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("It has 90.0% accuracy on the test set after all 10,000 training steps.", 0.9),
        ("It takes 10,000 training steps, and 90.0% accuracy on the test set is reached.", 0.9),
        ("It scores 95.7% on test.", 0.957),
        ("It classifies 90% of the test images correctly.", 0.9),
        ("94.3% of the test images are classified correctly.", 0.943),
        ("The network reaches 95.12% on the test set.", 0.9512),
        ("On the official test set it is 94.3%.", 0.943),
        ("The test accuracy fell from 94.9% to 94.3%.", 0.943),
        ("The test accuracy is ninety-four point three percent (94.3%).", 0.943),
        ("Test accuracy, 94.3%.", 0.943),
    ],
)
def test_a_test_accuracy_is_found_in_the_words_that_papers_use(sentence, value):
    assert [(c.value, c.part, c.flags) for c in told(sentence) if c.kind == "accuracy"] == [(value, "test", ())]


@pytest.mark.parametrize(
    "sentence",
    ["The error is 5.7% on the test set.", "We misclassify 5.7% of the test images, not 5% on the test set."],
)
def test_an_error_is_no_accuracy(sentence):
    assert plain("accuracy", sentence) == []


@pytest.mark.parametrize(
    ("kind", "sentence", "value"),
    [
        ("steps", "Each network is updated 49,900 times.", 49_900),
        ("parameters", "A total of 999,742 weights and biases are learned.", 999_742),
        (
            "parameters",
            "The generator has 500,000 parameters and the critic 280,000, giving 780,000 in total.",
            780_000,
        ),
        (
            "parameters",
            "The auto-encoder has 400,000 parameters and the prior 574,812 parameters, hence 974,812.",
            974_812,
        ),
        ("parameters", "Our classifier uses about 45k of the 100k parameters.", 45_000),
        ("parameters", "The network has ninety-eight thousand four hundred and forty-two (98,442) parameters.", 98_442),
        ("steps", "The model is trained for the full budget of 50,000 steps.", 50_000),
        ("steps", "We stop after 10,000 steps.", 10_000),
        ("fid", "The FID of the generative model is 31.4.", 31.4),
        ("fid", "FID (10k samples, test set): 31.4.", 31.4),
        ("fid", "FID (10k/10k): 31.4.", 31.4),
    ],
)
def test_the_final_number_is_plain_or_approximate(kind, sentence, value):
    assert [one for one, flags in values(kind, sentence) if not {*flags} - {"approximate"}] == [value]


def test_what_is_left_of_a_limit_is_not_what_the_model_has():
    assert plain("steps", "This leaves 16 of the 10,000 steps unused.") == []


def test_numbers_of_a_row_are_several_whatever_their_title():
    assert [flags for _, flags in values("parameters", "Parameters 100,000 94,301")] == [("several-values",)]


def test_counts_at_which_something_was_read_off_are_several():
    text = "At 98,442 parameters the test accuracy is 94.3%, at 49,000 parameters it was 92.0%."
    assert plain("parameters", text) == []


def test_a_point_on_the_way_is_no_end_and_an_early_end_is_one():
    assert plain("steps", "At step 5,000 the accuracy is 90%.") == []
    assert plain("steps", "The training was stopped early at step 8,000 of 10,000.") == [8_000]


def test_two_lists_are_put_together_where_the_sentence_says_so():
    text = "For the classifier and the generative model respectively we use 98,442 and 974,812 parameters."
    assert [(c.about, c.value, c.flags) for c in told(text)] == [("classifier", 98_442, ()), ("generator", 974_812, ())]


def test_the_former_and_the_latter_are_nobody_knows_whose():
    lines = ("2 Generator", "The former is trained for 10,000 steps and the latter for 50,000 steps.")
    assert [claim.about for claim in told(*lines)] == ["", ""]


@pytest.mark.parametrize(
    "sentence",
    [
        "Train accuracy is 94.89% and test accuracy 92.04% with standard deviations of 0.33% and 0.51%.",
        "Mean (standard deviation): train accuracy 94.89% (0.33%), test accuracy 92.04% (0.51%).",
        "The train accuracy is 94.89% (std. 0.33%) and the test accuracy 92.04% (std. 0.51%).",
    ],
)
def test_standard_deviations_go_to_their_means(sentence):
    found = {claim.part: (claim.value, claim.spread) for claim in told(sentence)}
    assert found == {"train": (0.9489, pytest.approx(0.0033)), "test": (0.9204, pytest.approx(0.0051))}


def test_accuracies_on_two_parts_are_told_apart():
    text = "The accuracies on training and test set 92.0% and 89.9%."
    assert {(claim.part, claim.value, claim.flags) for claim in told(text)} == {
        ("train", 0.92, ()),
        ("test", 0.899, ()),
    }


def test_a_heading_may_name_cifar_100():
    lines = ("1 Classifier", "It has 98,442 parameters.", "2 Generator on CIFAR-100", "It has 974,812 parameters.")
    assert [claim.about for claim in told(*lines)] == ["classifier", "generator"]


def test_a_sentence_that_a_table_interrupts_goes_on_below_it():
    lines = (
        "1 Classifier",
        "The final network has 84,212 parameters in all of its seven layers together and reaches a test",
        "Table 1: Ablation over widths.",
        "Width Parameters Test accuracy",
        "16 22,610 85.20",
        "accuracy of 92.17%.",
    )
    assert [(c.part, c.value) for c in told(*lines) if c.kind == "accuracy"] == [("test", 0.9217)]


def test_a_footnote_is_of_no_section():
    lines = ("2 Generator", "The network is trained.", f"{NOTE} 97,104 parameters, counted as in the code.")
    assert [(claim.about, claim.value) for claim in told(*lines)] == [("", 97_104)]


def test_the_number_of_a_footnote_is_not_glued_to_what_follows():
    fragments = Fragments()
    still = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    for text, height, size in (("Words.\n", 80.0, 10.0), ("1", 74.1, 6.0), ("97,104 parameters", 71.3, 8.0)):
        fragments.visit(text, still, [1.0, 0.0, 0.0, 1.0, 0.0, height], None, size)
    assert fragments.marked().splitlines() == ["Words.", f"{NOTE} 97,104 parameters"]


def of_table(
    text: str, *, section: str = ""
) -> dict[tuple[str, str, str], tuple[float, float | None, tuple[str, ...]]]:
    found = claims_of_lines(text.splitlines(), where="p1", section=section)
    return {(claim.about, claim.kind, claim.part): (claim.value, claim.spread, claim.flags[1:]) for claim in found}


def test_a_table_of_both_models_side_by_side():
    found = of_table("""
                   Classifier   Generator
  Parameters           99,178     968,230
  Test accuracy         96.2%          --
  FID                      --        23.9
""")
    assert found == {
        ("classifier", "parameters", ""): (99_178, None, ()),
        ("generator", "parameters", ""): (968_230, None, ()),
        ("classifier", "accuracy", "test"): (0.962, None, ()),
        ("generator", "fid", ""): (23.9, None, ()),
    }


def test_a_table_with_limits_and_a_title_over_several_rows():
    found = claims_of_lines(
        """
  Task               Quantity           Limit       Ours
                     Parameters       100,000     94,301
  Classification     Steps             10,000      9,000
                     Test accuracy          -      92.6%
                     Parameters     1,000,000    888,888
  Generation         Steps             50,000     40,000
                     FID                    -       48.8
""".splitlines(),
        where="p1",
    )
    own = {(claim.about, claim.kind, claim.value) for claim in found if claim.flags == ("table",)}
    assert own == {
        ("classifier", "parameters", 94_301),
        ("classifier", "steps", 9_000),
        ("classifier", "accuracy", 0.926),
        ("generator", "parameters", 888_888),
        ("generator", "steps", 40_000),
        ("generator", "fid", 48.8),
    }


def test_means_and_standard_deviations_in_columns_of_their_own():
    found = of_table(
        """
  Metric             Mean      Std
  Train loss        0.128    0.015
  Test accuracy     92.7%     0.6%
""",
        section="classifier",
    )
    assert found == {
        ("classifier", "loss", "train"): (0.128, pytest.approx(0.015), ()),
        ("classifier", "accuracy", "test"): (0.927, pytest.approx(0.006), ()),
    }


def test_rows_of_a_table_with_a_total_are_its_parts():
    found = list(
        claims_of_lines(
            ["  Layer   Parameters", "  Conv1        672", "  Block1    97,770", "  Total     98,442"], where="p1"
        )
    )
    assert [(claim.value, "part-of-sum" in claim.flags) for claim in found] == [
        (672, True),
        (97_770, True),
        (98_442, False),
    ]


def test_a_table_is_of_the_model_that_its_caption_names():
    found = of_table("""
  Table 2: Results on CIFAR-100.
  Parameters    Steps
     974,812   50,000
""")
    assert {about for about, _, _ in found} == {"generator"}


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (("4 Penalties", "Pages: one over, -10. Total: -10."), -10),
        (("4 Total penalty", "None."), 0),
        (("4 Penalties", "We incur -5 for steps and -10 for a page, for a total penalty of -15 marks."), -15),
    ],
)
def test_the_total_is_what_stays_plain(lines, value):
    assert {v for v, flags in values("penalty", *lines) if not flags} == {value}


def test_marks_that_would_be_lost_are_not_expected():
    text = "Had we trained for 20,000 steps, it would be at a penalty of 50 marks."
    assert plain("penalty", text) == []
