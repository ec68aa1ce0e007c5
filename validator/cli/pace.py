"""When a cohort will be finished, told from its finished submissions. Knows times and names; shows nothing."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Pace:
    """Fed with what begins and ends; every moment is in seconds of one clock."""

    total: int
    slots: int
    finished: int = 0
    _busy: dict[str, float] = field(default_factory=dict)
    """Seconds of stages so far, by submission under way."""
    _since: dict[str, float] = field(default_factory=dict)
    _measured: list[float] = field(default_factory=list)

    def begun(self, submission: str, *, now: float) -> None:
        """One of its stages has found a place."""
        self._since[submission] = now

    def ended(self, submission: str, *, now: float) -> None:
        """That stage has ended."""
        if submission in self._since:
            spent = now - self._since.pop(submission)
            self._busy[submission] = self._busy.get(submission, 0.0) + spent

    def complete(self, submission: str) -> None:
        """Nothing of it is to come. One that was kept from an earlier run took no time, and says nothing of others."""
        self.finished += 1
        if submission in self._busy:
            self._measured.append(self._busy.pop(submission))

    def remaining_seconds(self, *, now: float) -> float | None:
        """Work left over the places it is spread over; None until one was measured, and once nothing can be told.

        Each other submission is taken to need what a finished one needed on average, and what it had already counts.
        """
        left = self.total - self.finished
        if not self._measured or not left:
            return None if left else 0.0
        mean = sum(self._measured) / len(self._measured)
        had = dict(self._busy)
        for name, since in self._since.items():
            had[name] = had.get(name, 0.0) + now - since
        to_come = [max(mean - seconds, 0.0) for seconds in had.values()]
        untouched = max(left - len(had), 0) * mean
        expected = max(max(to_come, default=0.0), (sum(to_come) + untouched) / min(self.slots, left))
        return expected or None  # all that are left take longer than the finished ones did
