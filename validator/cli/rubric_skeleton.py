"""The commented rubric that `validate rubrics new` writes: sound as it stands, and to be changed line by line."""

from __future__ import annotations

import re

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
"""Small letters, digits and dashes: it is the name of the file and stands in every report."""


def skeleton(rubric_id: str) -> str:
    """The text of a new rubric with this id."""
    return TEXT.replace("NEW-ID", rubric_id)


TEXT = """\
# One edition of one course's rules. Change what stands here, then:
#     validate rubrics check NEW-ID.toml     every mistake with its place
#     validate rubrics show NEW-ID.toml      as a student reads it
#     validate abcd12.zip --rubric NEW-ID.toml --static
# rubrics/README.md explains every key; `validate rules` lists what can be checked, `validate rules RULE` its limits.

schema = 1
id = "NEW-ID"
title = "Course and year: name of the assignment"
# What a reader of every report should know: where the brief is silent, and how this rubric reads it.
notes = []
# amends = "comp3547-2024"    # lay this file over another rubric: then only what differs stands here
# drop = ["no-weights"]       # and clauses of that rubric that do not hold

# --- What is measured; no limits and no marks here -----------------------------------------------------------------

[plan]
execute = "static"            # "full" executes notebooks; then name the roles that train, and their data:
# classifier_role = "code"
# classifier_data = "addnist"

# What notebooks can import, if they are executed:
# [plan.environment]
# packages = ["torch", "torchvision", "matplotlib"]

# One table for each file that is asked for.
[[plan.role]]
name = "paper"                # what clauses call it
kind = "paper"                # paper, notebook, team, split, video, requirements, readme, weights, exercise
stem = "paper"
suffixes = [".pdf"]
naming = "username"           # username: abcd12-paper.pdf; plain: paper.pdf; any: any name ending in .pdf
accept = ["report"]           # other spellings that cost nothing

[[plan.role]]
name = "code"
kind = "notebook"
stem = "code"
suffixes = [".ipynb", ".py"]
# many = true                 # several files may fill it
# each = true                 # with many: every notebook and script is executed, not only the first
# folders = true              # it may lie in a folder

# --- The rules: one table a line of the brief, each with its section and your own words ----------------------------

[[clause]]
id = "archive-safe"
rule = "layout/unsafe-archive"
cites = "Submission"
says = "The submission is one zip that can be unpacked."
penalty = { shape = "refer" }                     # a person decides

[[clause]]
id = "files-present"
rule = "layout/missing-file"
cites = "Submission"
says = "The zip holds the paper and the code."
limits = { roles = ["paper", "code"] }
penalty = { shape = "refer" }

[[clause]]
id = "file-names"
rule = "layout/misnamed-file"
cites = "Submission"
says = "Files are named after the username and their part."
penalty = { shape = "fixed", marks = 0 }          # said, and costs nothing

[[clause]]
id = "paper-length"
rule = "paper/too-long"
cites = "Report"
says = "The paper has at most 4 pages, references not counted."
about = "paper"
limits = { pages = 4, policy = "without-references" }   # or "all"
# What rests on reading a document is proposed: it costs nothing before a person has confirmed it.
penalty = { shape = "per-unit", marks = 10, kind = "proposed" }

# --- Late hand-ins -------------------------------------------------------------------------------------------------

[[clause]]
id = "late-within-5-days"
rule = "handin/late"
cites = "Deadline"
says = "Each started working day costs 10 % of the awarded marks, up to 5 days."
penalty = { shape = "per-unit-percent", percent = 10 }   # or { shape = "cap", marks = 40 }
[clause.limits]
deadline = 2030-01-31T16:00:00
zone = "Europe/London"        # its clocks decide; or write the deadline with an offset: 2030-01-31T16:00:00+00:00
working_days = 5              # Monday to Friday; `days = 5` counts every day
window = "within"             # late by at most that; "after" is later than that
holidays = []                 # dates that are no working days, such as 2030-04-19
# grace_minutes = 10          # nothing is late within them

[[clause]]
id = "late-after-5-days"
rule = "handin/late"
cites = "Deadline"
says = "A hand-in later than that gets 0."
limits = { deadline = 2030-01-31T16:00:00, zone = "Europe/London", working_days = 5, window = "after" }
penalty = { shape = "zero" }

# --- The marking scheme: a person gives the marks, with the evidence beside each question --------------------------

[[criterion]]
id = "quality"
title = "Quality of paper and code"
cites = "Marking scheme"
marks = 100

[[criterion.question]]
ask = "Is the work explained well, and short?"
readings = ["paper.pages_counted", "paper.pages_total"]   # `validate rules --readings` lists them
clauses = ["paper-length"]                                # whose verdicts bear on it
"""
