"""Rubric files: what loads, how one amends another, and every mistake word for word."""

import hashlib
import re
from decimal import Decimal
from pathlib import Path

import pytest

from validator.marking import RubricError, load_rubric, rubric_ids

SOUND = """
schema = 1
id = "small"
title = "Small"
notes = ["one"]

[plan]
samples = 100
[[plan.role]]
name = "paper"
kind = "paper"
stem = "paper"
suffixes = [".pdf"]
[[plan.role]]
name = "classifier"
kind = "notebook"
stem = "classifier"
suffixes = [".ipynb"]

[[clause]]
id = "length"
rule = "paper/too-long"
cites = "Paper"
says = "At most 4 pages."
about = "paper"
limits = { pages = 4, policy = "all" }
penalty = { shape = "per-unit", marks = 2.5, kind = "proposed" }

[[clause]]
id = "parameters"
rule = "training/too-many-parameters"
cites = "Models"
says = "Few parameters."
about = "classifier"
limits = { parameters = 1000, at_limit = "allowed" }
penalty = { shape = "per-tenth", marks = 5 }

[[criterion]]
id = "all"
title = "All of it"
cites = "Scheme"
marks = 100
[[criterion.question]]
ask = "Is it good?"
readings = ["classifier.steps"]
clauses = ["length"]
"""


def loaded(folder: Path, text: str, name: str = "small.toml"):
    (folder / name).write_text(text, encoding="utf-8")
    return load_rubric(folder / name)


def mistake(folder: Path, old: str, new: str) -> str:
    assert old in SOUND
    with pytest.raises(RubricError) as caught:
        loaded(folder, SOUND.replace(old, new, 1))
    return str(caught.value)


def test_numbers_of_marks_are_exact_decimals(tmp_path):
    assert loaded(tmp_path, SOUND).clauses[0].penalty.marks == Decimal("2.5")


def test_the_digest_is_over_the_text(tmp_path):
    assert hashlib.sha256(SOUND.encode()).hexdigest() == loaded(tmp_path, SOUND).sha256


