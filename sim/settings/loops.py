"""The closed loops, each with a switch and a strength."""

from __future__ import annotations

from sim.schedule import Schedule
from sim.settings.numbers import FixedAmount, Section


class Loop(Section):
    """One loop: `on: false` cuts it, and `strength` 1 leaves it as the other sections describe it."""

    on: bool = True
    strength: FixedAmount = 1.0

    @property
    def gain(self) -> float:
        """The strength of a loop that is on; 0 for one that is cut."""
        return self.strength if self.on else 0.0

    def widen(self, multiplier: Schedule) -> Schedule:
        """A multiplier whose distance from 1 is multiplied by the gain; it stays above 0."""
        if self.gain == 1:
            return multiplier
        values = tuple(max(0.0, 1 + self.gain * (value - 1)) for value in multiplier.values)
        return Schedule(multiplier.dates, values)


class Loops(Section):
    """Six loops. Each works through a queue, a person or a place that another section describes.

    With all of them off, posts are always filled, nobody disputes anything and nothing is bought
    outside: a service with fixed people and simple prices.
    """

    preventive_time: Loop = Loop()
    """(a) A long queue takes preventive time; a year later more families ask. Off: none is given up.
    The strength multiplies `preventive.requests`."""
    disputes: Loop = Loop()
    """(b) Delay and refusals lead to mediation, appeals and complaints, which take staff time. Off:
    nobody disputes or complains. The strength multiplies what delay adds."""
    turnover: Loop = Loop()
    """(c) Workload makes people leave and fall ill; posts stand vacant. Off: posts are always filled.
    The strength multiplies what workload adds; at 0 people leave at their usual rate."""
    late_reviews: Loop = Loop()
    """(d) Late or unattended reviews: less stepping down, more breakdowns. Off: they make no difference.
    The strength multiplies the distance of both multipliers from 1."""
    no_local_place: Loop = Loop()
    """(e) No place in a setting sends children to the one named in its `when_full`, where they stay. Off:
    they wait. The strength multiplies the share sent there."""
    bought_reports: Loop = Loop()
    """(f) An overloaded pool's reports are bought outside. Off: they wait for the pool. The strength
    multiplies the share bought."""
