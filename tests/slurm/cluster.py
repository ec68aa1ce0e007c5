"""A real Slurm on this machine for as long as it is needed: one node, own ports, key and socket, no accounting.

    python -m tests.slurm.cluster squeue --all      runs one command with the cluster up
    python -m tests.slurm.cluster                   keeps it up until Ctrl-C and prints what to export

The daemons run as whoever starts them, root included: the files of the jobs then belong to the person who looks at
them, and only root can make the device nodes that stand in for GPUs (`mknod` of a null device; Slurm refuses files).
A program that must not run as root gives its rights away itself, as it must anywhere.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol")
FAKE_GPUS = 2
UP_SECONDS = 30.0

CONFIGURATION = """\
ClusterName=here
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=100
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
KillWait=5
SchedulerParameters=sched_interval=2,batch_sched_delay=0
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
{gpu_types}NodeName={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=64000 State=UNKNOWN{gpus}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


class ClusterError(RuntimeError):
    """Slurm did not come up; the message holds the end of the daemons' logs."""


def why_not() -> str:
    """Why no cluster can be brought up here; empty when one can."""
    if sys.platform != "linux":
        return "Slurm runs on Linux only"
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = [name for name in PROGRAMS if shutil.which(name, path=path) is None]
    return f"{', '.join(missing)} not installed (apt-get install slurm-wlm munge)" if missing else ""


@dataclass(kw_only=True)
class Cluster:
    """The running daemons and how to talk to them; `environment` is what clients need."""

    folder: Path
    gpus: int
    daemons: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The caller's environment with the cluster's configuration and the daemons' folder on the path."""
        path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
        return {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": path}

    def start(self, daemon: str) -> None:
        """Start one of munged, slurmctld and slurmd (again, after it was killed)."""
        place = self.folder
        commands = {
            "munged": ["munged", "--foreground", "--force", f"--key-file={place}/key", f"--socket={place}/munge.sock",
                       f"--pid-file={place}/munged.pid", f"--log-file={place}/munged.log",
                       f"--seed-file={place}/seed"],
            "slurmctld": ["slurmctld", "-D"],
            "slurmd": ["slurmd", "-D"],
        }  # fmt: skip
        with (place / f"{daemon}.out").open("ab") as out:
            self.daemons[daemon] = subprocess.Popen(
                commands[daemon],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
            )

    def kill(self, daemon: str) -> None:
        """SIGKILL one daemon, as a crash would; the jobs' own processes are left alone."""
        self.daemons[daemon].kill()
        self.daemons[daemon].wait()

    def call(self, *command: str) -> str:
        """What a client command prints. Raises CalledProcessError when it fails."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=30, check=True)
        return done.stdout

    def wait_until_idle(self) -> None:
        """Wait for the node to take jobs. Raises ClusterError with the daemons' last words."""
        deadline = time.monotonic() + UP_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(subprocess.SubprocessError):
                if self.call("sinfo", "--noheader", "--format=%T").strip() in {"idle", "mixed", "allocated"}:
                    return
            time.sleep(0.1)
        raise ClusterError(f"Slurm was not up after {UP_SECONDS:.0f} s:\n{self._last_words()}")

    def stop(self) -> None:
        """End the jobs, the daemons and whatever carries the cluster's configuration in its environment."""
        with contextlib.suppress(subprocess.SubprocessError, OSError):
            self.call("scancel", "--user", account())
        for daemon in ("slurmctld", "slurmd", "munged"):
            if daemon in self.daemons:
                self.kill(daemon)  # nothing of theirs is kept
        for process in members(self.folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _last_words(self) -> str:
        logs = sorted([*self.folder.glob("*.log"), *self.folder.glob("*.out")])
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in logs)


def account() -> str:
    """The name of whoever runs this, whatever the environment says."""
    import pwd  # not on every system, where a test then says why it is skipped

    return pwd.getpwuid(os.getuid()).pw_name


def members(folder: Path) -> list[int]:
    """Processes of the cluster in this folder: daemons, step daemons and jobs."""
    mark = f"SLURM_CONF={folder}/slurm.conf".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """Bring Slurm up, idle and empty, and take it down with everything that it started."""
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    folder.chmod(0o755)  # munge wants its socket's folder to be open to its clients
    made = Cluster(folder=folder, gpus=_fake_gpus(folder))
    try:
        _configure(made)
        made.start("munged")
        _wait_for(folder / "munge.sock")
        made.start("slurmctld")
        made.start("slurmd")
        made.wait_until_idle()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _configure(made: Cluster) -> None:
    folder, host = made.folder, socket.gethostname().split(".")[0]
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o400)
    controller_port, node_port = _free_ports()
    text = CONFIGURATION.format(
        host=host,
        user=account(),
        folder=folder,
        controller_port=controller_port,
        node_port=node_port,
        gpu_types="GresTypes=gpu\n" if made.gpus else "",
        gpus=f" Gres=gpu:{made.gpus}" if made.gpus else "",
    )
    (folder / "slurm.conf").write_text(text)
    if made.gpus:
        (folder / "gres.conf").write_text(f"NodeName={host} Name=gpu File={folder}/gpu[0-{made.gpus - 1}]\n")


def _fake_gpus(folder: Path) -> int:
    """Device nodes that Slurm can hand out; none where they cannot be made."""
    try:
        for number in range(FAKE_GPUS):
            os.mknod(folder / f"gpu{number}", 0o20666, os.makedev(1, 3))
    except OSError:
        return 0
    return FAKE_GPUS


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + UP_SECONDS
    while not path.exists():
        if time.monotonic() > deadline:
            raise ClusterError(f"{path.name} did not appear; see {path.parent}")
        time.sleep(0.05)


def main(command: list[str]) -> int:
    """Run a command with the cluster up, or keep it up until Ctrl-C."""
    if reason := why_not():
        print(reason, file=sys.stderr)  # noqa: T201 - a script
        return 2
    with cluster() as made:
        if command:
            return subprocess.run(command, env=made.environment, check=False).returncode
        print(f"export SLURM_CONF={made.folder}/slurm.conf", flush=True)  # noqa: T201 - a script
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
