"""Starts a child in every way there is; each says its name through the agent it finds in itself."""

import multiprocessing
import os
import subprocess
import sys
import threading
import time

SAY = "import time; from validator_agent import Running as r; r.channel.emit('style', name={!r}); time.sleep(0.1)"


def say(name):
    """Whoever works is there for a while: one that is gone before its connection was taken cannot be asked."""
    from validator_agent import Running

    Running.channel.emit("style", name=name)
    time.sleep(0.1)


def run(name, *options, **kwargs):
    subprocess.run([sys.executable, *options, "-c", SAY.format(name)], check=False, **kwargs)


def orphan(name, env):
    """A double fork: the parent of who runs in the end is gone, and its environment empty."""
    subprocess.run([sys.executable, "-S", "-c", ORPHAN, sys.executable, SAY.format(name)], check=False, env=env)


ORPHAN = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while os.getppid() == os.getsid(0):
            time.sleep(0.01)
        os.execve(sys.argv[1], [sys.argv[1], "-c", sys.argv[2]], {})
    os._exit(0)
os._exit(0)
"""


def forked(name):
    child = os.fork()
    if child == 0:
        say(name)
        os._exit(0)
    os.waitpid(child, 0)


def main():
    say("itself")
    run("plain")
    run("isolated", "-I")
    run("no-environment", "-E")
    run("cleared", env={})
    run("cleared-isolated", "-I", env={})
    run("emptied", env={"VALIDATOR_AGENT": ""})
    run("misled", env={"VALIDATOR_AGENT": "/nowhere/agent.json"})
    run("new-session", env={}, start_new_session=True)
    run("prepared", env={}, preexec_fn=lambda: None)
    threaded = threading.Thread(target=run, args=("thread",), kwargs={"env": {}})
    threaded.start()
    threaded.join()
    forked("fork")
    orphan("orphan", {})
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        process = context.Process(target=say, args=(f"multiprocessing-{method}",))
        process.start()
        process.join()
    child = os.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-c", SAY.format("exec")], {})
    os.waitpid(child, 0)
    time.sleep(1.0)  # the orphan


if __name__ == "__main__":
    main()
