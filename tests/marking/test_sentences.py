"""The sentences of the marking scheme: value, interval, what chance gives, what it means; nothing where nothing is."""

import ast
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests import rich
from validator.evidence import Fault, Flag, Reading
from validator.marking import load_rubric, mark, rubric_ids, sentences
from validator.marking.gaps import gaps_of, sentences_on
from validator.marking.pictures import PICTURES
from validator.marking.readings import RECOMPUTED
from validator.marking.sentences import find_sentence, sentence_ids
from validator.marking.told import Told

EVERY = [find_sentence(address) for address in sentence_ids()]
JUDGING = re.compile(r"\b(marks?|grades?|graded|excellent|good|bad|poor|pass(es|ed)?|fail(s|ed)?|penalt\w+)\b", re.I)


def said(address, evidence=None, **changes):
    told = Told(evidence=evidence or rich.with_readings(**changes))
    return " ".join(find_sentence(address).say(told))


def without(*names):
    """The rich submission as if these were never measured."""
    whole = rich.evidence()
    kept = [
        replace(each, readings={name: item for name, item in each.readings.items() if name not in names})
        for each in whole.metrics
    ]
    return replace(whole, metrics=tuple(kept))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("test-accuracy", "Test accuracy 93.1 % (95 % interval 92.6 to 93.6 %) on 10,000 test images"),
        ("test-accuracy", "train accuracy 96.0 % (95 % interval 95.8 to 96.2 %) on 45,000 images"),
        ("test-accuracy", "is 2.9 points, 11 standard errors of 0.27 points each: it is real, not chance."),
        ("loss", "Test loss 0.231 nats (SD 0.83 nats); train loss 0.123 nats (SD 0.41 nats)"),
        ("calibration", "off by 2.1 points on average"),
        ("calibration", "a perfectly calibrated classifier would show 0.6 points"),
        ("own-evaluation", "gets 91.9 % on the 9,984 different test images it saw in 78 batches"),
        ("own-evaluation", "outside the harness's 95 % interval"),
        ("own-evaluation", "The last evaluation ran in train mode: dropout was on."),
        ("evaluation-spread", "2.4 points from batch to batch of one evaluation, 0.4 points from evaluation"),
        ("evaluation-spread", "The quoted 0.9 ± 0.4 % is the spread over evaluations, not over seeds."),
        ("fid", "FID 41.3 (SD 0.2) against the test images."),
        ("fid", "real training images get 5.10 (SD 0.04); a model that knows only the mean and covariance"),
        ("fid", "gets 210; blurred training images get 112."),
        ("fid", "Two submissions closer than 0.6 cannot be ranked."),
        ("fid-clean", "44.02 (SD 0.21); real training images get 5.42"),
        ("kid", "0.0312 (standard error 0.0007), 45 standard errors from real images"),
        ("sharpness", "81.0 % of the time (standard error 0.3 points); 50 % means as sharp as real images: "),
        ("sharpness", "By the energy of the finest details alone that is 77.0 % of the time"),
        ("copies", "2 samples equal a training image in every pixel, as it is or mirrored, 1 of them mirrored"),
        ("copies", "sample 2 = train 7"),
        ("copies", "In pixels 12 samples come as near"),
        ("copies", "would give 11 such images on average and hardly ever more than 21: no more than chance gives."),
        ("copies", "In features 60 samples come as near"),
        ("copies", "such images on average and hardly ever more than 19: more than chance gives; look at the pairs."),
        ("nearest-share", "83.1 % of the samples lie nearest to a training image, not a test image; 83.3 % is what"),
        ("nearest-share", "chance gives (standard error 0.4 points): no sign of copying (a few copies"),
        ("nearest-share", "In Inception features, 85.3 % of the samples"),
        ("nearest-share", "5 standard errors more, samples lie nearer to training images than real images do"),
        ("nearest-distance", "of a real test image 1,803"),
        ("batch-variety", "Of the 2,016 pairs among the first 64 samples 1 pair is nearly one image; random"),
        ("batch-variety", "real images have 0.02 pairs on average. They are pairs of 2,016: samples 3 and 17."),
        ("batch-variety", "worth 31.4 different images (Vendi score); random batches of real images are worth 38.2"),
        ("coverage", "71.0 % of the test images have a sample in their neighbourhood (standard error 0.52 points)"),
        ("coverage", "as many training images reach 96.7 % (SD 0.18 points), in theory 96.9 %. It falls when"),
        ("classes", "14 classes are rarer among the samples than chance makes a class; real test images have 0.4"),
        ("classes", "as evenly as 78.2 equally frequent classes would be; as many test images as 97.1 classes"),
        ("classes", "the right class for 71.0 % of the test images"),
        ("bins", "Of 100 bins made from the training images 42.0 % hold too many or too few samples (NDB/K); for"),
        ("bins", "6.0 % do (standard error 2 points): the samples are spread otherwise than the data."),
        ("duplicates", "No sample repeats another in every pixel."),
        ("interpolations", "of 8 pairs, 10 images each, the images depart from an alpha blend by 0.31 of the distance"),
        ("interpolations", "(95 % interval 0.22 to 0.44); 0 is a pure blend, unrelated samples would give 0.90"),
        ("interpolations", "88.0 % of the ends' sharpness (95 % interval 71.0 % to 112.0 %); a blend has 52.0 % (in"),
        ("interpolations", "than 61 % of the model's own samples do; of blends of the same ends 93 %"),
        ("interpolations", "8 midpoints of 8 pairs lie nearer to real images than the blend of the same ends (p"),
        ("resampling", "The harness drew 512 samples of its own"),
        ("resampling", "is 0.0004 (squared kernel distance, standard error 0.0004); sets drawn alike have 0.0001;"),
        ("sample-source", "3.1 % of their values are 0 or 255; of real test images 1.2 % are. The largest is 255"),
        ("sample-source", "10,000 samples are at hand, taken from: function generate_samples."),
    ],
)  # fmt: skip
def test_a_number_stands_with_its_interval_its_null_and_its_meaning(address, words):
    assert words in said(address)


