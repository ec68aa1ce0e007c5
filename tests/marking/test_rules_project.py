"""Rules on projects: frameworks, packages, READMEs, weights, data, seeds, splits, sections, and training run again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from validator.evidence import Document, Entry, Evidence, FileEntry, Flag, Heading, Reading, RepeatedLoss
from validator.marking.packages import is_brought, is_too_old


def listed(*lines: tuple[str, str]) -> Document:
    """A requirements.txt with these packages and versions."""
    entries = tuple(Entry(key=name, words=words) for name, words in lines)
    return Document(path="requirements.txt", role="requirements", kind="requirements", entries=entries)


def with_imports(made: Any, *modules: str, documents: tuple[Document, ...] = (), **changes: Any) -> Evidence:
    source = made.source("classifier", *modules, **changes)
    return made.evidence(sources=(source,), documents=documents)


FRAMEWORKS = {"frameworks": ("torch>=1.10", "tensorflow>=2.7.0")}


@pytest.mark.parametrize(
    ("specifier", "too_old"),
    [
        ("", False),
        ("==1.10", False),
        ("==1.10.0+cu113", False),
        ("==1.9.1", True),
        ("==1.9.*", True),
        ("==1.*", False),
        ("~=1.9.0", True),
        ("~=1.9", False),
        ("<1.10", True),
        ("<=1.10", False),
        ("<2", False),
        (">=1.4", False),
        (">1.4,<1.8", True),
        ("<3,>=2.1", False),
        ("!=1.9", False),
    ],
)
def test_versions_that_cannot_reach_the_one_asked_for_are_too_old(specifier, too_old):
    assert is_too_old(specifier, least="1.10") is too_old


@pytest.mark.parametrize(
    ("modules", "packages", "verdicts"),
    [
        (["torch", "torchvision"], [("torch", ">=2.1")], ["pass", "pass"]),
        (["tensorflow", "keras"], [("tensorflow-cpu", "==2.6.0")], ["pass", "fail"]),
        (["torch", "tensorflow"], [("torch", ""), ("tensorflow", "")], ["fail", "pass", "pass"]),
        (["jax"], [], ["fail"]),
        (["numpy"], [], ["unknown"]),
        (["torch"], [("numpy", "")], ["pass", "unknown"]),
        (["torch"], [("torch", "from an address")], ["pass", "unknown"]),
    ],
)
def test_one_framework_new_enough(made, modules, packages, verdicts):
    evidence = with_imports(made, *modules, documents=(listed(*packages),))
    assert made.verdicts(evidence, made.clause("handin/frameworks", **FRAMEWORKS)) == verdicts


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        ("requirements-unreadable", "requirements.txt: not UTF-8 text", "requirements.txt could not be read (requirem"),
        ("requirement-line", "line 1: an address", "no line for it, but 1 line of it could not be taken for packages"),
        ("", "", "requirements.txt has no line for it"),
    ],
)
def test_why_no_version_of_a_framework_is_known(made, kind, detail, words):
    document = replace(listed(), flags=(Flag(kind=kind, detail=detail),) if kind else ())
    evidence = with_imports(made, "torch", documents=(document,))
    (_, version) = made.check(evidence, made.clause("handin/frameworks", **FRAMEWORKS))
    assert version.verdict == "unknown"
    assert words in version.message
    assert kind or version.message.endswith(words)


def test_a_framework_may_be_asked_for_in_any_version(made):
    evidence = with_imports(made, "jax", documents=(listed(("jax", "==0.1")),))
    assert made.verdicts(evidence, made.clause("handin/frameworks", frameworks=("jax", "torch>=2"))) == ["pass", "pass"]


def test_two_frameworks_in_two_files_are_two(made):
    sources = (made.source("classifier", "torch"), made.source("generator", "keras"))
    evidence = made.evidence(sources=sources, documents=(listed(("torch", "")),))
    assert made.verdicts(evidence, made.clause("handin/frameworks", **FRAMEWORKS))[0] == "fail"


@pytest.mark.parametrize(
    ("modules", "packages", "verdicts"),
    [
        (["torch", "os", "IPython.display"], ["torch"], ["pass"]),
        (["sklearn", "cv2", "PIL"], ["scikit-learn", "opencv-python-headless", "pillow"], ["pass"]),
        (["numpy"], ["pandas"], ["pass"]),
        (["keras"], ["tensorflow-gpu"], ["pass"]),
        (["seaborn"], ["matplotlib"], ["fail"]),
        (["rarely_used"], ["torch"], ["unknown"]),
        (["rarely_used"], ["rarely-used"], ["pass"]),
        (["seaborn", "rarely_used"], [], ["fail", "unknown"]),
    ],
)
def test_imports_have_a_line_or_come_along(made, modules, packages, verdicts):
    evidence = with_imports(made, *modules, documents=(listed(*((name, "") for name in packages)),))
    assert made.verdicts(evidence, made.clause("handin/unlisted-package")) == verdicts


def test_a_file_of_the_submission_needs_no_line(made):
    evidence = with_imports(made, "helpers", "package.part", documents=(listed(),))
    files = (made.file("code/helpers.py", "source"), made.file("code/package/part.py", "source"))
    assert made.verdicts(replace(evidence, layout=made.layout(*files)), made.clause("handin/unlisted-package")) == [
        "pass"
    ]


def test_a_package_brings_only_what_it_brings():
    assert is_brought("numpy", ["scikit-learn"])
    assert not is_brought("torch", ["numpy"])


@pytest.mark.parametrize(
    ("words", "told", "verdict"), [(0, False, "fail"), (40, False, "unknown"), (4, True, "unknown"), (40, True, "pass")]
)
def test_a_readme_says_how_to_run(made, words, told, verdict):
    readme = Document(
        path="README.md",
        role="readme",
        kind="readme",
        readings={"readme.words": Reading(value=words, unit="words", source="observed")},
        entries=(Entry(key="how-to-run", words="starts Python", where="line 2"),) if told else (),
    )
    evidence = made.evidence(documents=(readme,))
    assert made.verdicts(evidence, made.clause("handin/readme-thin", about="readme", words=15)) == [verdict]


def weights(path: str = "net.pt", *, values: float | None = 90_000, kinds: tuple[str, ...] = ()) -> Document:
    entries = [Entry(key="format", words="PyTorch")]
    entries += [Entry(key="all tensors", value=values)] if values is not None else []
    flags = tuple(Flag(kind=kind, detail="something", where=path) for kind in kinds)
    return Document(path=path, role="weights", kind="weights", entries=tuple(entries), flags=flags)


@pytest.mark.parametrize(
    ("documents", "verdicts"),
    [
        ((), ["fail"]),
        ((weights(),), ["pass"]),
        ((weights(values=270_000),), ["pass"]),
        ((weights(values=50_000),), ["pass", "unknown"]),
        ((weights(values=None),), ["pass"]),
        ((weights(kinds=("weights-unreadable",)),), ["unknown"]),
    ],
)
def test_weights_are_there_and_of_the_size_of_what_was_trained(made, documents, verdicts):
    from validator.evidence import Network

    network = Network(
        name="Net",
        parameters=90_000,
        trainable=90_000,
        steps=100,
        gradient_computations=100,
        optimiser_calls=100,
        witnesses=(),
        counted=True,
        why="",
    )
    evidence = made.evidence(documents=documents, runs=(made.run("classifier", networks=(network,)),))
    assert made.verdicts(evidence, made.clause("handin/weights-incomplete", about="weights")) == verdicts


@pytest.mark.parametrize(
    ("path", "kind"), [("saved/saved_model.pb", "other"), ("net.npz", "weights"), ("w.rar", "archive")]
)
def test_what_may_hold_weights_is_not_called_none(made, path, kind):
    evidence = made.evidence(layout=made.layout(made.file(path, kind)))
    assert made.verdicts(evidence, made.clause("handin/weights-incomplete", about="weights")) == ["unknown"]


@pytest.mark.parametrize(
    ("kinds", "verdict"),
    [
        ((), "pass"),
        (("weights-dangerous",), "fail"),
        (("weights-need-code",), "unknown"),
        (("weights-unreadable",), "unknown"),
    ],
)
def test_weights_that_run_code_fail(made, kinds, verdict):
    evidence = made.evidence(documents=(weights(kinds=kinds),))
    assert made.verdicts(evidence, made.clause("handin/unsafe-weights", about="weights")) == [verdict]


DATA = {"kinds": ("data", "image"), "suffixes": (".wav",), "mebibytes": 1, "files": 3}


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ([("a.csv", "data", 10)], "pass"),
        ([(f"{number}.png", "image", 10) for number in range(4)], "fail"),
        ([("a.csv", "data", 2 * 1024 * 1024)], "fail"),
        ([(f"{number}.wav", "other", 10) for number in range(4)], "fail"),
        ([(f"{number}.py", "source", 10**9) for number in range(9)], "pass"),
    ],
)
def test_data_are_many_files_or_large_ones(made, files, verdict):
    entries = [FileEntry(path=path, bytes=size, sha256="0", kind=kind) for path, kind, size in files]
    assert made.verdicts(made.evidence(layout=made.layout(*entries)), made.clause("handin/data-inside", **DATA)) == [
        verdict
    ]


def test_files_that_fill_a_role_are_no_data(made):
    entries = [FileEntry(path=f"{number}.csv", bytes=10**9, sha256="0", kind="data") for number in range(9)]
    layout = made.layout(*entries)
    layout = replace(layout, roles={**layout.roles, "tables": tuple(entry.path for entry in entries)})
    assert made.verdicts(made.evidence(layout=layout), made.clause("handin/data-inside", **DATA)) == ["pass"]


def flags(*said: tuple[str, str]) -> tuple[Flag, ...]:
    return tuple(Flag(kind=kind, detail=detail, where="cell 1 line 1") for kind, detail in said)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ([("sets-seed", "torch: torch.manual_seed of 1")], "pass"),
        ([("sets-seed", "torch, numpy, random: lightning.seed_everything of 1"), ("draws-random", "numpy: x")], "pass"),
        ([], "fail"),
        ([("sets-seed", "torch: torch.manual_seed of 1"), ("draws-random", "numpy: numpy.random.normal")], "fail"),
        ([("sets-seed", ": a generator of its own, seeded with 1")], "fail"),
        ([("exec-or-eval", "exec of a value")], "unknown"),
        ([("syntax-error", "line 3")], "unknown"),
    ],
)
def test_every_generator_that_is_used_has_a_seed(made, said, verdict):
    evidence = with_imports(made, "torch", flags=flags(*said))
    assert made.verdicts(evidence, made.clause("source/unseeded")) == [verdict]


def test_a_seed_set_in_another_file_counts(made):
    seeded = made.source("generator", "torch", flags=flags(("sets-seed", "torch: torch.manual_seed of 1")))
    evidence = made.evidence(sources=(made.source("classifier", "torch"), seeded))
    assert made.verdicts(evidence, made.clause("source/unseeded")) == ["pass"]


IDLE = "torch: torch.manual_seed of 1, in set_seed, which nothing in this file calls"


@pytest.mark.parametrize(
    ("path", "other", "verdict"),
    [
        ("code/train.py", "numpy", "fail"),
        ("code/utils.py", "utils", "pass"),
        ("code/utils.py", ".utils", "pass"),
        ("code/utils.py", "code.utils", "pass"),
    ],
)
def test_a_helper_that_nothing_calls_seeds_nothing(made, path, other, verdict):
    helper = made.source("generator", "torch", path=path, flags=flags(("sets-seed", IDLE)))
    evidence = made.evidence(sources=(made.source("classifier", "torch", other), helper))
    assert made.verdicts(evidence, made.clause("source/unseeded")) == [verdict]


@pytest.mark.parametrize(("called", "verdict"), [("elsewhere.set_seed", "unknown"), ("helpers.set_seed", "fail")])
def test_a_helper_from_elsewhere_may_seed_and_ones_own_is_read(made, called, verdict):
    evidence = with_imports(made, "torch", flags=flags(("calls-seeder", called)))
    layout = made.layout(made.file("code/helpers.py", "source"))
    assert made.verdicts(replace(evidence, layout=layout), made.clause("source/unseeded")) == [verdict]


@pytest.mark.parametrize(
    ("detail", "verdict"),
    [
        ("train_test_split: test_size 0.2, random_state 2023", "pass"),
        ("train_test_split: train_size 0.8, random_state 2023", "pass"),
        ("random_split: lengths [0.8 0.2], generator seeded with 2023", "pass"),
        ("random_split: lengths [800 200], generator seeded with 2023", "pass"),
        ("train_test_split: test_size 0.2, random_state 42", "unknown"),
        ("train_test_split: test_size 0.3, random_state 2023", "unknown"),
        ("random_split: lengths [0 0], generator seeded with 2023", "unknown"),
        ("sample: frac 1, random_state 2023", "unknown"),
    ],
)
def test_a_split_as_asked_for_passes_and_nothing_else_fails(made, detail, verdict):
    evidence = with_imports(made, "torch", flags=flags(("splits-data", detail)))
    clause = made.clause("source/split-unseen", seed=2023, share=Decimal("0.2"))
    assert made.verdicts(evidence, clause) == [verdict]


SECTIONS = (
    "Abstract",
    "Introduction",
    "Related Work = background",
    "Results",
    "Conclusion & Future Work = conclusion",
    "References",
)


def sections(made: Any, *titles: str, **changes: Any) -> list[str]:
    headings = tuple(Heading(title=title, page=number) for number, title in enumerate(titles, 1))
    evidence = made.evidence(papers=(made.paper(headings=headings, **changes),))
    return made.verdicts(evidence, made.clause("paper/sections", sections=SECTIONS))


@pytest.mark.parametrize(
    "titles",
    [
        ("Abstract", "Introduction", "Related Work", "Results", "Conclusion & Future Work", "References"),
        (
            "ABSTRACT",
            "I NTRODUCTION",
            "Background",
            "Results and Discussions",
            "Conclusions and Future Work",
            "References",
        ),
        ("Abstract", "Introduction", "Related Works", "Data", "Method", "Results", "Conclusion", "Appendix"),
    ],
)
def test_sections_are_found_by_name_synonym_and_plural(made, titles):
    assert sections(made, *titles) == ["pass"]


def test_sections_in_another_order_fail(made):
    titles = ("Abstract", "Introduction", "Results", "Related Work", "Conclusion", "References")
    assert sections(made, *titles) == ["fail"]


def test_a_section_that_was_not_found_is_unknown_and_the_nearest_heading_is_said(made):
    headings = tuple(
        Heading(title=title, page=1) for title in ("Abstract", "Introduction", "Prior Art and Work", "Results")
    )
    evidence = made.evidence(papers=(made.paper(headings=headings),))
    (finding,) = made.check(evidence, made.clause("paper/sections", sections=SECTIONS))
    assert finding.verdict == "unknown"
    assert 'Related Work (nearest: "Prior Art and Work", p1)' in finding.message
    assert "missing" not in finding.message


def test_no_headings_is_nothing_known(made):
    assert sections(made) == ["unknown"]


@pytest.mark.parametrize(
    ("total", "counted", "confidence", "verdict"),
    [(5, 4, "high", "pass"), (4, 3, "high", "fail"), (5, 3, "low", "unknown"), (3, 3, "none", "fail")],
)
def test_too_few_pages_fail_where_the_references_are_sure(made, total, counted, confidence, verdict):
    evidence = made.evidence(papers=(made.paper(total=total, counted=counted, references_confidence=confidence),))
    clause = made.clause("paper/too-short", about="paper", pages=4, policy="without-references")
    assert made.verdicts(evidence, clause) == [verdict]


BAND = {"share": Decimal("0.2"), "drop": Decimal("0.03"), "errors": Decimal(3)}


def loss(stored: float, rerun: float | None, **changes: Any) -> RepeatedLoss:
    sound = RepeatedLoss(
        name="train loss", part="train", where="cell 7", stored_points=20, rerun_points=20, stored_start=2.3
    )
    return replace(sound, stored_end=stored, rerun_end=rerun, **changes)


def trained(made: Any, *losses: RepeatedLoss) -> list[str]:
    evidence = made.evidence(runs=(made.run("classifier", repeated=losses),))
    return made.verdicts(evidence, made.clause("training/not-reproduced", about="classifier", **BAND))


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (loss(1.0, 0.2), "pass"),
        (loss(1.0, 1.2), "pass"),
        (loss(1.0, 1.21), "fail"),
        (loss(0.001, 0.069), "pass"),
        (loss(0.001, 0.071), "fail"),
        (loss(1.0, 1.4, noise=0.14), "pass"),
        (loss(1.0, 1.5, noise=0.14), "fail"),
        (loss(-100.0, -81.0), "pass"),
        (loss(-100.0, -75.0), "fail"),
        (loss(0.5, None, diverged=True), "fail"),
        (loss(0.5, None, why="the run broke off in cell 7"), "unknown"),
    ],
)
def test_a_training_fails_where_it_ends_above_the_widest_of_three_bands(made, one, verdict):
    assert trained(made, one) == [verdict]


def test_each_training_is_judged_for_itself_and_held_out_losses_are_not(made):
    held_out = replace(loss(0.1, 5.0), part="held-out")
    assert trained(made, loss(0.1, 0.1), loss(0.5, 2.0), loss(0.5, 2.1), held_out) == ["fail", "fail"]


@pytest.mark.parametrize(
    ("where", "ends", "verdicts"),
    [
        ("cell 7 line 3", ((0.1, 2.0), (2.0, 0.1)), ["unknown"]),
        ("cell 7 line 3", ((0.1, 2.0), (2.0, 2.0)), ["fail"]),
        ("cell 6 line 3", ((0.1, 2.0), (2.0, 0.1)), ["fail"]),
    ],
)
def test_of_settings_that_are_drawn_the_best_decides(made, where, ends, verdicts):
    losses = [loss(*pair, where=f"cell 7{', training 2' * at}") for at, pair in enumerate(ends)]
    drawn = Flag(kind="draws-random", detail="random: random.choice", where=where)
    evidence = made.evidence(
        runs=(made.run("classifier", repeated=tuple(losses)),), sources=(made.source("classifier", flags=(drawn,)),)
    )
    assert made.verdicts(evidence, made.clause("training/not-reproduced", about="classifier", **BAND)) == verdicts


def test_losses_of_networks_that_train_each_other_are_not_judged(made):
    assert trained(made, replace(loss(0.1, 5.0), part="paired")) == ["unknown"]


@pytest.mark.parametrize(("points", "end", "verdict"), [(10, 1.0, "unknown"), (10, 2.0, "fail"), (19, 1.0, "fail")])
def test_a_run_that_stopped_sooner_and_ran_as_stored_until_then_goes_to_a_person(made, points, end, verdict):
    stored = tuple(2.0 - 0.1 * at for at in range(20))
    one = replace(loss(0.1, end, rerun_points=points), stored=stored)
    assert trained(made, one) == [verdict]


def test_nothing_to_compare_is_unknown(made):
    assert trained(made) == ["unknown"]


def test_further_notebooks_are_named(made):
    evidence = made.evidence(runs=(made.run("classifier", repeated=(loss(1.0, 1.0),)),))
    roles = {**evidence.layout.roles, "classifier": ("abcd12-classifier.ipynb", "second.ipynb", "tools.py")}
    evidence = replace(evidence, layout=replace(evidence.layout, roles=roles))
    found = made.check(evidence, made.clause("training/not-reproduced", about="classifier", **BAND))
    assert [finding.verdict for finding in found] == ["pass", "unknown"]
    assert "second.ipynb" in found[1].message
