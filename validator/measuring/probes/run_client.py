"""nbclient with a budget for outputs, and notebooks built and stored. Knows nothing of kernels or of limits of time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat.validator import NotebookValidationError

from validator.measuring.probes import run_messages, run_outputs

SAVES_APART = 50
"""Between two saves lies at least so many times what the first one took: ten thousand cells are no reason to wait."""


KEPT = frozenset({"stream", "display_data", "execute_result", "error"})
RECONNECT_SECONDS = 1.0
LATE_SECONDS, MOST_LATE = 0.02, 100
"""How long, and how often, a reply is looked for after the last one that was asked for."""
LOST_REPLY = {"status": "error", "ename": "ReplyTooLarge", "evalue": "the kernel's answer was too large to be read"}


class Client(NotebookClient):
    """nbclient with a budget for outputs, and with its knowledge of whether all of them came."""

    budget: run_outputs.Budget | None = None
    idle_seen = False
    reply: Any = None
    """The current cell's, as soon as it is there: what happens to the kernel afterwards does not change it."""
    on_second_reply: Callable[[int, dict[str, Any]], None] | None = None
    """Called with a cell and what a further reply says of it, after the one that was taken."""
    tally: run_messages.Tally
    published: run_messages.Outputs
    _replies: run_messages.Replies | None = None
    _index = 0
    _answered: dict[str, int]
    """Requests that had their reply, and their cells."""
    _asked_again = ""
    _asking: asyncio.TimerHandle | None = None

    async def connect(self, *, startup_seconds: float, most_bytes: int) -> None:
        """Speak to the kernel, once it answers; messages larger than that are not received."""
        assert self.km is not None  # noqa: S101 - given by whoever makes a client
        self.kc = self.km.client(context=run_messages.careful_context(most_bytes=most_bytes))
        client: Any = self.kc
        client.start_channels()
        # Not by the library's own limit, which is read off the wall clock and fires when that is set forward.
        await asyncio.wait_for(client.wait_for_ready(timeout=None), startup_seconds)
        client.allow_stdin = False
        self._answered = {}
        self.published = run_messages.Outputs(client.iopub_channel, self.cut)
        self._replies = run_messages.Replies(client.shell_channel, self.cut)

    def disconnect(self) -> None:
        """Close what `connect` opened."""
        if self._asking is not None:
            self._asking.cancel()
        if self._replies is not None:
            self._replies.close()
            self.published.close()
        if self.kc is not None:
            self.kc.stop_channels()
            self.kc.context.destroy(linger=0)

    def cut(self) -> None:
        """A message was too large to be received; ask whether the kernel is through with the cell by now."""
        if self.budget is not None:
            self.budget.exceeded = True
        if not self._asked_again:
            self._asked_again = "soon"
            self._asking = asyncio.get_running_loop().call_later(RECONNECT_SECONDS, self._ask_again)

    def _ask_again(self) -> None:
        if self.kc is not None and self.reply is None:
            self._asked_again = self.kc.kernel_info()
        else:
            self._asked_again = ""

    async def execute_at(self, cell: Any, index: int, *, place: str, **options: Any) -> None:
        """One cell; `place` is what the agent calls it in its records."""
        assert self.kc is not None  # noqa: S101 - started before the first cell
        self.kc.session.metadata = {"cellId": place} if place else {}
        self._index = index
        self.reply, self.idle_seen, self.tally = None, False, run_messages.Tally()
        await self.async_execute_cell(cell, index, **options)

    async def _async_poll_for_reply(self, msg_id: str, cell: Any, timeout: Any, outputs: Any, alive: Any) -> Any:
        """nbclient's, but it says at once what the reply is, and knows that a reply can be too large to come."""
        assert self.kc is not None  # noqa: S101
        while self.reply is None:
            message = await self.kc.shell_channel.get_msg()
            asked = message["parent_header"].get("msg_id")
            if asked == msg_id:
                self.reply = message
                self.tally.count(message)
            elif self._is_second(message):
                continue
            elif asked == self._asked_again:
                # The kernel answers in order: the answer to the cell was before this one, and is lost.
                self.reply = {"content": LOST_REPLY, "parent_header": {"msg_id": msg_id}}
        self._asked_again = ""
        if self.on_second_reply is not None:
            self._answered[msg_id] = self._index
        with contextlib.suppress(asyncio.TimeoutError, Empty):
            await asyncio.wait_for(outputs, self.iopub_timeout)
        alive.cancel()
        return self.reply

    async def late_replies(self) -> None:
        """Look at what came after the reply to the last cell."""
        assert self.kc is not None  # noqa: S101
        with contextlib.suppress(Empty, *run_messages.UNREADABLE):
            for _ in range(MOST_LATE):
                self._is_second(await self.kc.shell_channel.get_msg(timeout=LATE_SECONDS))

    def _is_second(self, message: Any) -> bool:
        """Whether it answers a cell that was answered before: whoever does that has code in the kernel."""
        cell = self._answered.get(str(message["parent_header"].get("msg_id"))) if self.on_second_reply else None
        content = message["content"]
        if cell is None or message["msg_type"] != "execute_reply" or not isinstance(content, dict):
            return False
        assert self.on_second_reply is not None  # noqa: S101
        self.on_second_reply(cell, content)
        return True

    async def _async_poll_output_msg(self, parent_msg_id: str, cell: Any, cell_index: int) -> None:
        """nbclient's, but fast: a flood must not take longer to be dropped than to be made."""
        assert self.kc is not None  # noqa: S101
        async for frames in self.published.frames():
            printed = run_messages.printed_bytes(frames)
            if printed and self.budget is not None and not self.budget.has_room(size_bytes=printed):
                self.tally.count_unread()
                continue
            message = run_messages.message_of(self.kc.iopub_channel, frames)
            if message is None:
                continue
            self.tally.count(message)
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    return

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Drop what is over budget; everything else is nbclient's."""
        try:
            if not self._fits(msg["content"], msg["msg_type"], cell):
                return None
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            self.idle_seen = True
            raise
        except (*run_messages.UNREADABLE, NotebookValidationError):
            return None  # a message that no honest kernel sends

    def _fits(self, content: Any, kind: str, cell: Any) -> bool:
        """Whether nbclient should see it: not yet taken care of, and within what is kept."""
        if kind.startswith("comm"):
            return False  # widgets have nobody to show themselves to, and their state is not kept
        if self.budget is None:
            return True
        if kind == "update_display_data":
            return self.budget.replace(display=str(content["transient"]["display_id"]), content=content)
        if kind not in KEPT:
            return True
        if kind == "stream" and run_outputs.merged(cell.outputs, content, self.budget):
            return False
        return self.budget.take(size_bytes=run_outputs.size_bytes(content))