@pytest.mark.parametrize(
    ("gap", "error", "words"),
    [
        (0.029, 0.0035, "8 standard errors of 0.35 points each: it is real, not chance"),
        (0.009, 0.0036, "2.5 standard errors of 0.36 points each: chance gives that now and then"),
        (0.002, 0.0036, "chance gives that easily, so it may be none"),
        (-0.002, 0.0036, "no sign that it does better on its training images"),
        (-0.05, 0.0036, "it does better on the test images than on its own training images"),
        (0.0, 0.0, "is 0 points: there is none"),
        (0.1, 0.0, "how much of that chance gives is not known"),
    ],
)
def test_a_gap_is_held_against_its_standard_error(gap, error, words):
    assert words in said("test-accuracy", classifier__accuracy_gap=gap, classifier__accuracy_gap_se=error)


@pytest.mark.parametrize(
    ("share", "error", "words"),
    [
        (0.70, 0.004, "standard errors fewer, samples lie nearer to the test images"),
        (0.8433, 0.004, "2.5 standard errors more, which chance gives now and then"),
        (1.0, 0.0, "whether that differs cannot be said"),
        (5 / 6, 0.0, "no sign of copying"),
    ],
)
def test_a_share_is_held_against_what_chance_gives(share, error, words):
    changes = {"samples__nearest_to_train_share": share, "samples__nearest_to_train_se": error}
    assert words in said("nearest-share", **changes)


def test_an_fid_below_that_of_real_images_is_said_to_be_what_copies_give():
    assert "no model should manage that, copies can" in said("fid", samples__fid=3.0)
    assert "copies can" not in said("fid", samples__fid=5.0)
    assert "copies can" not in said("fid")


def test_a_model_that_repeats_itself_is_said_to():
    assert said("duplicates", samples__duplicates=9_936).startswith("9,936 samples repeat another sample")
    assert said("duplicates", samples__duplicates=1).startswith("1 sample repeats another sample")


def test_a_pure_blend_is_called_one():
    assert ": they are alpha blends." in said("interpolations", samples__interpolation_residual=0.004)


