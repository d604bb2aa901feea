"""The minutes that people can work, day by day, and how that changes as they come and go.

A timetable is a running total of minutes, so that the end of a job is looked up and not stepped
through, and a change moves only the days after it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from sim.calendars import DAY, OPENS

NEVER = 2**31 - 1


class Timetable:
    """The minutes one person can work on each day.

    `notice` holds the minutes the person would work if kept on: somebody whose post ends
    finishes the job in hand on those days, and starts no other.
    """

    __slots__ = ("busy_until", "contracted", "has_notice", "kept_on", "opens")

    def __init__(self, minutes: Sequence[int], notice: Sequence[int] | None = None, opens: int = OPENS):
        self.opens = opens
        self.contracted = _running_total(minutes)
        self.has_notice = notice is not None
        self.kept_on = self.contracted if notice is None else _running_total(notice)
        self.busy_until = 0  # the minute at which the last job taken ends

    def start_from(self, minute: int) -> int:
        """The first contracted working minute at or after `minute`, or NEVER."""
        total = self.contracted
        day = minute // DAY
        if day >= len(total) - 1:
            return NEVER
        before, after = total[day], total[day + 1]
        opens = day * DAY + self.opens
        if before < after and minute < opens + after - before:
            return minute if minute > opens else opens
        day = bisect_right(total, after, day) - 1
        return day * DAY + self.opens if day < len(total) - 1 else NEVER

    def end_of(self, start: int, minutes: int) -> tuple[int, int]:
        """When work begun at the working minute `start` ends, and when the person may start again.

        Either is NEVER when it lies beyond the timetable.
        """
        total = self.kept_on
        day = start // DAY
        position = start - day * DAY - self.opens + total[day] + minutes
        if position < total[day + 1]:
            return start + minutes, start + minutes
        if position > total[day + 1]:
            day = bisect_left(total, position, day) - 1
            if day >= len(total) - 1:
                return NEVER, NEVER
        end = day * DAY + self.opens + position - total[day]
        may_go_on = position < total[day + 1] and (not self.has_notice or self.on(day) > 0)
        return end, end if may_go_on else (day + 1) * DAY

    def on(self, day: int) -> int:
        return self.contracted[day + 1] - self.contracted[day]

    def between(self, first: int, end: int) -> int:
        """Minutes contracted from day `first` up to, not including, `end`."""
        return self.contracted[end] - self.contracted[first]

    # Changes are for days that no job has been given yet: `can_change_from` says from when.

    def can_change_from(self, now: int) -> int:
        """The first day, today or later, of which no minute belongs to a job in hand."""
        return now // DAY if self.busy_until <= now else self.busy_until // DAY + 1

    def minutes_from(self, first: int, end: int) -> np.ndarray:
        """Minutes contracted on each day from `first` up to, not including, `end`."""
        return minutes_by_day(self.contracted[first : end + 1])

    def take(self, first: int, minutes: np.ndarray) -> None:
        """From day `first` on, so many minutes a day fewer, for as many days as are given."""
        _take(self.contracted, first, minutes)
        if self.kept_on is not self.contracted:
            _take(self.kept_on, first, minutes)

    def leave_after(self, last: int) -> None:
        """No contract after day `last`; what is then in hand is finished at the same pace."""
        if not self.has_notice:
            self.kept_on, self.has_notice = array("i", self.contracted), True
        total = np.frombuffer(self.contracted, dtype=np.int32)
        total[last + 2 :] = total[last + 1]

    def begin_again(self, first: int, minutes: np.ndarray, pace: np.ndarray) -> None:
        """From day `first` on work these minutes, a number a day, and then only finish what is in hand.

        `pace` has the minutes of every day from `first` on if the person were kept on.
        """
        if not self.has_notice:
            self.kept_on, self.has_notice = array("i", self.contracted), True
        for total, by_day in ((self.contracted, minutes), (self.kept_on, pace)):
            rest = np.frombuffer(total, dtype=np.int32)[first:]
            rest[1 : len(by_day) + 1] = rest[0] + np.cumsum(by_day)
            rest[len(by_day) + 1 :] = rest[len(by_day)]


def minutes_by_day(total: array) -> np.ndarray:
    """What a running total such as `Timetable.contracted` adds up."""
    return np.diff(np.frombuffer(total, dtype=np.int32))


def _running_total(minutes: Sequence[int]) -> array:
    total = np.zeros(len(minutes) + 1, dtype=np.int32)
    np.cumsum(minutes, out=total[1:])
    return array("i", total.tobytes())


def _take(total: array, first: int, minutes: np.ndarray) -> None:
    fewer = np.frombuffer(total, dtype=np.int32)[first + 1 :]
    gone = np.cumsum(minutes)
    fewer[: len(gone)] -= gone
    fewer[len(gone) :] -= gone[-1:]
