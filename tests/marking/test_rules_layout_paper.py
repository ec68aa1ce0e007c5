"""Every rule on layout and paper: failing, passing, and with its evidence missing."""

from dataclasses import replace

import pytest

from validator.evidence import Fault, Flag, Layout, Reading


def test_a_refused_archive_fails_with_the_reason(made):
    refused = Layout(refused=Flag(kind="archive-traversal", detail="a name leaves the folder", where="../x"))
    (finding,) = made.check(made.nothing(layout=refused), made.clause("layout/unsafe-archive"))
    assert (
        finding.verdict,
        finding.message,
        finding.where,
    ) == ("fail", "nothing was unpacked: a name leaves the folder", "../x")


def test_an_unpacked_archive_is_safe(made):
    assert made.verdicts(made.evidence(), made.clause("layout/unsafe-archive")) == ["pass"]


def test_an_archive_that_nobody_listed_is_unknown(made):
    assert made.verdicts(made.nothing(), made.clause("layout/unsafe-archive")) == ["unknown"]


def test_a_missing_role_fails_and_names_the_near_file(made):
    near = Flag(kind="unassigned-notebook", detail="its name does not say whether it is the classifier", where="n.py")
    layout = made.layout(roles={"paper": ("p.pdf",), "classifier": ()}, flags=(near,))
    clause = made.clause("layout/missing-file", roles=("paper", "classifier"))
    present, missing = made.check(made.evidence(layout=layout), clause)
    assert (present.verdict, missing.verdict) == ("pass", "fail")
    assert missing.message.startswith("classifier: no file fills this role among 3 (n.py: its name does not say")


def test_a_present_role_says_which_file_fills_it(made):
    clause = made.clause("layout/missing-file", roles=("paper",))
    (finding,) = made.check(made.evidence(), clause)
    assert finding.message == "paper: abcd12-paper.pdf"


def test_missing_files_of_a_refused_archive_are_unknown(made):
    refused = made.nothing(layout=Layout(refused=Flag(kind="not-an-archive", detail="it is not a zip")))
    (finding,) = made.check(refused, made.clause("layout/missing-file", roles=("paper",)))
    assert finding.verdict == "unknown"
    assert finding.message == "paper: nothing could be unpacked: it is not a zip"


@pytest.mark.parametrize(
    ("path", "kind", "kinds"),
    [
        ("grid.png", "image", ("image",)),
        ("model.pt", "weights", ("weights",)),
        ("extra.py", "source", ("notebook", "source")),
        ("readme.txt", "text", ("data", "text", "other")),
    ],
)
def test_an_unwanted_file_fails(made, path, kind, kinds):
    evidence = made.evidence(layout=made.layout(made.file(path, kind)))
    (finding,) = made.check(evidence, made.clause("layout/unexpected-file", kinds=kinds))
    assert ("fail", 1, path) == (finding.verdict, finding.measured, finding.where)
    assert finding.message == f"1 file of kind {' or '.join(kinds)} not wanted: {path}"


def test_files_that_fill_a_role_are_wanted(made):
    clause = made.clause("layout/unexpected-file", kinds=("paper", "notebook"))
    assert made.verdicts(made.evidence(), clause) == ["pass"]


def test_a_second_file_for_one_role_is_unwanted(made):
    roles = {"classifier": ("abcd12-classifier.ipynb", "abcd12-classifier.py")}
    layout = made.layout(made.file("abcd12-classifier.py", "source"), roles=roles)
    clause = made.clause("layout/unexpected-file", kinds=("source",))
    assert made.verdicts(made.evidence(layout=layout), clause) == ["fail"]


def test_unwanted_files_of_an_unlisted_submission_are_unknown(made):
    assert made.verdicts(made.nothing(), made.clause("layout/unexpected-file", kinds=("image",))) == ["unknown"]


@pytest.mark.parametrize("kind", ["misnamed", "username-mismatch", "wrong-case-extension"])
def test_a_misnamed_file_fails(made, kind):
    evidence = made.evidence(layout=made.layout(flags=(Flag(kind=kind, detail="rename it", where="x.PDF"),)))
    (finding,) = made.check(evidence, made.clause("layout/misnamed-file"))
    assert (finding.verdict, finding.message, finding.where) == ("fail", "rename it", "x.PDF")


def test_good_names_pass(made):
    assert made.verdicts(made.evidence(), made.clause("layout/misnamed-file")) == ["pass"]


def test_names_of_nothing_are_unknown(made):
    assert made.verdicts(made.nothing(), made.clause("layout/misnamed-file")) == ["unknown"]