@pytest.mark.parametrize("sentence", EVERY, ids=lambda sentence: sentence.id)
def test_a_sentence_of_any_part_of_its_readings_is_whole(sentence):
    """Whatever is missing, and whatever the numbers: no hole, no judgement, an end."""
    rng = random.Random(sentence.id)
    for _ in range(40):
        changes = {}
        for name in sentence.readings:
            key = name.replace(".", "__")
            kind = rng.random()
            if kind < 0.3:
                changes[key] = None
            elif kind < 0.6:
                changes[key] = rng.choice([0, 0.0, 1, 1.0, 1e-9, 0.5, 64, 2.5, 1e6])
        evidence = rich.with_readings(**changes)
        gone = {name for name in sentence.readings if rng.random() < 0.2}
        parts = [
            replace(each, readings={name: item for name, item in each.readings.items() if name not in gone})
            for each in evidence.metrics
        ]
        told = Told(evidence=replace(evidence, metrics=tuple(parts)))
        lines = list(sentence.say(told))
        lines += sentences_on(gaps_of(told, sentence, said=bool(lines)))
        for line in lines:
            assert line == " ".join(line.split()), line
            assert line.endswith("."), line
            assert line[0].isupper() or line[0].isdigit(), line
            assert not re.search(r"None|nan|inf\b|\(\)|\.\.|;;|  | ,|;\.", line), line
            assert not JUDGING.search(line), line
        for table in sentence.tables(told):
            assert {len(row) for row in table.rows} == {len(table.head)}


@pytest.mark.parametrize("sentence", EVERY, ids=lambda sentence: sentence.id)
def test_a_sentence_says_nothing_of_what_nobody_measured(sentence):
    told = Told(evidence=without(*sentence.readings))
    lines = [line for line in sentence.say(told) if line not in flag_sentences()]
    assert lines == []
    assert list(gaps_of(told, sentence, said=False)) == []


def flag_sentences():
    words = {flag.detail for flags in rich.FLAGS.values() for flag in flags}
    openings = ("", "They are: ", "They are ")
    return {f"{line[:1].upper()}{line[1:]}." for text in words for line in (opening + text for opening in openings)}


@pytest.mark.parametrize("sentence", EVERY, ids=lambda sentence: sentence.id)
def test_every_reading_a_sentence_declares_changes_what_it_says(sentence):
    """A reading that is named and never said would be called missing for nothing."""

    def whole(evidence):
        told = Told(evidence=evidence)
        return [*sentence.say(told), *map(repr, sentence.tables(told))]

    for name in sentence.readings:
        assert whole(rich.evidence()) != whole(without(name)), name


@pytest.mark.parametrize("sentence", EVERY, ids=lambda sentence: sentence.id)
def test_a_sentence_reads_no_more_than_it_declares(sentence):
    """Beside its own it may compare with the interval of another."""
    names = [name for name in rich.VALUES if name not in sentence.readings and "accuracy" not in name]
    told, less = Told(evidence=rich.evidence()), Told(evidence=without(*names))
    assert [line for line in sentence.say(told) if "at hand" not in line] == [
        line for line in sentence.say(less) if "at hand" not in line
    ]


def test_a_reason_is_named_once_with_everything_it_took_along(made, comp3547):
    why = "the weights were not there"
    named = ("fid", "fid_sd", "fid_floor", "fid_clean", "fid_clean_floor", "kid", "kid_se")
    evidence = rich.with_readings(**{f"samples__{name}": None for name in named})
    answer = mark(evidence, comp3547).criteria[2].questions[0]
    (line,) = [line for line in answer.evidence if why in line and line.startswith("Not measured")]
    assert line.startswith("Not measured: FID of the samples; FID under the protocol of clean-fid; KID of the samples")


def test_a_part_that_is_missing_is_named_and_the_rest_is_said(made, comp3547):
    answer = mark(rich.with_readings(samples__fid_floor=None), comp3547).criteria[2].questions[0]
    assert "FID 41.3 (SD 0.2) against the test images." in answer.evidence
    assert "Not measured: samples FID floor (the weights were not there)." in answer.evidence