def test_a_policy_that_is_not_named_is_complete_tenths(tmp_path):
    assert loaded(tmp_path, SOUND).clauses[1].penalty.policy == "complete-tenths"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "pages = 4",
            'pages = "four"',
            'small.toml: clause 1 (length): limits.pages: expected a whole number, got "four"',
        ),
        ("pages = 4", "pages = true", "small.toml: clause 1 (length): limits.pages: expected a whole number, got true"),
        ("pages = 4", "pages = 4.5", "small.toml: clause 1 (length): limits.pages: expected a whole number, got 4.5"),
        ("pages = 4", "pages = 0", "small.toml: clause 1 (length): limits.pages: expected 1 or more, got 0"),
        ("pages = 4, ", "", "small.toml: clause 1 (length): limits: `pages` is missing"),
        (
            "pages = 4",
            "page = 4",
            "small.toml: clause 1 (length): limits: unknown key `page` (did you mean `pages`?); "
            "known here: pages, policy",
        ),
        (
            'policy = "all"',
            'policy = "some"',
            'small.toml: clause 1 (length): limits.policy: expected one of without-references, all, got "some"',
        ),
        (
            "paper/too-long",
            "paper/to-long",
            'small.toml: clause 1 (length): rule: no rule "paper/to-long" (did you mean `paper/too-long`?); '
            "`validate rules` lists them",
        ),
        (
            'cites = "Paper"',
            'sites = "Paper"',
            "small.toml: clause 1 (length): unknown key `sites` (did you mean `cites`?); known here: "
            "id, rule, cites, says, penalty, about, limits",
        ),
        (
            'shape = "per-unit"',
            'shape = "per-page"',
            "small.toml: clause 1 (length): penalty.shape: expected one of "
            'fixed, per-unit, per-unit-percent, per-tenth, cap, zero, refer, got "per-page"',
        ),
        (", marks = 2.5", "", "small.toml: clause 1 (length): penalty.marks: shape per-unit needs marks"),
        ("marks = 2.5", "marks = -2", "small.toml: clause 1 (length): penalty.marks: expected 0 or more, got -2"),
        ('"per-unit"', '"refer"', "small.toml: clause 1 (length): penalty.marks: shape refer has no marks"),
        (
            "marks = 2.5",
            'marks = 2.5, policy = "proportional"',
            "small.toml: clause 1 (length): penalty.policy: only shape per-tenth has a policy, got shape per-unit",
        ),
        (
            'rule = "paper/too-long"',
            'rule = "paper/unreadable"',
            "small.toml: clause 1 (length): limits: unknown key `pages`; known here: none",
        ),
        (
            'about = "classifier"',
            'about = "classifer"',
            "small.toml: clause 2 (parameters): about: expected a role of the plan (paper, classifier), "
            'got "classifer"',
        ),
        (
            'about = "classifier"\n',
            "",
            "small.toml: clause 2 (parameters): about: rule training/too-many-parameters needs the role it is about, "
            "one of paper, classifier",
        ),
        (
            'id = "parameters"',
            'id = "length"',
            "small.toml: clause 2 (length): this id is already taken; ids here: length",
        ),
        ('id = "length"\n', "", "small.toml: clause 1: `id` is missing; every clause has one, in words with dashes"),
        (
            '"classifier.steps"',
            '"classifier.step"',
            "small.toml: criterion 1 (all): question 1: readings: no reading `classifier.step` "
            "(did you mean `classifier.steps`?)",
        ),
        (
            'clauses = ["length"]',
            'clauses = ["lengths"]',
            "small.toml: criterion 1 (all): question 1: clauses: no clause `lengths` (did you mean `length`?)",
        ),
        (
            "samples = 100",
            "samples = -5",
            f"small.toml: plan.samples: expected more than 0 and less than {2**63}, got -5",
        ),
        (
            "samples = 100",
            "run = { memory_bytes = 0 }",
            f"small.toml: plan.run.memory_bytes: expected more than 0 and less than {2**63}, got 0",
        ),
        ("samples = 100", 'samples = "all"', "small.toml: plan.samples: expected a whole number, got str 'all'"),
        ("schema = 1", "schema = 2", "small.toml: schema: expected 1, got 2"),
        ("schema = 1\n", "", 'small.toml: schema: expected 1, got "nothing"'),
        (
            'title = "Small"',
            'titel = "Small"',
            "small.toml: unknown key `titel` (did you mean `title`?); known here: "
            "schema, id, title, amends, drop, notes, plan, clause, criterion, sharing, part",
        ),
        ('notes = ["one"]', "notes = [1]", "small.toml: notes[1]: expected text, got 1"),
        (
            'notes = ["one"]',
            'drop = ["length"]',
            "small.toml: drop: only a rubric that amends another one can drop clauses",
        ),
    ],
)
def test_a_mistake_is_a_path_to_it(tmp_path, old, new, words):
    assert words == mistake(tmp_path, old, new)


def test_a_price_for_excess_needs_a_rule_that_counts_one(tmp_path):
    clause = '\n[[clause]]\nid = "x"\nrule = "paper/unreadable"\ncites = "a"\nsays = "b"\n'
    clause += 'penalty = { shape = "per-tenth", marks = 1 }\n'
    with pytest.raises(RubricError) as caught:
        loaded(tmp_path, SOUND + clause)
    assert str(caught.value) == (
        "small.toml: clause 3 (x): penalty.shape: rule paper/unreadable counts no excess, so shape per-tenth cannot "
        "price it"
    )


def test_a_deadline_without_an_offset_is_refused(tmp_path):
    clause = '\n[[clause]]\nid = "x"\nrule = "handin/late"\ncites = "a"\nsays = "b"\n'
    clause += 'limits = { deadline = 2025-01-28T14:00:00, working_days = 5, window = "within" }\n'
    clause += 'penalty = { shape = "zero" }\n'
    with pytest.raises(RubricError, match=r"limits.deadline: 2025-01-28T14:00:00 has no offset from UTC; add one"):
        loaded(tmp_path, SOUND + clause)


LATE = """
[[clause]]
id = "x"
rule = "handin/late"
cites = "a"
says = "b"
limits = { deadline = 2022-05-13T16:00:00, zone = "Europe/London", working_days = 5, window = "within" }
penalty = { shape = "per-unit-percent", percent = 10 }
"""


