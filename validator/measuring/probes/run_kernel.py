"""A Python kernel in the box, spoken to over unix sockets. Knows nothing of notebooks or of what a run is for."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from validator.measuring import sandbox

SHUTDOWN_SECONDS = 8.0
TAIL_BYTES = 4000
POLL_SECONDS = 0.01
LAUNCH = "import sys; sys.path[:1] = []; from ipykernel import kernelapp; kernelapp.launch_new_instance()"
"""As ipykernel's own launcher does: the notebook's folder comes onto the path later, with the first cell."""

QUIET = logging.getLogger("validator.run")
"""Everything worth telling is in the outcome; the libraries' own lines about dead kernels are not."""
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


@dataclass(frozen=True, kw_only=True)
class Box:
    """What stands around one kernel, and which Python it is."""

    limits: sandbox.Limits
    walls: sandbox.Walls | None
    python: Path
    status: Path
    """Where the supervisor tells how it went; nothing of the kernel's may reach it."""

    def admit(self, file: str) -> None:
        """Give one file of the harness's to the account of the kernel."""
        if self.walls is not None and self.walls.uid is not None:
            os.chown(file, self.walls.uid, self.walls.uid)

    def around(self, command: list[str], *, cwd: Path) -> list[str]:
        """The command line of the kernel in its box."""
        return sandbox.boxed(
            command, limits=self.limits, walls=self.walls, cwd=cwd, status=self.status, unset=("JPY_PARENT_PID",)
        )


class BoxedProvisioner(LocalProvisioner):
    """Starts the kernel under the sandbox's supervisor, and ends it by telling the supervisor to."""

    command: Box
    connection_file: str
    box: subprocess.Popen[bytes] | None = None
    """The supervisor; kept after its end, for its exit status."""
    tail: Tail

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start it; the kernel must not look for its parent, which is the supervisor and not this process."""
        self.command.admit(self.connection_file)
        self.box = self.process = subprocess.Popen(
            self.command.around(cmd, cwd=Path(kwargs["cwd"])),
            cwd=kwargs["cwd"],
            env=kwargs["env"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.pid = self.process.pid
        self.tail = Tail(self.process)
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Whatever the signal, it is meant to end the kernel: interrupts travel as messages."""
        if self.box is not None and self.box.poll() is None:
            sandbox.end(self.box.pid)

    async def wait(self) -> int | None:
        """Wait for the end; the exit status stays readable."""
        while self.box is not None and self.box.poll() is None:
            await asyncio.sleep(POLL_SECONDS)
        self.process = None
        return self.box.returncode if self.box is not None else None


class Tail:
    """The end of what a process wrote to stderr; it never blocks for a full pipe."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._last = b""
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def text(self) -> str:
        """What is there, once the process is gone."""
        self._thread.join(2.0)
        return self._last.decode("utf-8", "replace").strip()

    def _drain(self) -> None:
        pipe = self._process.stderr
        with contextlib.suppress(OSError, ValueError):
            while pipe is not None and (chunk := pipe.read1(65536)):  # type: ignore[attr-defined]
                self._last = (self._last + chunk)[-TAIL_BYTES:]
        if pipe is not None:
            pipe.close()


class BoxedKernel(AsyncKernelManager):
    """One kernel: the Python of the box whatever the notebook asks for, ipc sockets in a short private folder."""

    def __init__(self, *, box: Box, sockets: Path) -> None:
        super().__init__(
            log=QUIET,
            transport="ipc",
            ip=str(sockets / "k"),
            connection_file=str(sockets / "c.json"),
            shutdown_wait_time=SHUTDOWN_SECONDS,
        )
        self._box = box
        self._unwanted = False

    @property
    def kernel_spec(self) -> KernelSpec:
        """No installed kernelspec is looked up: a notebook cannot choose another kernel."""
        # Not by `-m`, which would look for the kernel's own modules among the student's files first.
        command = [str(self._box.python), "-c", LAUNCH, "-f", "{connection_file}"]
        quiet = ["--HistoryManager.enabled=False", "--InteractiveShell.colors=NoColor"]
        return KernelSpec(argv=command + quiet, interrupt_mode="message", language="python", display_name="Python")

    async def start(self, *, cwd: Path, env: Mapping[str, str]) -> None:
        """Start the kernel; its first answer is still to come."""
        self.kernel_id = "student"
        provisioner = BoxedProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
        provisioner.command = self._box
        provisioner.connection_file = self.connection_file
        self.provisioner = provisioner
        await self.start_kernel(cwd=str(cwd), env=dict(env))
        if self._unwanted:
            self.end_now()

    @property
    def box(self) -> subprocess.Popen[bytes] | None:
        """The supervisor process, once started."""
        return self.provisioner.box if isinstance(self.provisioner, BoxedProvisioner) else None

    def ended_with(self) -> int | None:
        """Its exit code, or the signal that ended it as a negative number; None while that is not known."""
        return self.box.poll() if self.box is not None else None

    def end_now(self) -> None:
        """Hard end of the kernel and of everything it started; safe from any thread and from a signal handler."""
        self._unwanted = True
        if self.box is not None and self.box.poll() is None:
            sandbox.end(self.box.pid)

    async def leave(self) -> None:
        """As `shutdown_kernel`, but its end is noticed when it comes, and not at the next tenth of a second."""
        self.shutting_down = True
        if self.has_kernel:
            await self.interrupt_kernel()
        await self.request_shutdown()
        await self.finish_shutdown(pollinterval=POLL_SECONDS)

    def make_sure_it_ended(self, *, grace_seconds: float = 8.0) -> None:
        """Wait for the supervisor's own end, then take the supervisor too."""
        if self.box is None:
            return
        self.end_now()
        if not sandbox.ended_within(self.box, seconds=grace_seconds):
            sandbox.end(self.box.pid, force=True)
            self.box.wait()

    def last_words(self) -> str:
        """The end of the kernel's own stderr, for a kernel that did not start."""
        if isinstance(self.provisioner, BoxedProvisioner) and self.provisioner.box is not None:
            return self.provisioner.tail.text()
        return ""

    def told(self) -> sandbox.Told:
        """What the supervisor told of the kernel and all it started, once it is gone."""
        return sandbox.told(self._box.status)