def test_a_run_that_never_happened_says_why_once_a_question(made, comp3547):
    evidence = made.nothing(skipped={"score-samples": "no notebook is executed with --static"})
    for criterion in mark(evidence, comp3547).criteria[2:]:
        for answer in criterion.questions:
            lines = [line for line in answer.evidence if line.startswith("Not measured")]
            assert len(lines) == bool(answer.for_student), lines
            assert all("(no notebook is executed with --static)." in line for line in lines)


def test_a_fault_of_the_harness_is_named_as_one(made, comp3547):
    evidence = made.nothing(faults=(Fault(stage="score-classifier", what="it crashed"),))
    lines = mark(evidence, comp3547).criteria[1].questions[0].evidence
    assert any("not the student's" in line for line in lines if line.startswith("Not measured"))


def test_numbers_on_lookalike_data_say_so_where_each_group_of_sentences_begins(comp3547):
    evidence = replace(rich.evidence(), metrics=rich.metrics(lookalike=True))
    told = Told(evidence=evidence)
    for criterion, sheet in zip(comp3547.criteria[1:], mark(evidence, comp3547).criteria[1:], strict=True):
        for question, answer in zip(criterion.questions, sheet.questions, strict=True):
            for address in question.sentences:
                first = next(iter(find_sentence(address).say(told)))
                assert f"{first} (On look-alike data: comparable with nothing.)" in answer.evidence


def test_what_came_from_inside_the_students_process_says_so(comp3547):
    evidence = rich.with_readings()
    inside = Reading(value=0.91, unit="share", source="reported")
    classifier, generator = evidence.metrics
    classifier = replace(classifier, readings={**classifier.readings, "classifier.student_test_accuracy": inside})
    lines = mark(replace(evidence, metrics=(classifier, generator)), comp3547).criteria[1].questions[0].evidence
    (line,) = [line for line in lines if line.startswith("The student's own last evaluation")]
    assert line.endswith("(Reported from inside the student's process.)")


def test_both_evaluations_stand_side_by_side(comp3547):
    table = mark(rich.evidence(), comp3547).criteria[1].questions[0].tables[0]
    assert table.head == ("", "as the student did it", "as the harness does it")
    assert table.rows[0] == ("accuracy on test images", "91.9 %", "93.1 %")
    assert table.rows[1] == ("test images seen", "9,984 images", "10,000 images")


def test_an_evaluation_without_test_images_is_said_though_no_accuracy_comes_of_it():
    evidence = without("classifier.student_test_accuracy")
    classifier, generator = evidence.metrics
    flag = Flag(kind="evaluated-without-test-images", detail="all 640 images were training images")
    classifier = replace(classifier, flags=(flag,))
    words = said("own-evaluation", replace(evidence, metrics=(classifier, generator)))
    assert words == "All 640 images were training images."


def test_without_an_evaluation_of_theirs_there_is_no_table(comp3547):
    names = [name for name in rich.VALUES if ".student_" in name]
    titles = [table.title for table in mark(without(*names), comp3547).criteria[1].questions[0].tables]
    assert titles == ["Stated numbers beside measured ones"]


def test_where_nothing_is_stated_there_is_no_table_of_it(comp3547):
    evidence = rich.evidence()
    silent = replace(evidence, papers=tuple(replace(paper, claims=()) for paper in evidence.papers))
    tables = [table for sheet in mark(silent, comp3547).criteria for one in sheet.questions for table in one.tables]
    assert [table.title for table in tables] == ["Two evaluations of one trained network"]


def test_a_table_of_stated_numbers_says_what_the_rule_says(comp3547):
    report = mark(rich.evidence(), comp3547)
    rows = [
        row for sheet in report.criteria for one in sheet.questions for table in one.tables[1:] for row in table.rows
    ]
    verdicts = {"agrees": "pass", "differs: a person looks": "fail", "cannot be told": "unknown"}
    found = {
        priced.message.split(":")[0]: priced.verdict for priced in report.penalties if "contradicted" in priced.rule
    }
    assert rows
    for number, _, _, so in rows:
        assert found[number.split(",")[0]] == verdicts[so], number


