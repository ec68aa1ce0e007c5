"""Numbers that sentences state: how they are printed, of which model they are said, and which are decoys."""

from __future__ import annotations

import pytest

from validator.evidence import Claim
from validator.measuring.probes.claims import MOST_CLAIMS, claims
from validator.measuring.probes.claims_text import Block, sentences


def told(*lines: str) -> tuple[Claim, ...]:
    return claims(sentences([Block(lines=lines, where="p1")]))


def only(*lines: str) -> Claim:
    (claim,) = told(*lines)
    return claim


STYLES = {
    "98,442": ("The classifier has 98,442 parameters.", 98_442, 1, ()),
    "98442": ("The number of parameters of the classifier is 98442.", 98_442, 1, ()),
    "latex braces": ("The classifier has 98{,}442 parameters.", 98_442, 1, ()),
    "latex thin space": ("The classifier has 98\\,442 parameters.", 98_442, 1, ()),
    "thin space": ("The classifier has 98\u2009442 parameters.", 98_442, 1, ()),
    "narrow no-break space": ("The classifier has 98\u202f442 parameters.", 98_442, 1, ()),
    "space": ("The classifier has 98 442 parameters.", 98_442, 1, ()),
    "apostrophe": ("The classifier has 98'442 parameters.", 98_442, 1, ()),
    "k": ("The classifier has 98.4k parameters.", 98_400, 100, ()),
    "M": ("The model has 0.98M trainable parameters.", 980_000, 10_000, ()),
    "million": ("The model has 0.98 million parameters.", 980_000, 10_000, ()),
    "tilde": ("The classifier has ~98k parameters.", 98_000, 1_000, ("approximate",)),
    "german point": ("The classifier has 98.442 parameters.", 98_442, 1, ("locale",)),
    "german points": ("The model has 1.098.442 parameters.", 1_098_442, 1, ("locale",)),
    "words": ("The classifier has one hundred thousand parameters.", 100_000, 1, ()),
    "number and words": ("The model has 90,000 (ninety thousand) parameters.", 90_000, 1, ()),
    "power": ("The model has 9.8 \u00d7 10^5 parameters.", 980_000, 10_000, ()),
    "raised digits": ("The model has 9.8 \u00d7 10\u2075 parameters.", 980_000, 10_000, ()),
    "e": ("The model has 9.8e5 parameters.", 980_000, 10_000, ()),
    "lost superscript of a product": (
        "The model has 9.8 \u00d7 105 parameters.",
        980_000,
        10_000,
        ("lost-superscript",),
    ),
    "lost superscript": ("The model has 105 parameters.", 100_000, 1, ("lost-superscript",)),
    "glued footnote": ("The classifier has 98,442 parameters1 in total.", 98_442, 1, ("glued-footnote",)),
    "footnote glued to the number": ("The classifier has 98,4421 parameters.", 98_442, 1, ("glued-footnote",)),
}
"""Name to sentence, value, what its last digit leaves open, and flags."""


@pytest.mark.parametrize("name", STYLES)
def test_a_number_is_read_in_every_style_that_papers_print(name):
    sentence, value, resolution, flags = STYLES[name]
    claim = only(sentence)
    assert (claim.kind, claim.value, claim.resolution, claim.flags) == ("parameters", value, resolution, flags)


ACCURACIES = {
    "per cent": ("The test accuracy is 93.4 %.", 0.934, None, ()),
    "share": ("The test accuracy is 0.934.", 0.934, None, ()),
    "neither": ("The test accuracy is 93.4.", 0.934, None, ()),
    "german comma": ("Test accuracy: 93,4 %", 0.934, None, ("locale",)),
    "german share": ("Test accuracy: 0,934", 0.934, None, ("locale",)),
    "plus-minus": ("The test accuracy is 93.4 \u00b1 0.6%.", 0.934, 0.006, ()),
    "both per cent": ("The test accuracy is 93.4% \u00b1 0.6%.", 0.934, 0.006, ()),
    "plus-minus of shares": ("> Test accuracy:  0.9340 +- 0.0060", 0.934, 0.006, ()),
    "brackets": ("The test accuracy is (93.4 \u00b1 0.6)%.", 0.934, 0.006, ()),
    "named deviation": ("The test accuracy is 93.4% (std 0.6).", 0.934, 0.006, ()),
    "deviation in a clause": ("We reach a test accuracy of 93.4% with a standard deviation of 0.6%.", 0.934, 0.006, ()),
    "over seeds": ("Mean test accuracy over 5 seeds: 93.4 \u00b1 0.6 %", 0.934, 0.006, ("over-seeds",)),
    "whole number without a unit": ("The test accuracy is 93.", 0.93, None, ("no-unit",)),
}


