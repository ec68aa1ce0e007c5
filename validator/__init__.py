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
      metrics/        frechet, inception, kernel, neighbours, copies, diversity, coverage, sharpness, interpolation,
                      classification, calibration, ...: arrays in, numbers out
      datasets/       the official data files: where they lie, what they must hash to, how they are read
      meter/          recorder and witnesses (outside the student's process) and judge (recorded log -> readings)
      agent/          the few files that live inside the student's process; records.md is their grammar
      sandbox/        run(command, limits, walls) -> Outcome; three tiers; knows nothing of notebooks
    marking/          downstairs: rubric, finding, rules/<family>/<defect>.py, pricing (mark), overrides
      sentences/      what a reader is told of the numbers, one idea a file
    running/          cohort (who is measured), submission (stage by stage), store (one JSON a stage, atomic), status
      engines/        local: a warm parent forks each stage, slots say who is next and on which GPU; slurm: job arrays
      environments/   the Python and packages that notebooks run in
    reporting/        text, html, json, csv, feedback, gradescope: Report -> bytes, one renderer a file
"""

__version__ = "0.1.0"
