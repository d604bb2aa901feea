"""What is due on whole days: letters, deadlines and dates share one SimPy event.

Everything that reaches the office on a morning is opened together, in the order of the children's
numbers, so nothing depends on the order in which it was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import simpy

from sim.calendars import DAY

PER_CHILD = 64
"""Room for the different things that may reach one child on one morning."""


class Diary:
    """Entries by day, opened at one minute of the day; `set_clock` is told the minute first."""

    def __init__(self, env: simpy.Environment, minute_of_day: int, set_clock: Callable[[int], None]) -> None:
        self.env = env
        self.minute_of_day = minute_of_day
        self.set_clock = set_clock
        self._due: dict[int, list[tuple[int, Callable[[Any], None], Any]]] = {}

    def add(self, day: int, number: int, call: Callable[[Any], None], what: Any) -> None:
        """Call `call(what)` on `day`, or at once if that has passed; `number` orders the morning."""
        minute = day * DAY + self.minute_of_day
        due = self._due.get(minute)
        if due is not None:
            due.append((number, call, what))
            return
        now = self.env.now
        if minute < now:
            # Entered too late for that morning: another batch, at once.
            minute = now
        if minute in self._due:
            self._due[minute].append((number, call, what))
            return
        self._due[minute] = [(number, call, what)]
        self.env.timeout(minute - now, minute).callbacks.append(self._open)

    def _open(self, event: simpy.Event) -> None:
        minute = event.value
        self.set_clock(minute)
        for _, call, what in sorted(self._due.pop(minute), key=itemgetter(0)):
            call(what)
