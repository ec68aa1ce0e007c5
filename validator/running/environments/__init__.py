"""Run environments: the Python and the packages that notebooks see, apart from the harness's own.

asked.py         what is asked for: packages, constraints; their digest names the folder
requirements.py  a submission's requirements.txt, which is hostile until read
reading.py       the process of its own in which that file is read
places.py        where environments lie
base.py          a Python that other users can start
installing.py    uv or pip, wheels only
agent_copy.py    the agent, copied in
bytecode.py      compiled beforehand
sealing.py       absolute paths, no write permission
making.py        make or reuse one: complete or not there
record.py        what an environment says of itself: `environment.json`
choosing.py      which one a cohort uses
using.py         who uses one now
pruning.py       removes those that nobody needs
submitted.py     which one a single submission uses, where its rubric says so
"""
