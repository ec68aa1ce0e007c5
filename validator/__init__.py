"""The marking harness: a house of two storeys with one door.

Upstairs *measures* a submission and writes `evidence.json`; downstairs *marks* that file against a rubric. The
evidence file is the only door. Four verbs, one direction: measure (probes) -> compare (rules) -> price (marking) ->
tell (report). A probe never knows a limit, a rule never knows marks, a report never computes.

    evidence.py       the door: Submission, Reading, Layout, Paper, Source, Run, Metrics, Evidence; JSON in and out
    plain.py          frozen dataclasses to and from plain values
    plan.py           what to measure and with which resources; no limits of the rubric, no marks
    cli/              click, one file a verb: parse, call, print, exit
    intake/           exports, folders and zips -> submissions, one file a format
    measuring/        upstairs
      probes/         archive, layout, paper, source, run, classifier, samples: each reads one aspect and returns
                      facts; measure.py is their order
      metrics/        frechet, inception, neighbours, copies, diversity, classification: arrays in, numbers out
      datasets/       the official data files: where they lie, what they must hash to, how they are read
      meter/          recorder (outside the student's process) and judge (recorded log -> readings)
      agent/          the few files that live inside the student's process; records.md is their grammar
      sandbox/        run(command, limits) -> Outcome; knows nothing of notebooks
    marking/          downstairs: rubric, finding, rules/<family>/<defect>.py, pricing (mark), overrides
    running/          cohort (queue, resume), store (one JSON a stage, atomic), engines/
    reporting/        text, html, json, csv, feedback, gradescope: Report -> bytes, one renderer a file
"""

__version__ = "0.1.0"