@pytest.mark.parametrize("name", ACCURACIES)
def test_an_accuracy_is_a_share_however_it_is_written(name):
    sentence, value, spread, flags = ACCURACIES[name]
    claim = only(sentence)
    assert (claim.kind, claim.part, claim.unit, claim.flags) == ("accuracy", "test", "share", flags)
    assert claim.value == pytest.approx(value)
    assert claim.spread == (None if spread is None else pytest.approx(spread))


@pytest.mark.parametrize(
    "sentence",
    [
        "We reach 95.1% training accuracy and 91.7% test accuracy.",
        "The training accuracy is 95.1% and the test accuracy 91.7%.",
        "Training and test accuracy are 95.1% and 91.7% respectively.",
        "train/test accuracy: 95.1/91.7",
        "The accuracy was 95.1% on the training set and 91.7% on the test set.",
        "Train accuracy: 0.951 Test accuracy: 0.917",
        "Final train accuracy = 0.951, final test accuracy = 0.917",
        "The accuracy is 95.1% (train) and 91.7% (test).",
    ],
)
def test_training_and_test_are_told_apart(sentence):
    found = {claim.part: (claim.value, claim.flags) for claim in told(sentence)}
    assert found == {"train": (pytest.approx(0.951), ()), "test": (pytest.approx(0.917), ())}


def test_a_validation_accuracy_is_not_taken_for_the_test():
    claim = only("The validation accuracy is 95.1%.")
    assert (claim.part, claim.flags) == ("", ("validation",))


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("The FID is 41.3.", 41.3),
        ("FID\u2193 41.3", 41.3),
        ("FID (10k samples): 41.3", 41.3),
        ("an FID score of 41.3", 41.3),
        ("The Fr\u00e9chet Inception Distance (FID) is 41.3.", 41.3),
        ("The FID between 10,000 samples and the 10,000 test images of CIFAR-100 is 41.3 (Heusel et al., 2017).", 41.3),
        ("We compute FID with 10,000 samples against the 10,000 test images, giving an FID of 41.3.", 41.3),
    ],
)
def test_an_fid_is_found_among_the_counts_of_images(sentence, value):
    claim = only(sentence)
    assert (claim.kind, claim.about, claim.value, claim.flags) == ("fid", "generator", value, ())


def test_the_clean_protocol_is_said():
    assert only("Test FID: 38.52 (clean-fid)").flags == ("clean-fid",)


def test_an_fid_against_training_images_is_another_number():
    assert "against-train" in only("We obtain an FID of 38.5 against the training images.").flags


DECOYS = {
    "a limit": ("Our network stays below 100,000 parameters.", {"limit"}),
    "a limit named after it": ("We keep to the 100,000 parameter limit.", {"limit"}),
    "a second limit": ("The limit is 10,000 steps.", {"limit"}),
    "cited": ("A transformer (Dosovitskiy et al., 2020) has 86M parameters.", {"cites-others"}),
    "cited as subject": ("Ho et al. (2020) report an FID of 3.17.", {"cites-others"}),
    "cited by number": ("The network of [12] has 86M parameters.", {"cites-others"}),
    "cited behind": ("A network of 11M parameters is common (Towers et al., 2024).", {"cites-others"}),
    "reported": ("The originally reported accuracy is 92.08%.", {"cites-others"}),
    "a variant": ("A larger variant with 150,000 parameters was worse.", {"variant"}),
    "tuning": ("In the hyperparameter search each run took 2,000 steps.", {"tuning-run"}),
    "per epoch": ("There are 352 steps per epoch.", {"per-epoch"}),
    "every so many": ("The learning rate is halved every 2,000 steps.", {"partial"}),
    "so far": ("After 5,000 steps the colours are right.", {"partial"}),
    "several": ("We tried 2,000, 5,000 and 8,000 steps.", {"several-values"}),
    "one network": ("The discriminator has 480k parameters.", {"one-network"}),
    "a layer": ("The first layer has 2,304 parameters.", {"one-network"}),
    "a difference": ("The test accuracy rises by 1.2%.", {"difference"}),
    "several FIDs": ("FID scores of 23.1, 24.0 and 25.2 were obtained.", {"several-values"}),
}


@pytest.mark.parametrize("name", DECOYS)
def test_a_decoy_is_dropped_or_flagged(name):
    sentence, flags = DECOYS[name]
    for claim in told(sentence):
        assert flags <= set(claim.flags), claim


