"""Downstairs: marks evidence against a rubric. Standard library only; no torch, no files read by rules.

load_rubric(path_or_id)             a rubric, or a RubricError with the path to the mistake
mark(evidence, rubric, overrides)   the report: findings, prices, totals, what waits for a person
"""

from validator.marking.final_mark import mark_after
from validator.marking.loading import load_rubric, rubric_ids
from validator.marking.pricing import mark
from validator.marking.report import Report
from validator.marking.rubric import Rubric, RubricError

__all__ = ["Report", "Rubric", "RubricError", "load_rubric", "mark", "mark_after", "rubric_ids"]
