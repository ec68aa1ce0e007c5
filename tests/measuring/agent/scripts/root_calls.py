"""Which calls a module is told of: prints one line of JSON."""

import json
import multiprocessing
import sys
import threading

import torch
from torch import nn
from validator_agent.roots import RootCalls

seen = []
calls = RootCalls(lambda module, args: seen.append(type(module).__name__))
calls.install()
said = {}


class Tree(nn.Module):
    """Calls itself."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 2), nn.ReLU())

    def forward(self, x, depth=2):
        if depth:
            x = self(self(x, depth - 1), depth - 1)
        return self.layers(x)


class Raising(nn.Module):
    """Ends in an exception, below a layer."""

    def __init__(self, error):
        super().__init__()
        self.layer, self.error = nn.Linear(2, 2), error

    def forward(self, x):
        self.layer(x)
        raise self.error


def told(name):
    said[name] = list(seen)
    seen.clear()


def refused(module):
    try:
        module(batch)
    except (ValueError, KeyboardInterrupt):
        return


batch, tree = torch.ones(1, 2), Tree()
tree(batch)
told("calls itself")
raising, interrupted = Raising(ValueError()), Raising(KeyboardInterrupt())
refused(raising)
tree(batch)
told("after an exception")
refused(interrupted)
calls.reset()
tree(batch)
told("after an interrupt and a reset")
said["hooks left"] = len(tree._forward_hooks) + len(raising._forward_hooks)

together = threading.Barrier(2)


def call_often():
    together.wait()
    for _ in range(50):
        tree(batch)


thread = threading.Thread(target=call_often)
thread.start()
call_often()
thread.join()
said["of two threads"] = [seen.count("Tree"), len(seen)]
seen.clear()
tree(batch)
told("after the thread")

queue = multiprocessing.Queue()
queue.put(1)  # from here on a thread feeds it, as for every loader with worker processes
said["a feeding thread"] = any("Feeder" in one.name for one in threading.enumerate())
ended = []
calls.listeners.append(lambda module, args, output: ended.append((len(args), sorted(calls.keywords()))))
tree(batch, depth=0)
said["to the end beside it"] = ended
said["keywords when nothing ends"] = calls.keywords()
seen.clear()
queue.get()
queue.close()
queue.join_thread()
said["in place"] = calls.in_place()
sys.stdout.write(json.dumps(said) + "\n")