@pytest.mark.parametrize(
    "sentence",
    [
        "We sample with 50 denoising steps.",
        "CIFAR-100 has 100 classes and 50,000 images.",
        "Table 3 shows the parameters of both models, and Figure 4 the loss.",
        "See Section 4 for the loss, Equation 3 for the steps and page 12 for the accuracy.",
        "epoch 3 loss",
        "In 2019 the accuracy was not reported.",
        "Convolutions of 3 x 3 pixels keep the parameters few.",
        "Adam has two parameters, 0.9 and 0.999.",
        "print(f'test accuracy {accuracy:.3f}, loss {loss:6.2f}')",
    ],
)
def test_numbers_of_other_things_are_no_claims(sentence):
    assert told(sentence) == ()


def test_own_numbers_beside_a_citation_of_the_architecture_are_ones_own():
    assert only("We train a residual network (He et al., 2016) with 98,442 parameters.").flags == ()


def test_a_number_compared_with_is_not_ones_own():
    mine, theirs = told("Our network has 98,442 parameters, while that of [3] has 11,200,000 parameters.")
    assert (mine.flags, theirs.flags) == ((), ("cites-others",))


def test_both_limits_of_one_sentence_are_limits():
    found = told("The limit is 100,000 parameters and 10,000 steps.")
    assert [(claim.kind, claim.flags) for claim in found] == [("parameters", ("limit",)), ("steps", ("limit",))]


def test_the_networks_of_a_gan_are_parts_and_their_sum_is_not():
    found = told("The generator has 500k parameters and the discriminator 480k parameters, 980k parameters in total.")
    assert [(claim.value, "one-network" in claim.flags) for claim in found] == [
        (500_000, True),
        (480_000, True),
        (980_000, False),
    ]


PENALTIES = {
    "marks": ("Total penalty: -25 marks.", -25),
    "expected": ("We expect a penalty of 25 marks.", -25),
    "a mark penalty": ("I expect a \u22125 mark penalty for exceeding the step count.", -5),
    "none": ("Both models stay within their limits, so no penalty applies.", 0),
    "zero": ("The total penalty is 0.", 0),
    "a sentence of its own": ("Total penalty: this submission expects a penalty of 0 marks.", 0),
    "in code": ("> Parameters: 98; optimisation steps: 9; penalty: 0", 0),
    "a sum": ("Bonus = 2+2+2 = 6 marks", 6),
}


@pytest.mark.parametrize("name", PENALTIES)
def test_a_penalty_that_is_stated_is_found(name):
    sentence, value = PENALTIES[name]
    assert [(c.kind, c.value, c.unit) for c in told(sentence)] == [("penalty", value, "marks")]


def test_a_bonus_below_its_heading_is_found():
    assert only("Bonuses", "2+2+2 = 6").value == 6


@pytest.mark.parametrize(
    "sentence",
    [
        "WGAN-GP uses a gradient penalty of 10.",
        "The gradient penalty coefficient is \u03bb = 10, as usual.",
        "We add an L2 penalty of 0.01 and a penalty term of weight 5.",
        "The R1 penalty is 10 and the total loss is small.",
        "On CIFAR-10 marks of objects are small, and we incur no loss.",
        "The discriminator's penalty term is 10.",
    ],
)
def test_penalties_of_training_are_no_marks(sentence):
    assert [claim for claim in told(sentence) if claim.kind == "penalty"] == []


def test_the_rule_of_the_penalty_is_not_its_statement():
    assert all("rule" in claim.flags for claim in told("The penalty is 5 marks for every 10% exceeded."))


TWO_PARTS = (
    "1 Introduction",
    "Small models are trained under tight budgets. Others use 25M parameters (He et al., 2016).",
    "2 Part 1: Classifier",
    "2.1 Method",
    "A network of four blocks is trained with AdamW (Loshchilov and Hutter, 2019).",
    "2.2 Results",
    "It has 98,442 parameters in total and was trained for 9,984 optimisation steps, 352 steps per epoch.",
    "The test accuracy is 93.4 \u00b1 0.6%. A tuning run of 2,000 steps came first.",
    "3 Part 2: Generative model",
    "3.1 Results",
    "It has 981,234 parameters in total and was trained for 49,920 optimisation steps.",
    "Samples are drawn in 50 sampling steps. A larger version with 2,100,000 parameters got an FID of 30.2.",
    "The FID is 41.3.",
    "4 Conclusion",
    "Total penalty: 0 marks.",
)


