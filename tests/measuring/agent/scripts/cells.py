"""Two notebook cells that would train for ever, run by IPython; and what IPython makes of them."""

import sys

from IPython.core.interactiveshell import InteractiveShell

FIRST = """
import torch
net = torch.nn.Linear(4, 3)
optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
"""
ENDLESS = """
while True:
    try:
        net(torch.randn(2, 4)).sum().backward()
        optimiser.step()
    except Exception:
        pass
"""
shell = InteractiveShell.instance()
shell.run_cell(FIRST, store_history=True)
for _ in range(2):
    outcome = shell.run_cell(ENDLESS, store_history=True)
    sys.stdout.write(f"ended by {type(outcome.error_in_exec).__name__}\n")
