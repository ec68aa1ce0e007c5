"""Whether the meter may count with the version of a framework that was imported; knows what its self-test said.

The self-test was executed before, in a run of its own: a training at import would set up devices and threads that the
student's code has not asked for.
"""

from __future__ import annotations

from typing import Any


def refused(framework: str, version: str, config: dict[str, Any], channel: Any) -> bool:
    """Whether nothing may be counted with it; says so either way, and nothing where no test was made."""
    said = (config.get("self_test") or {}).get(framework)
    if not said:
        return False
    tested, wrong = str(said[0]), [str(words) for words in said[1:]]
    if f"{framework} {version}" not in tested:
        wrong.append(f"{framework} {version} was imported, and the self-test was made with {tested}")
    what = "; ".join(wrong)[:2000] or f"{tested}: known trainings were counted right"
    channel.emit("selftest", framework=framework, ok=not wrong, what=what)
    return bool(wrong)