def test_a_nested_folder_fails(made):
    flag = Flag(kind="nested-top-folder", detail="all files lie in abcd12", where="abcd12")
    evidence = made.evidence(layout=made.layout(flags=(flag,)))
    assert made.verdicts(evidence, made.clause("layout/nested-folder")) == ["fail"]


def test_files_at_the_top_pass(made):
    assert made.verdicts(made.evidence(), made.clause("layout/nested-folder")) == ["pass"]


def test_folders_of_nothing_are_unknown(made):
    assert made.verdicts(made.nothing(), made.clause("layout/nested-folder")) == ["unknown"]


def length(made, policy="without-references"):
    return made.clause("paper/too-long", about="paper", pages=4, policy=policy)


def test_five_counted_pages_exceed_by_one(made):
    paper = made.paper(total=6, counted=5, above_references="We conclude.", after_references=("p6: Appendix A",))
    (finding,) = made.check(made.evidence(papers=(paper,)), length(made))
    assert (finding.verdict, finding.excess, finding.measured, finding.limit) == ("fail", 1, 5, 4)
    assert finding.message == (
        '5 pages counted, 4 allowed; references from page 5, below "We conclude.", followed by p6: Appendix A'
    )


def test_exactly_the_page_limit_passes(made):
    (finding,) = made.check(made.evidence(), length(made))
    assert (finding.verdict, finding.excess) == ("pass", None)


def test_the_policy_all_counts_every_page(made):
    assert made.verdicts(made.evidence(), length(made, "all")) == ["fail"]


def test_pages_without_a_reading_are_unknown(made):
    assert made.verdicts(made.evidence(papers=()), length(made)) == ["unknown"]


def test_pages_with_a_reason_for_no_reading_are_unknown_for_that_reason(made):
    missing = Reading.missing(unit="pages", why="scanned")
    paper = made.paper(readings={"paper.pages_counted": missing, "paper.pages_total": missing})
    (finding,) = made.check(made.evidence(papers=(paper,)), length(made))
    assert (finding.verdict, finding.message) == ("unknown", "pages: scanned")


@pytest.mark.parametrize(("total", "verdict"), [(4, "pass"), (5, "unknown")])
def test_pages_that_cannot_be_told_apart_pass_when_all_of_them_are_within_the_limit(made, total, verdict):
    missing = Reading.missing(unit="pages", why="scanned")
    readings = {"paper.pages_counted": missing, "paper.pages_total": made.reading(total, "pages", "observed")}
    (finding,) = made.check(made.evidence(papers=(made.paper(readings=readings),)), length(made))
    assert finding.verdict == verdict
    assert f"{total} pages in all" in finding.message


def test_doubtful_references_keep_the_count_and_ask_for_a_person(made):
    paper = made.paper(total=6, counted=6, references_confidence="none", references_page=None)
    (finding,) = made.check(made.evidence(papers=(paper,)), length(made))
    assert finding.verdict == "fail"
    assert "a person must look: no list of references was found, so every page counts" in finding.message


def test_a_pass_that_rests_on_doubtful_references_is_doubted(made):
    evidence = made.evidence(papers=(made.paper(total=5, counted=4, references_confidence="low"),))
    assert made.verdicts(evidence, length(made)) == ["pass", "unknown"]


def flagged(kind, detail, where):
    return (Flag(kind=kind, detail=detail, where=where),)


@pytest.mark.parametrize(("total", "verdict"), [(4, "unknown"), (5, "unknown")])
def test_pages_that_two_readers_do_not_agree_on_pass_no_paper_without_a_count(made, total, verdict):
    detail = f"two readers of PDFs count different pages: pypdf {total}, PDFium 6"
    missing = Reading.missing(unit="pages", why="garbled text")
    readings = {"paper.pages_counted": missing, "paper.pages_total": made.reading(total, "pages", "observed")}
    paper = made.paper(readings=readings, flags=flagged("engines-disagree", detail, ""))
    (finding,) = made.check(made.evidence(papers=(paper,)), length(made))
    assert finding.verdict == verdict
    assert detail in finding.message


NEARLY = ("last-counted-page-nearly-empty", "3 lines that are not references on the last page that counts", "p5")


def test_a_page_of_few_lines_past_the_limit_is_looked_at_with_its_place(made):
    paper = made.paper(total=5, counted=5, above_references="We conclude.", flags=flagged(*NEARLY))
    (finding,) = made.check(made.evidence(papers=(paper,)), length(made))
    assert finding.verdict == "fail"
    assert finding.message.endswith(f"a person must look: {NEARLY[0]}: {NEARLY[1]} (p5)")
    assert 'below "We conclude."' in finding.message


