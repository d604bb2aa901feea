"""Case reviews: whose placement is gone through, what comes of it, and what is then paid for the place.

The story of a review is in the pathway. Here are the programmes with their weekly starts, the chances
of each outcome, and the books: a child is in one case review at a time, and a cut of the price is
remembered, because a family that wins its dispute about it has the old price back.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from sim import event_log as events
from sim.schedule import Schedule
from sim.service.child import Child, Matter
from sim.settings import CaseReview, PriceCut, Task

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

UNCHANGED, PRICE_CUT, MOVE, OVERTAKEN = "unchanged", "price_cut", "move", "overtaken"
OUTCOMES = (UNCHANGED, PRICE_CUT, MOVE, OVERTAKEN)
"""A review is overtaken when the child has left the setting meanwhile, or its plan is in dispute."""
OWN_LUCK = 1 << 10
"""Case reviews draw where no yearly review does: a child has fewer of these than that."""
DAYS_A_MONTH = 365.25 / 12

ReviewStory = Callable[["OpenReview", "LocalAuthority"], Generator[None, None, None]]


class Decision(NamedTuple):
    outcome: str
    named: str
    """The setting that the plan names from now on."""
    amends: bool = False
    """The plan has to be amended."""


class OpenReview(Matter):
    """A case review in hand, or one whose price cut the family disputes."""

    __slots__ = ("before", "dispute", "earlier", "is_void", "placed_on", "programme", "setting", "strain")

    def __init__(self, child: Child, programme: Programme, today: int, times: int) -> None:
        super().__init__(child, programme.stage, today, OWN_LUCK + times)
        self.programme = programme
        self.setting, self.placed_on = child.setting, child.placed_on
        self.before = 0  # the child's own price before the cut, in thousandths of the setting's
        self.earlier: OpenReview | None = None  # the cut of the same price before it
        self.strain: float | None = None  # what breakdowns are multiplied by, if it takes provision
        self.dispute: Matter | None = None  # about the amended plan
        self.is_void = False  # the family has won that

    def is_overtaken(self) -> bool:
        """The child has left where it was looked at, or its plan names another setting already."""
        return self.has_left() or self.child.is_to_move

    def has_left(self) -> bool:
        """Also if the child is back: that is another stay, at a price of its own."""
        return self.child.setting is not self.setting or self.child.placed_on != self.placed_on


class Programme:
    """One programme of case reviews: whom it looks at, how many a week, and how they end."""

    def __init__(self, la: LocalAuthority, name: str, terms: CaseReview) -> None:
        self.la = la
        self.name, self.stage = name, f"case_review_{name}"
        self._settings, self._dearest_first = set(terms.settings), terms.order == "dearest_first"
        self._starts = la.steps(terms.starts_per_week)
        self._owed = 0.0
        months = terms.again_after_months
        self._again_after = None if months is None else round(months * DAYS_A_MONTH)
        self._looked_at: dict[int, int] = {}  # the day of the last time, by the child's number
        draw = la.luck.of_few
        self._turn_luck, self._outcome_luck = draw(f"{self.stage}.turn"), draw(f"{self.stage}.outcome")
        self._provision_luck = draw(f"{self.stage}.provision")
        cut = terms.price_cut or PriceCut(share=Schedule.constant(0), fraction=Schedule.constant(0))
        self._cut, self._fraction = la.steps(cut.share), la.steps(cut.fraction)
        self._provision, self._strain = la.steps(cut.changes_provision), la.steps(cut.breakdown_multiplier)
        self._cuts_at_once = cut.begins == "decision"
        self._moves = {
            now: {target: la.steps(share) for target, share in row.items()}
            for now, row in terms.moves.items()
        }
        la.casework.add_stage(self.stage, [Task(pool=terms.pool, hours=terms.hours, cv=terms.cv)])

    def next_children(self) -> list[Child]:
        """Who is looked at this week, in the order of their numbers."""
        la = self.la
        self._owed += self._starts.at(la.today)
        number = int(self._owed + 1e-9)
        self._owed -= number
        if not number:
            return []
        there = [child for child in la.plan_holders.values() if self._may_be_looked_at(child)]
        chosen = nsmallest(number, there, key=self._turn)
        self._looked_at |= dict.fromkeys((child.number for child in chosen), la.today)
        return sorted(chosen, key=lambda child: child.number)

    def _may_be_looked_at(self, child: Child) -> bool:
        """Not while the child is to move or is looked at already, or its plan is in dispute."""
        if child.setting.name not in self._settings or self.la.case_reviews.is_open(child):
            return False
        if child.matter is not None or child.is_to_move:
            return False
        last, again = self._looked_at.get(child.number), self._again_after
        return last is None or (again is not None and self.la.today >= last + again)

    def _turn(self, child: Child) -> tuple[float, float, int]:
        price = self.la.placing.own_price(child) if self._dearest_first else 0.0
        return -price, self._turn_luck(child, 0), child.number

    def decide(self, review: OpenReview) -> Decision:
        """How the review ends, by the child's luck."""
        la, child, now = self.la, review.child, review.setting.name
        if review.is_overtaken() or child.matter is not None:
            return Decision(OVERTAKEN, now)
        u = self._outcome_luck(child, review.occasion) - self._cut.at(la.today)
        if u < 0:
            amends = self._provision_luck(child, review.occasion) < self._provision.at(la.today)
            review.strain = self._strain.at(la.today) if amends else None
            return Decision(PRICE_CUT, now, amends)
        named = self._setting_after(child, now, u, review.occasion)
        return Decision(UNCHANGED, now) if named == now else Decision(MOVE, named, True)

    def _setting_after(self, child: Child, now: str, u: float, occasion: int) -> str:
        """Where the child is to move, unless its family prefers otherwise and may."""
        la, age = self.la, self.la.age(child)
        for target, share in self._moves.get(now, {}).items():
            if la.placing.admits(target, age):
                u -= share.at(la.today)
                if u < 0:
                    return la.placing.preferences.settle(child, target, age, occasion)
        return now

    def cut_from(self) -> int:
        """The day from which a lower price is paid that is settled today."""
        return self.la.today if self._cuts_at_once else self.la.reviews.next_term()

    def cut(self, thousandths: int) -> int:
        return round(thousandths * (1 - self._fraction.at(self.la.today)))