def test_a_student_is_told_what_was_measured_and_no_hidden_number(comp3547):
    for criterion in mark(rich.evidence(), comp3547).criteria[1:]:
        for answer in criterion.questions:
            for line in answer.for_student:
                counted = line.startswith(("classifier ", "generator "))
                assert counted or not re.search(r"\d", line.replace("first 64", "")), line


def test_a_student_is_told_why_something_could_not_be_measured(comp3547):
    answer = mark(rich.with_readings(samples__fid=None), comp3547).criteria[2].questions[0]
    assert "Not measured: FID of the samples (the weights were not there)." in answer.for_student


def test_every_recomputed_reading_is_under_a_question_of_the_main_rubric(comp3547):
    questions = [question for criterion in comp3547.criteria for question in criterion.questions]
    shown = {name for question in questions for name in question.readings}
    for question in questions:
        shown |= {name for address in question.sentences for name in find_sentence(address).readings}
    assert set(RECOMPUTED) <= shown


def test_every_picture_is_under_a_question_of_the_main_rubric(comp3547):
    questions = [question for criterion in comp3547.criteria for question in criterion.questions]
    assert {name for question in questions for name in question.pictures} == set(PICTURES)


def test_every_sentence_is_under_a_question_of_some_rubric():
    """The main one compares no networks."""
    criteria = [criterion for name in rubric_ids() for criterion in load_rubric(name).criteria]
    questions = [question for criterion in criteria for question in criterion.questions]
    assert {address for question in questions for address in question.sentences} == set(sentence_ids())


def test_sentences_load_nothing_but_the_marking_room():
    folder = Path(sentences.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").startswith(("validator.marking", "__future__", "collections", "dataclasses"))


def test_the_demonstration_has_the_same_questions(comp3547):
    assert load_rubric("comp3547-2024-demo").criteria == comp3547.criteria


def test_every_reading_that_is_measured_is_in_the_vocabulary_with_its_unit():
    from validator.marking.readings import known_names
    from validator.measuring.probes import classifier, classifier_student, samples

    known = {name: item.unit for name, item in known_names(["classifier", "generator"]).items()}
    made = {f"samples.{name}": unit for each in samples.MEASURES for name, unit in each.units.items()}
    made |= {
        f"classifier.{name}": unit for each in (classifier, classifier_student) for name, unit in each.UNITS.items()
    }
    assert made == {name: known.get(name) for name in made}


def test_the_page_on_rubrics_names_every_sentence_and_picture():
    page = (Path(__file__).parents[2] / "rubrics" / "README.md").read_text(encoding="utf-8")
    for title, names in (("Sentences", sentence_ids()), ("Pictures", PICTURES)):
        (listed,) = re.findall(rf"^{title}: (.*?)\.\n", page, re.S | re.M)
        assert set(re.findall(r"`([a-z-]+)`", listed)) == set(names), title


@pytest.mark.parametrize("error", [None, 0.0])
def test_samples_drawn_again_without_a_known_error_are_not_called_alike(error):
    words = said("resampling", samples__resampled_distance=0.5, samples__resampled_distance_se=error)
    assert "whether they differ cannot be said" in words
    assert "no more than chance gives" not in words


def test_a_kid_between_two_and_three_errors_is_open():
    words = said("kid", samples__kid=0.0025, samples__kid_floor=0.0, samples__kid_se=0.001)
    assert "2.5 standard errors from real images, which chance gives now and then" in words


def test_bins_and_coverage_between_two_and_three_errors_are_open():
    words = said("bins", samples__bins_differing=0.11, samples__bins_differing_expected=0.06)
    assert "more, which chance gives now and then" in words
    words = said("coverage", samples__coverage=0.955, samples__coverage_se=0.0045)
    assert "That is less, which chance gives now and then" in words


def test_an_evaluation_in_one_batch_is_in_one_batch():
    assert "it saw in 1 batch." in said("own-evaluation", classifier__student_test_batches=1)