def test_a_deadline_in_a_zone_needs_no_offset(tmp_path):
    clause = loaded(tmp_path, SOUND + LATE).clauses[-1]
    assert clause.limits["zone"] == "Europe/London"
    assert clause.penalty.percent == 10


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Europe/London", "Europe/Londn", 'limits.zone: no time zone "Europe/Londn"; expected a name such as'),
        ("Europe/London", "../../etc/passwd", 'limits.zone: no time zone "../../etc/passwd"'),
        ("16:00:00,", "16:00:00+00:00,", "limits.deadline: 2022-05-13T16:00:00+00:00 is 2022-05-13T17:00:00+01:00 in "),
        ("2022-05-13T16:00:00", "2022-05-13", "limits.deadline: expected a date and time, got 2022-05-13"),
        ("working_days = 5", "working_days = 5, days = 7", "limits.days: say working_days or days, not both"),
        ("working_days = 5", "working_days = 367", "limits.working_days: expected at most 366, got 367"),
        ("percent = 10", "percent = 101", "penalty.percent: expected at most 100, got 101"),
        (", percent = 10", "", "penalty.percent: shape per-unit-percent needs a percent"),
        ("percent = 10", "percent = 10, marks = 1", "penalty.marks: shape per-unit-percent has no marks"),
        ('"per-unit-percent", percent', '"zero", percent', "penalty.percent: shape zero has no percent"),
    ],
)
def test_a_mistake_in_a_late_clause_is_a_path_to_it(tmp_path, old, new, words):
    assert old in LATE
    with pytest.raises(RubricError) as caught:
        loaded(tmp_path, SOUND + LATE.replace(old, new, 1))
    assert str(caught.value).startswith(f"small.toml: clause 3 (x): {words}")


def test_text_that_is_not_toml_names_the_line(tmp_path):
    with pytest.raises(RubricError, match=r"small.toml: not TOML: .*line 2"):
        loaded(tmp_path, "schema = 1\nid = \n")


def test_a_rubric_without_clauses_is_refused(tmp_path):
    with pytest.raises(RubricError, match=r"no \[\[clause\]\]: a rubric has at least one"):
        loaded(tmp_path, SOUND.split("[[clause]]", maxsplit=1)[0])


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(RubricError) as caught:
        load_rubric("comp3547")
    assert str(caught.value).startswith('no rubric "comp3547" (did you mean `comp3547-2024`?); known: comp3547-2024')


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(RubricError, match=r"none.toml: cannot be read \(No such file or directory\)"):
        load_rubric(tmp_path / "none.toml")


AMENDING = """
schema = 1
id = "smaller"
title = "Smaller"
amends = "small"
notes = ["two"]
drop = ["length"]

[plan]
run = { wall_seconds = 9 }

[[clause]]
id = "parameters"
limits = { parameters = 500 }

[[clause]]
id = "readable"
rule = "paper/unreadable"
cites = "Paper"
says = "It can be read."
penalty = { shape = "refer" }

[[criterion]]
id = "all"
question = [{ ask = "Still good?" }]
"""


@pytest.fixture
def both(tmp_path):
    base = loaded(tmp_path, SOUND)
    return base, loaded(tmp_path, AMENDING, "smaller.toml")


def test_an_amending_rubric_overrides_key_by_key(both):
    base, amended = both
    changed = next(clause for clause in amended.clauses if clause.id == "parameters")
    assert changed.limits == {"parameters": 500, "at_limit": "allowed"}
    assert changed.penalty == base.clauses[1].penalty


def test_an_amending_rubric_drops_and_adds_clauses(both):
    assert [clause.id for clause in both[1].clauses] == ["parameters", "readable"]


def test_an_amending_rubric_keeps_what_it_does_not_say(both):
    _, amended = both
    assert (amended.id, amended.plan.samples, amended.plan.run.wall_seconds) == ("smaller", 100, 9.0)
    assert amended.notes == ("one", "two")
    assert (amended.criteria[0].title, amended.criteria[0].questions[0].ask) == ("All of it", "Still good?")


def test_the_digest_of_an_amending_rubric_changes_with_its_base(tmp_path, both):
    digest = both[1].sha256
    (tmp_path / "small.toml").write_text(SOUND + "\n# another text\n", encoding="utf-8")
    assert digest != load_rubric(tmp_path / "smaller.toml").sha256


def amending_mistake(folder: Path, old: str, new: str) -> str:
    assert old in AMENDING
    loaded(folder, SOUND)
    with pytest.raises(RubricError) as caught:
        loaded(folder, AMENDING.replace(old, new, 1), "smaller.toml")
    return str(caught.value)