class CaseReviews:
    """The programmes of one authority, and the reviews in hand."""

    def __init__(self, la: LocalAuthority) -> None:
        self.la = la
        self._programmes = [Programme(la, name, terms) for name, terms in la.settings.case_reviews.items()]
        self._open: dict[int, OpenReview] = {}  # by the child's number
        self._in_dispute: dict[int, OpenReview] = {}
        self._times: dict[int, int] = {}

    def begin(self, story: ReviewStory) -> None:
        """Once a week: each programme begins its next reviews."""
        for programme in self._programmes:
            for child in programme.next_children():
                times = self._times[child.number] = self._times.get(child.number, 0) + 1
                review = self._open[child.number] = OpenReview(child, programme, self.la.today, times)
                review.story = story(review, self.la)
                next(review.story)

    def is_open(self, child: Child) -> bool:
        return child.number in self._open

    def decide(self, review: OpenReview) -> Decision:
        """The outcome is drawn and written down."""
        decision = review.programme.decide(review)
        since = self.la.today - review.requested
        self.la.note(events.CASE_REVIEWED, review, since, decision.outcome, review.programme.name, "days")
        return decision

    def cut_price(self, review: OpenReview) -> None:
        """From today on less is paid for the child's place, unless it has left or the family has won."""
        child = review.child
        if not review.is_void and not review.has_left():
            review.before, review.earlier = child.own_price, child.price_cut_by
            if review.strain is None:  # provision that was taken before is not back
                review.strain = review.earlier.strain if review.earlier else 1.0
            child.price_cut_by = review
            self._pay(child, review.programme.cut(child.own_price), events.PRICE_CUT)

    def put_right(self, dispute: Matter) -> None:
        """A dispute about an amended plan is won: if that cut the price, the old one is back."""
        review = self._in_dispute.get(dispute.number)
        if review is not None and review.dispute is dispute:
            review.is_void = True
            if review.child.price_cut_by is review:
                review.child.price_cut_by = review.earlier
                self._pay(review.child, review.before, events.PRICE_RESTORED)

    def _pay(self, child: Child, thousandths: int, event: str) -> None:
        child.own_price = thousandths
        self.la.note(event, child, thousandths, resource=child.setting.name, unit="thousandths")

    def in_dispute(self, review: OpenReview, dispute: Matter | None) -> None:
        """The family disputes, or does not, the plan that was amended after this review."""
        if dispute is not None:
            review.dispute = dispute
            self._in_dispute[review.number] = review

    def close(self, review: OpenReview) -> None:
        """The review is over, though a dispute about it may go on."""
        del self._open[review.number]
        review.end()

    def drop(self, child: Child) -> None:
        """The child leaves: nobody looks at its placement any more."""
        self._in_dispute.pop(child.number, None)
        if (review := self._open.pop(child.number, None)) is not None:
            self.la.casework.cancel(review)
            review.end()