def code_cell(text: str) -> Any:
    """One code cell without anything a student set: no tags, no metadata."""
    return nbformat.v4.new_code_cell(text)  # type: ignore[no-untyped-call]


def text_cell(text: str) -> Any:
    """One cell of words."""
    return nbformat.v4.new_markdown_cell(text)  # type: ignore[no-untyped-call]


def notebook_of(cells: Sequence[Any]) -> Any:
    """A notebook of these cells, with the harness's kernel."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})  # type: ignore[no-untyped-call]


class Saver:
    """Writes the notebook beside its place and renames: a reader never sees half of one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = 0.0

    def now(self, notebook: Any) -> None:
        """Write it; while the student's code runs it can take the folder away, and a later save finds it again.

        Texts stay whole: ten million short lines as a list would take a gigabyte.
        """
        text = nbformat.writes(notebook, split_lines=False)  # type: ignore[no-untyped-call]
        with contextlib.suppress(OSError):
            beside = self._path.with_suffix(".part")
            beside.unlink(missing_ok=True)
            with beside.open("x", encoding="utf-8", errors="replace") as file:
                file.write(text)
            beside.replace(self._path)

    def in_passing(self, notebook: Any) -> None:
        """Write it unless that would take more than a small share of the notebook's own time."""
        began = time.monotonic()
        if began >= self._next:
            self.now(notebook)
            self._next = time.monotonic() + SAVES_APART * (time.monotonic() - began)