def test_a_report_on_both_models_gives_each_its_own_numbers():
    found = {(c.about, c.kind, c.part): c.value for c in told(*TWO_PARTS) if not c.flags}
    assert found == {
        ("classifier", "parameters", ""): 98_442,
        ("classifier", "steps", ""): 9_984,
        ("classifier", "accuracy", "test"): pytest.approx(0.934),
        ("generator", "parameters", ""): 981_234,
        ("generator", "steps", ""): 49_920,
        ("generator", "fid", ""): 41.3,
        ("", "penalty", ""): 0,
    }


def test_the_nearest_model_of_a_sentence_on_both_is_meant():
    found = told("The classifier has 98,442 parameters and the diffusion model has 981,234 parameters.")
    assert [(claim.about, claim.value) for claim in found] == [("classifier", 98_442), ("generator", 981_234)]


def test_a_general_section_belongs_to_neither_model():
    lines = ("2 Classifier", "2.1 Results", "It has 98,442 parameters.", "3 Experiments", "It has 98,443 parameters.")
    assert [claim.about for claim in told(*lines)] == ["classifier", ""]


def test_a_word_and_a_sentence_broken_over_lines_are_whole():
    claim = only("The classifier was trained for 9,984 optimi-", "sation", "steps and no more.")
    assert (claim.kind, claim.value) == ("steps", 9_984)


def test_a_quote_holds_at_most_seventy_characters_each_way():
    long = "very " * 100
    claim = only(f"A {long} classifier with 98,442 parameters is {long} small.")
    before, _, after = claim.quote.partition("98,442 parameters")
    assert len(before.strip(". ")) <= 70
    assert len(after.strip(". ")) <= 70


def test_columns_of_a_table_in_running_text_are_not_read_as_a_sentence():
    assert told("Model Parameters Steps Measured", "Classifier 98,442 10,000 91.7%") == ()


@pytest.mark.parametrize(
    "text",
    [
        "1" * 2_000_000,
        "123,456 " * 8_000,
        "accuracy " * 8_000,
        "(" * 60_000,
        "parameters of " * 5_000,
        "9.8 \u00d7 10" * 8_000,
        "1 \u00b1 " * 8_000,
        "a. A" * 10_000,
        "penalty expected total " * 3_000,
        "FID of 3.1 against to with and to " * 2_000,
        "generator discriminator " * 3_000,
        "et al. (2020) [1] 98,442 parameters " * 2_000,
    ],
    ids=lambda text: text[:20].strip(),
)
def test_hostile_text_is_read_to_an_end_and_gives_few_claims(text):
    assert len(told(text)) <= MOST_CLAIMS


def test_a_flood_of_claims_is_cut():
    lines = [f"The classifier has {number:,} parameters." for number in range(10_000, 14_000)]
    assert len(told(*lines)) == MOST_CLAIMS


WORDINGS = {
    "It has 98,304 parameters, and attains 93.25% training accuracy and 91.12% testing accuracy at 9,980 steps.": (
        ("parameters", "", 98_304),
        ("accuracy", "train", 0.9325),
        ("accuracy", "test", 0.9112),
        ("steps", "", 9_980),
    ),
    "Training loss of 0.082 \u00b1 0.03, training accuracy of 97.4% \u00b1 1.1%, test accuracy of 94.1% \u00b1 0.4%.": (
        ("loss", "train", 0.082),
        ("accuracy", "train", 0.974),
        ("accuracy", "test", 0.941),
    ),
    "The generative model has 994,371 parameters (generator 612,115 and discriminator 382,256).": (
        ("parameters", "", 994_371),
    ),
    "train acc: 0.934\u00b10.021 | test acc: 0.921\u00b10.013 | loss: 0.23\u00b10.05": (
        ("accuracy", "train", 0.934),
        ("accuracy", "test", 0.921),
        ("loss", "", 0.23),
    ),
    "n_params = 98442": (("parameters", "", 98_442),),
    "test_acc: 0.93": (("accuracy", "test", 0.93),),
    "FID score: tensor(41.2345)": (("fid", "", 41.2345),),
    "total steps 10000": (("steps", "", 10_000),),
}
"""Lines and sentences as students write them: kind, part and value of every claim, in order."""


@pytest.mark.parametrize("sentence", WORDINGS, ids=lambda sentence: sentence[:40])
def test_wordings_of_reports_and_outputs_are_read(sentence):
    found = [(claim.kind, claim.part, claim.value) for claim in told(sentence) if not claim.flags]
    assert found == [(kind, part, pytest.approx(value)) for kind, part, value in WORDINGS[sentence]]


