"""A child: what it is, its own luck, and the story it is in.

A child is a request, then a case, then a plan-holder, until it leaves. Its luck hangs on `key`,
which names it (need, age, month and place in its cell), so it is the same in every scenario.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sim.luck import BLOCK, OCCASIONS

REQUEST, PLAN_HOLDER, GONE = "request", "plan_holder", "gone"


class File:
    """Something that is dealt with step by step: a child's own story, or a matter beside it."""

    letter = 0
    """Where its post comes among what reaches one child on one morning."""

    __slots__ = (
        "block",
        "cohort",
        "complexity",
        "handover",
        "jobs",
        "key",
        "need",
        "number",
        "overtaken",
        "place",
        "requested",
        "state",
        "story",
        "turn",
    )

    def __init__(self, number: int, key: int, need: str, cohort: int) -> None:
        self.number = number
        self.key = key
        self.block, self.place = number // BLOCK * OCCASIONS, number % BLOCK  # where its luck is dealt
        self.need = need
        self.cohort = cohort
        self.complexity = 1.0
        self.state = REQUEST
        self.story: Generator[Any, None, None] | None = None
        self.turn = 0  # counts the story's waits: a wake-up for an earlier wait is stale
        self.jobs: list[Any] = []  # what waits in pools or panels for it
        self.handover: dict[str, int] | None = None  # minutes to take it over, by pool
        self.requested = 0  # day
        self.overtaken = False  # the wait ended because nobody did the work in time

    def wake(self, turn: int) -> None:
        """Go on with the story, unless it has already gone on from that wait."""
        if turn == self.turn and self.story is not None:
            self.turn = turn + 1
            next(self.story, None)

    def end(self) -> None:
        """Leave the story for good: whatever still comes for it is stale."""
        self.turn += 1
        self.story = None
        self.state = GONE


class Child(File):
    """One child. `cohort` fixes its age: on 31 August of year Y it is Y - cohort years old."""

    __slots__ = (
        "earlier_files",
        "matter",
        "next_setting",
        "own_price",
        "placed_on",
        "preferred",
        "price_cut_by",
        "replies_missing",
        "reserved",
        "review_due",
        "review_is_late",
        "reviews",
        "setting",
        "source",
        "stage_entered",
        "transfer_year",
        "wants",
        "wants_since",
    )

    def __init__(self, number: int, key: int, need: str, cohort: int) -> None:
        super().__init__(number, key, need, cohort)
        self.source = ""
        self.earlier_files = 0  # of the same child, whose refusals were put right
        self.matter: Matter | None = None  # the dispute that is open, if one is
        self.stage_entered = 0  # day
        self.replies_missing = 0
        self.setting: Any = None  # the Places it is in
        self.placed_on = 0  # day
        self.own_price = 0  # of its place, in thousandths of the setting's
        self.price_cut_by: Any = None  # the case review that lowered it
        self.next_setting: str | None = None  # the setting named from a later day
        self.preferred: str | None = None  # the setting it was refused at the last naming
        self.reserved: Any = None  # the Places keeping one for a plan that is held back
        self.wants: Any = None  # the Places it waits for
        self.wants_since = 0
        self.reviews = 0  # reviews begun so far: the occasion of their luck
        self.review_due = 0  # day
        self.review_is_late = False
        self.transfer_year = 0  # academic year of the last phase transfer dealt with

    @property
    def is_to_move(self) -> bool:
        """The plan names another setting than the child's already."""
        return self.wants is not None or self.next_setting is not None

    def end(self) -> None:
        super().end()
        self.wants = None


class Matter(File):
    """A dispute, complaint or case review that runs beside its child's story, with the same luck."""

    letter = 63

    __slots__ = (
        "awaited",
        "child",
        "kind",
        "mediated",
        "named",
        "named_from",
        "occasion",
        "preferred",
        "won",
    )

    def __init__(self, child: Child, kind: str, today: int, occasion: int = 0) -> None:
        super().__init__(child.number, child.key, child.need, child.cohort)
        self.child = child
        self.kind = kind  # the decision in dispute, or what else it is
        self.occasion = occasion  # of its luck
        self.complexity = child.complexity
        self.requested = today
        self.named = ""  # the setting that the decision names
        self.named_from = today
        self.preferred: str | None = None  # the setting that the family asked for in vain
        self.mediated = False
        self.won = False
        self.awaited = False  # the child's own story waits for its end
