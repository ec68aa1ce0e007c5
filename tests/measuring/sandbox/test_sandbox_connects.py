"""Unix sockets of a box: its own work as anywhere, those outside do not, and who connects stays known."""

import contextlib
import os
import re
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from validator.measuring import sandbox
from validator.measuring.meter import peers
from validator.measuring.sandbox import Limits, Walls, commands, tiers, walls

WALLED = [entry.tier for entry in tiers.found() if entry.works and entry.tier != "T3"]
ASKED = [tier for tier in WALLED if tier == "T2"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Folders of one box and what lies around them; short, for the addresses of sockets are."""

    root: Path
    uid: int | None

    def run(self, code: str, *, tier: sandbox.Tier, python: Path | None = None) -> sandbox.Outcome:
        program = python or Path(getattr(sys, "_base_executable", sys.executable))
        alone = ["-I", "-S"] if python is None else []
        (self.root / "work" / "program.py").write_text(code)
        return sandbox.run(
            [str(program), *alone, "program.py"],
            limits=Limits(wall_seconds=100, processes=4096),
            cwd=self.root / "work",
            env={"TMPDIR": "/tmp" if tier == "T1" else str(self.root / "tmp"), "HOME": str(self.root / "work")},
            walls=Walls(
                tier=tier,
                readable=(*walls.interpreter_paths(program), Path(sys.base_prefix), self.root / "told"),
                writable=(self.root / "work",),
                tmp=self.root / "tmp",
                uid=self.uid,
            ),
        )


@pytest.fixture
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="vc-", dir=walls.scratch_root()) as name:
        made = Place(root=Path(name), uid=walls.own_uid())
        made.root.chmod(0o711)
        for folder in ("work", "tmp", "told", "outside"):
            (made.root / folder).mkdir(mode=0o755)
            if made.uid is not None and folder in ("work", "tmp"):
                os.chown(made.root / folder, made.uid, made.uid)
        yield made


@contextlib.contextmanager
def service(place: Path) -> Iterator[socket.socket]:
    """A socket that every account may connect to."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(place))
        place.chmod(0o666)
        listening.listen(64)
        listening.settimeout(10)
        yield listening


OWN = """
import os, socket
server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
server.bind("own")
server.listen()
os.mkdir("below")
os.chdir("below")
os.symlink("../own", "link")
open("file", "w").close()
for address in ("../own", os.path.abspath("../own"), "link"):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(address)
        client.sendall(b"word")
        with server.accept()[0] as accepted:
            assert accepted.recv(4) == b"word"
refused = [("../absent", FileNotFoundError), ("file", ConnectionRefusedError)]
refused += [(address, PermissionError) for address in ("/dev/log/absent", "/absent")] if ASKED else []
for address, expected in refused:
    try:
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).connect(address)
    except expected:
        continue
    raise AssertionError(address)
print("works")
"""


@pytest.mark.parametrize("tier", WALLED)
def test_its_own_sockets_answer_as_without_a_box(place: Place, tier: sandbox.Tier) -> None:
    outcome = place.run(OWN.replace("ASKED", str(tier in ASKED)), tier=tier)
    assert (outcome.stdout, outcome.stderr) == (b"works\n", b"")


RACE = """
import ctypes, os, socket, struct, threading
own, outside = OWN, OUTSIDE
server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
server.bind(own)
server.listen(64)
os.symlink(own, "link")
words = [struct.pack("=H", 1) + path.encode().ljust(100, b"\\0") for path in (own, outside)]
address = ctypes.create_string_buffer(words[0], 102)
over = threading.Event()
def swap():
    while not over.is_set():
        for word in words:
            ctypes.memmove(address, word, 102)
def relink():
    for number in range(10**9):
        if over.is_set():
            break
        os.symlink((own, outside)[number % 2], "fresh")
        os.replace("fresh", "link")
for swapper in (swap, relink):
    threading.Thread(target=swapper, daemon=True).start()
libc, reached = ctypes.CDLL(None), 0
link = struct.pack("=H", 1) + b"link\\0"
for number in range(400):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.setblocking(False)
        target, size = ((address, 102), (link, len(link)))[number % 2]
        if libc.connect(client.fileno(), target, size) == 0:
            reached += 1
            server.accept()[0].close()
over.set()
print("tried", reached)
"""


@pytest.mark.slow
@pytest.mark.parametrize("tier", ASKED)
def test_an_address_that_changes_while_it_is_looked_at_leads_nowhere_else(place: Place, tier: sandbox.Tier) -> None:
    with service(place.root / "outside" / "s") as listening:
        listening.setblocking(False)
        code = RACE.replace("OWN", repr(str(place.root / "work" / "own")))
        outcome = place.run(code.replace("OUTSIDE", repr(str(place.root / "outside" / "s"))), tier=tier)
        assert re.fullmatch(rb"tried [1-9]\d*\n", outcome.stdout), outcome.stderr
        with pytest.raises(BlockingIOError):
            listening.accept()


SPEAKS = """
import os, socket, sys
client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
if sys.argv[1:]:
    client.bind(chr(0) + sys.argv[1])
client.connect(ADDRESS)
client.sendall(str(os.getpid()).encode())
client.recv(1)
"""


@pytest.mark.parametrize("tier", ASKED)
def test_who_speaks_to_the_harness_is_known_through_the_supervisor(place: Place, tier: sandbox.Tier) -> None:
    with service(place.root / "told" / "s") as listening:
        code = SPEAKS.replace("ADDRESS", repr(str(place.root / "told" / "s")))
        code += "import subprocess, sys\nif not sys.argv[1:]: "
        code += "sys.exit(subprocess.run([sys.executable, '-I', '-S', 'program.py', 'v-peer-1-0']).returncode)"
        (said, told, peer), outcome = _spoken(listening, lambda: place.run(code, tier=tier))
    assert told == said != peer
    assert b"PermissionError" in outcome.stderr  # for the one that gave itself a name


def _spoken(
    listening: socket.socket, run: Callable[[], sandbox.Outcome]
) -> tuple[tuple[int, int, int], sandbox.Outcome]:
    found: list[sandbox.Outcome] = []
    running = threading.Thread(target=lambda: found.append(run()))
    running.start()
    connection, name = listening.accept()
    with connection:
        said = int(connection.recv(20))
        heard = (said, peers.speaker(connection, name), peers.peer_pid(connection))
        connection.sendall(b"x")
    running.join()
    return heard, found[0]


WORKERS = """
import multiprocessing
def work(shared, queue):
    shared["a"] = 1
    queue.put(2)
def main():
    for kind in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(kind)
        with context.Manager() as manager:
            shared, queue = manager.dict(), manager.Queue()
            process = context.Process(target=work, args=(shared, queue))
            process.start()
            process.join()
            assert (shared["a"], queue.get(), process.exitcode) == (1, 2, 0)
    import torch
    from torch.utils.data import DataLoader, TensorDataset
    loader = DataLoader(TensorDataset(torch.arange(64.0)), batch_size=4, num_workers=2)
    print(sum(float(batch.sum()) for (batch,) in loader))
if __name__ == "__main__":
    main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("tier", WALLED)
def test_managers_and_data_loaders_work(place: Place, tier: sandbox.Tier) -> None:
    outcome = place.run(WORKERS, tier=tier, python=Path(sys.executable))
    assert outcome.stdout == b"2016.0\n", outcome.stderr[-2000:]


NESTED = """
from supervisor import seccomp
first = seccomp.close(network=True, asked=True)
second = seccomp.close(network=True, asked=True)
print(f"first {isinstance(first, int)}, second {second}")
"""


@pytest.mark.skipif(not ASKED, reason="this machine has no seccomp filter that is known here")
def test_where_someone_else_is_asked_already_the_box_starts_all_the_same(place: Place) -> None:
    """As inside a container that asks about calls itself: the kernel allows one who is asked."""
    command = [str(getattr(sys, "_base_executable", sys.executable)), "-I", "-S", "-c"]
    command += [f"import sys; sys.path.insert(0, {str(commands.HERE)!r})\n{NESTED}"]
    outcome = sandbox.run(command, limits=Limits(wall_seconds=30), cwd=place.root)
    assert outcome.stdout == b"first True, second None\n", outcome.stderr