def test_a_clean_fid_named_in_brackets_behind_its_number_is_one():
    assert only("The FID against the test set is 38.7 (10k samples, clean-fid).").flags == ("clean-fid",)


ASIDES = [
    ("parameters", "The stem has 1,728 parameters, and each residual stage adds 18,432 parameters."),
    ("parameters", "conv1: 864 parameters"),
    ("parameters", "fc: 5140 parameters"),
    ("parameters", "A plain CNN with 60,000 parameters reached 85.1% test accuracy."),
    ("parameters", "We first trained a VAE with 512,000 parameters."),
    ("steps", "With a batch size of 288, one epoch is 156 steps."),
    ("steps", "An epoch takes 156 optimisation steps, so we trained for 64 epochs."),
    ("steps", "Steps: 156 per epoch"),
    ("steps", "max_steps = 10000"),
    ("steps", "The cosine schedule has a period of 2,500 iterations."),
    ("steps", "At 20,000 iterations the FID was 61.2."),
    ("steps", "1000 steps in 10 s"),
    ("steps", "Our DDPM obtains an FID of 55.3 with 50 DDIM steps and 38.2 with 1000 steps."),
    ("fid", "Our DDPM obtains an FID of 55.3 with 50 DDIM steps and 38.2 with 1000 steps."),
    ("fid", "At 20,000 iterations the FID was 61.2; it fell to 38.2 at the end."),
    ("fid", "FID with 1,000 samples: 66.1"),
    ("fid", "We also trained a DCGAN, whose FID was 81.2."),
    ("accuracy", "After 5,000 steps the classifier reaches a test accuracy of 88.1%."),
    ("accuracy", "The lowest per-class test accuracy was 81.2% (class 7)."),
    ("accuracy", "Training on 10% of the data gave a test accuracy of 71.2%."),
    ("accuracy", "SGD gave 91.2% test accuracy, AdamW 93.4%."),
    ("accuracy", "TTA test accuracy: 95.9%"),
    ("accuracy", "Test accuracy on 1000 images: 0.91"),
    ("steps", "lr finder: 100 steps"),
    ("steps", "This leaves 16 of the 10,000 steps unused."),
    ("parameters", "Pruning removed 12,000 parameters."),
    ("parameters", "Batch normalisation adds 640 parameters."),
    ("fid", "Random noise has an FID of 320."),
    ("fid", "FID-5k: 66.1"),
    ("parameters", "Our FID of 38.2 compares with 12.3 for the 35M parameter DDPM of Ho et al."),
]
"""Honest numbers that are not the final one of the model that is handed in."""


@pytest.mark.parametrize(("kind", "sentence"), ASIDES)
def test_a_number_said_in_passing_is_flagged(kind, sentence):
    found = [claim for claim in told(sentence) if claim.kind == kind]
    assert found
    assert all(claim.flags for claim in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "Our classifier achieved a test accuracy of 98.2% after 9,984 steps.",
        "The model reached 98.2% test accuracy.",
        "The FID between 10,000 samples and the 10,000 test images is 41.3.",
        "We show 64 samples; the FID is 41.3.",
        "FID-10k: 41.3",
        "The test accuracy on the 10,000 test images is 93.4%.",
        "test accuracy mean 0.934 std 0.02",
    ],
)
def test_a_final_number_stays_plain(sentence):
    assert [claim.flags for claim in told(sentence) if claim.kind in ("accuracy", "fid")] == [()]


def test_a_sentence_on_the_other_model_than_its_section_is_on_nobody_knows_which():
    claim = only("2 Classifier", "Images are generated on the fly and the network has 98,442 parameters.")
    assert claim.about == ""


def test_guidance_without_a_classifier_is_no_classifier():
    (steps,) = told("3 Results", "We use classifier-free guidance and train for 49,920 steps.")
    assert steps.about == ""


def test_numbers_before_the_names_of_both_models_are_of_neither():
    found = told("981,234 parameters make up the diffusion model and 98,442 parameters the classifier.")
    assert [claim.about for claim in found] == ["", ""]


def test_marks_beside_the_word_steps_are_no_steps():
    found = told("Penalty: -5 (classifier steps) - 10 (generator parameters) = -15 marks")
    assert [(claim.kind, claim.value) for claim in found] == [("penalty", -15)]


def test_a_training_that_was_timed_is_one():
    assert only("9984 steps in 31.2 s").flags == ()