@pytest.mark.parametrize(("total", "counted", "verdicts"), [(5, 4, ["pass", "unknown"]), (5, 3, ["pass"])])
def test_few_lines_on_the_last_page_allowed_are_looked_at(made, total, counted, verdicts):
    paper = made.paper(total=total, counted=counted, flags=flagged(NEARLY[0], NEARLY[1], "p4"))
    assert made.verdicts(made.evidence(papers=(paper,)), length(made)) == verdicts


@pytest.mark.parametrize(("counted", "looked"), [(5, True), (6, False)])
def test_what_follows_the_references_is_looked_at_where_it_alone_is_too_much(made, counted, looked):
    flags = flagged("after-references", "A Appendix", "p6")
    paper = made.paper(total=7, counted=counted, after_references=("p6: A Appendix",), flags=flags)
    (finding,) = made.check(made.evidence(papers=(paper,)), length(made))
    assert ('what follows the references: "A Appendix" (p6)' in finding.message) == looked


def test_several_lists_are_looked_at_with_their_pages(made):
    flags = flagged("several-reference-lists", "lists on p2, p6; the last one is taken", "p6")
    (finding,) = made.check(made.evidence(papers=(made.paper(total=6, counted=5, flags=flags),)), length(made))
    assert "lists on p2, p6; the last one is taken (p6)" in finding.message


def test_a_paper_within_the_limit_in_all_its_pages_is_not_doubted(made):
    evidence = made.evidence(papers=(made.paper(total=4, counted=4, references_confidence="none"),))
    assert made.verdicts(evidence, length(made)) == ["pass"]


def test_a_paper_without_pages_is_unreadable(made):
    paper = replace(made.paper(), readings={"paper.pages_total": Reading.missing(unit="pages", why="encrypted")})
    (finding,) = made.check(made.evidence(papers=(paper,)), made.clause("paper/unreadable"))
    assert (finding.verdict, finding.message) == ("fail", "the paper cannot be read: encrypted")


@pytest.mark.parametrize("kind", ["reader-limit", "reader-failed", "too-large", "too-many-pages", "text-incomplete"])
@pytest.mark.parametrize("total", [None, 41])
def test_what_the_program_did_not_read_is_no_defect_of_the_paper(made, kind, total):
    why = "reading it takes longer than 24 seconds"
    pages = (
        Reading.missing(unit="pages", why=why)
        if total is None
        else Reading(value=total, unit="pages", source="observed")
    )
    paper = replace(made.paper(flags=(Flag(kind=kind, detail=why),)), readings={"paper.pages_total": pages})
    (finding,) = made.check(made.evidence(papers=(paper,)), made.clause("paper/unreadable"))
    assert finding.verdict == "unknown"
    assert why in finding.message


def test_a_paper_that_only_one_of_two_readers_opens_is_unknown(made):
    second = Reading(value=5, unit="pages", source="observed")
    readings = {"paper.pages_total": Reading.missing(unit="pages", why="damaged"), "paper.pages_second": second}
    paper = replace(made.paper(), readings=readings)
    (finding,) = made.check(made.evidence(papers=(paper,)), made.clause("paper/unreadable"))
    assert finding.verdict == "unknown"
    assert "damaged" in finding.message
    assert "5 pages" in finding.message


def test_a_paper_with_garbled_text_is_unreadable(made):
    evidence = made.evidence(papers=(made.paper(flags=(Flag(kind="garbled-text", detail="nonsense"),)),))
    assert made.verdicts(evidence, made.clause("paper/unreadable")) == ["fail"]


def test_one_page_that_is_a_picture_leaves_the_paper_readable(made):
    evidence = made.evidence(papers=(made.paper(flags=(Flag(kind="low-text", detail="a picture", where="p3"),)),))
    assert made.verdicts(evidence, made.clause("paper/unreadable")) == ["pass"]


def test_no_paper_at_all_is_unknown(made):
    assert made.verdicts(made.evidence(papers=()), made.clause("paper/unreadable")) == ["unknown"]


def test_a_static_fault_is_named_as_the_harnesss_own(made):
    evidence = made.nothing(faults=(Fault(stage="static", what="it crashed"),))
    (finding,) = made.check(evidence, length(made))
    assert "harness error, not the student's" in finding.message


def test_each_file_of_a_role_that_may_have_many_is_wanted(made):
    weights = [made.file(f"models/{name}.pt", "weights") for name in "ab"]
    roles = {**made.layout().roles, "weights": tuple(file.path for file in weights)}
    clause = made.clause("layout/unexpected-file", kinds=("weights",))

    many = made.evidence(layout=made.layout(*weights, roles=roles, many=("weights",)))
    one = made.evidence(layout=made.layout(*weights, roles=roles))

    assert made.verdicts(many, clause) == ["pass"]
    assert [finding.where for finding in made.check(one, clause)] == ["models/b.pt"]