def test_a_mistake_in_an_amended_clause_is_the_amending_files(tmp_path):
    words = amending_mistake(tmp_path, "parameters = 500", 'parameters = "few"')
    assert words == 'smaller.toml: clause 1 (parameters): limits.parameters: expected a whole number, got "few"'


def test_dropping_a_clause_that_is_not_there_is_refused(tmp_path):
    words = amending_mistake(tmp_path, 'drop = ["length"]', 'drop = ["lenght"]')
    assert words == "smaller.toml: drop: no clause `lenght` to drop (did you mean `length`?)"


def test_a_criterion_may_not_rest_on_a_dropped_clause(tmp_path):
    question = 'question = [{ ask = "Still good?" }]'
    words = amending_mistake(tmp_path, question, 'title = "All"')
    assert words == "smaller.toml: criterion 1 (all): question 1: clauses: no clause `length`"


def test_amending_nothing_is_refused(tmp_path):
    words = amending_mistake(tmp_path, 'amends = "small"', 'amends = "smal"')
    assert words.startswith('smaller.toml: amends: no rubric "smal" beside it or among comp3547-2024')


def test_amending_in_a_circle_is_refused(tmp_path):
    words = amending_mistake(tmp_path, 'amends = "small"', 'amends = "smaller"')
    assert words == "smaller.toml: amends: goes round in a circle"


@pytest.mark.parametrize("name", rubric_ids())
def test_every_shipped_rubric_loads_under_its_own_name(name):
    assert load_rubric(name).id == name


def test_the_main_rubric_has_every_price_of_the_brief(comp3547):
    priced = {
        clause.id: (clause.penalty.shape, int(clause.penalty.marks), clause.penalty.kind)
        for clause in comp3547.clauses
        if clause.penalty.shape != "refer" and clause.penalty.marks
    }
    tenth, integrity = ("per-tenth", 5, "measured"), ("fixed", 100, "proposed")
    assert priced == {
        "classifier-parameters": tenth,
        "classifier-steps": tenth,
        "generator-parameters": tenth,
        "generator-steps": tenth,
        "paper-length": ("per-unit", 10, "proposed"),
        "no-edited-images": integrity,
        "code-cited": integrity,
        "no-pretrained-weights": integrity,
        "no-test-data-in-training": integrity,
        "late-within-5-days": ("cap", 40, "measured"),
    }


def test_the_main_rubrics_scheme_adds_up_to_a_hundred(comp3547):
    assert [int(criterion.marks) for criterion in comp3547.criteria] == [40, 30, 20, 10]


def test_a_rubric_nested_without_end_is_not_toml(tmp_path):
    assert mistake(tmp_path, "samples = 100", "samples = " + "[" * 5000).startswith("small.toml: not TOML: ")


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('sentences = ["fidd"]', "question 1: sentences: no sentence `fidd` (did you mean `fid`?)"),
        ('pictures = ["fid-scales"]', "question 1: pictures: no picture `fid-scales` (did you mean `fid-scale`?)"),
        ('pictures = ["bins", "bins"]', "question 1: pictures: `bins` is named twice"),
        ('pictures = "bins"', 'question 1: pictures: expected a list, got "bins"'),
        ("sentences = [1]", "question 1: sentences[1]: expected text, got 1"),
        ('picture = ["bins"]', "question 1: unknown key `picture` (did you mean `pictures`?)"),
    ],
)
def test_a_question_names_sentences_and_pictures_that_exist(tmp_path, line, mistake):
    question = f'[[criterion.question]]\nask = "Is it good?"\n{line}\n'
    path = tmp_path / "my.toml"
    path.write_text(
        'schema = 1\nid = "my"\ntitle = "Mine"\namends = "comp3547-2024"\n[[criterion]]\nid = "quality"\n' + question
    )
    with pytest.raises(RubricError, match=re.escape(f"my.toml: criterion 1 (quality): {mistake}")):
        load_rubric(path)


def test_two_roles_of_any_name_and_one_ending_are_refused(tmp_path):
    path = tmp_path / "x.toml"
    role = '[[plan.role]]\nname = "{}"\nkind = "notebook"\nstem = "{}"\nsuffixes = [".py"]\nnaming = "any"\n'
    path.write_text('schema = 1\nid = "x"\ntitle = "X"\n' + role.format("one", "one") + role.format("two", "two"))
    with pytest.raises(RubricError, match=r"x.toml: plan.role: one and two both take any name with .py"):
        load_rubric(path)
