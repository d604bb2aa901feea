"""Disagreement: who disputes a decision, by which route, how it ends, and what is then put right.

Every dispute hangs on the child's own luck for that decision. The story of a dispute is in the
pathway; here are its chances, its dates and its books. Without the section, or with the loop off,
nobody disputes or complains and no luck is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from sim.calendars import APPEAL, FINAL_PLAN, WEEK, academic_year
from sim.luck import lognormal
from sim.schedule import Schedule, product
from sim.service.child import Child, Matter
from sim.service.opening import Chooser
from sim.service.resources import Job
from sim.settings import AGES, DECISIONS
from sim.settings import Complaints as ComplaintsSettings
from sim.settings import Dispute as DisputeSettings

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

MEDIATION, CERTIFICATE, PLACEMENT_ONLY = "mediation", "certificate", "placement_only"
AGREED, NOT_AGREED = "agreed", "not_agreed"
WITHDRAWN, CONCEDED, UPHELD, DISMISSED = "withdrawn", "conceded", "upheld", "dismissed"
HEARD = "heard"
COMPLAINT = "complaint"
LAST_WEEKS = 6 * WEEK
"""Days before a hearing from which it is prepared, before all other work: assumed."""

MatterStory = Callable[[Matter, "LocalAuthority"], Generator[None, None, None]]


class Chances:
    """How disputes about one kind of decision come about and end."""

    def __init__(self, la: LocalAuthority, kind: str, dispute: DisputeSettings, times: Schedule) -> None:
        self.number = DECISIONS.index(kind)
        self.luck = la.luck.of_few(f"dispute.{kind}")
        self.share = la.steps(product(dispute.share, times))
        self.mediate, self.agreed = la.steps(dispute.mediate), la.steps(dispute.agreed)
        self.appeal_after_mediation = la.steps(dispute.appeal_after_mediation)
        self.withdrawn, self.conceded = la.steps(dispute.withdrawn), la.steps(dispute.conceded)
        self.upheld = la.steps(dispute.upheld)


class Disputes:
    """Disputes and complaints of one authority."""

    def __init__(self, la: LocalAuthority) -> None:
        self.la = la
        disputes, loop = la.settings.disputes, la.settings.loops.disputes
        self._is_on = disputes is not None and loop.on
        self._complaints: Complaints | None = None
        if disputes is None or not loop.on:
            return
        self._gain = loop.gain
        disputed = {kind: one for kind in DECISIONS if (one := getattr(disputes, kind)) is not None}
        times = disputes.multiplier
        self._chances = {kind: Chances(la, kind, one, times) for kind, one in disputed.items()}
        self._late = la.steps(disputes.late_multiplier)
        self._rather = disputes.rather
        draw = la.luck.of_few
        self._route_luck, self._agreed_luck = draw("dispute.route"), draw("dispute.agreed")
        self._appeal_luck, self._ending_luck = draw("dispute.appeal"), draw("dispute.ending")
        self._upheld_luck, self._rather_luck = draw("dispute.upheld"), draw("dispute.rather")
        self._delays = {
            name: (la.steps(delay.days), delay.cv, draw(f"dispute.{name}"))
            for name, delay in (
                ("act", disputes.act),
                ("meeting", disputes.mediation),
                ("settled", disputes.settled),
            )
        }
        hearing_luck = draw("dispute.hearing")
        for kind in self._chances:
            delay = disputed[kind].hearing or disputes.hearing
            self._delays[f"hearing.{kind}"] = (la.steps(delay.days), delay.cv, hearing_luck)
        for stage, tasks in (
            ("mediation", disputes.mediation_tasks),
            ("appeal", disputes.appeal_tasks),
            ("hearing", disputes.hearing_tasks),
        ):
            la.casework.add_stage(stage, tasks)
        la.casework.add_stage("put_right", la.settings.stages.amendment)
        if disputes.complaints is not None:
            self._complaints = Complaints(la, disputes.complaints, times)

    # Who disputes.

    def may_follow(
        self,
        child: Child,
        kind: str,
        story: MatterStory,
        late: bool = False,
        named: str = "",
        named_from: int | None = None,
        occasion: int | None = None,
    ) -> Matter | None:
        """The family may dispute what has just been decided; the story of that begins at once.

        A late decision is disputed `late_multiplier` times as often. `named` is the setting that
        the decision names, from the day `named_from`; only one a family may want to leave counts, or
        one named against its preference. The family's luck is that of the `occasion`: its review by default.
        A child has one dispute at a time.
        """
        if not self._is_on or child.matter is not None or kind not in self._chances:
            return None
        if kind == "placement" and not (named in self._rather or (named and child.preferred)):
            return None
        la, chances = self.la, self._chances[kind]
        share = chances.share.at(la.today)
        if late:
            share *= 1 + self._gain * (self._late.at(la.today) - 1)
        occasion = child.reviews if occasion is None else occasion
        if chances.luck(child, occasion) >= share:
            return None
        matter = Matter(child, kind, la.today, occasion * len(DECISIONS) + chances.number)
        matter.named, matter.named_from = named, la.today if named_from is None else named_from
        if kind == "placement":
            matter.preferred = child.preferred
            if not self._wanted(matter):
                return None
        child.matter = matter
        matter.story = story(matter, la)
        next(matter.story)
        return matter

    def _wanted(self, matter: Matter) -> dict[str, float]:
        """The settings the family may want rather, of those that take the child's age by then.

        A family whose preference was refused wants that very setting. The child's own is one of them
        only while a move away from it is still to come.
        """
        la = self.la
        day = max(la.today, matter.named_from)
        age = min(max(academic_year(la.calendar.date_of(day)) - matter.child.cohort, 0), AGES - 1)
        row = {matter.preferred: 1.0} if matter.preferred else self._rather.get(matter.named, {})
        is_there = matter.child.wants is None and not self._is_to_come(matter)
        own = matter.child.setting.name if is_there else None
        admits = la.placing.admits
        return {name: share for name, share in row.items() if share and name != own and admits(name, age)}

    # How it goes on: the matter's own luck.

    def wait_for_family(self, matter: Matter) -> None:
        """The family has two months in which to act."""
        self.la.until(matter, self.la.today + min(self._days(matter, "act"), APPEAL))

    def _days(self, matter: Matter, name: str) -> int:
        days, cv, luck = self._delays[name]
        u = luck(matter, matter.occasion)
        return max(1, round(lognormal(u, days.at(self.la.today), cv)))

    def route(self, matter: Matter) -> str:
        """Mediation, or a certificate; about the placement alone an appeal needs neither."""
        mediate = self._chances[matter.kind].mediate.at(self.la.today)
        if self._route_luck(matter, matter.occasion) < mediate:
            return MEDIATION
        return PLACEMENT_ONLY if matter.kind == "placement" else CERTIFICATE

    def meeting_day(self, matter: Matter) -> int:
        return self.la.today + self._days(matter, "meeting")

    def mediates(self, matter: Matter) -> str:
        """How the mediation ends."""
        matter.mediated = True
        agreed = self._chances[matter.kind].agreed.at(self.la.today)
        return AGREED if self._agreed_luck(matter, matter.occasion) < agreed else NOT_AGREED

    def appeals(self, matter: Matter) -> bool:
        """Whether the family goes on: not always, once a mediation has been held."""
        after = self._chances[matter.kind].appeal_after_mediation.at(self.la.today)
        return not matter.mediated or self._appeal_luck(matter, matter.occasion) < after

    def course_of(self, matter: Matter) -> tuple[str, int, int]:
        """How an appeal registered today will end, on which day, and the day of its hearing."""
        today, chances = self.la.today, self._chances[matter.kind]
        hearing = today + self._days(matter, f"hearing.{matter.kind}")
        settled = today + self._days(matter, "settled")
        u = self._ending_luck(matter, matter.occasion)
        withdrawn = chances.withdrawn.at(today)
        if settled >= hearing or u >= withdrawn + chances.conceded.at(today):
            return HEARD, hearing, hearing
        return (WITHDRAWN if u < withdrawn else CONCEDED), settled, hearing

    def judgment(self, matter: Matter, prepared: bool) -> str:
        """What the Tribunal decides; an authority that has not prepared for the hearing loses."""
        upheld = self._chances[matter.kind].upheld.at(self.la.today)
        wins = not prepared or self._upheld_luck(matter, matter.occasion) < upheld
        return UPHELD if wins else DISMISSED

    def leave_off(self, matter: Matter, *essential: Job | None) -> bool:
        """Withdraw what still waits for the matter; whether the essential jobs had been begun."""
        self.la.casework.cancel(matter)
        return all(job is None or job.state == "started" for job in essential)

    # What the family has won.

    def day_of_move(self, matter: Matter) -> int:
        """Children move in term; a move that is still to come is changed at once."""
        today = self.la.today
        return today if self._is_to_come(matter) else self.la.calendar.next_in_term(today)

    def _is_to_come(self, matter: Matter) -> bool:
        return matter.child.next_setting == matter.named and self.la.today < matter.named_from

    def name_setting(self, matter: Matter) -> None:
        """The plan names the setting that the family wants rather, which must admit the child."""
        child, placing = matter.child, self.la.placing
        wanted = self._wanted(matter)
        if not wanted:  # too old by now for all of them
            return
        rather = Chooser(wanted).choose(self._rather_luck(matter, matter.occasion))
        if self._is_to_come(matter):
            child.next_setting = None
            placing.name_setting_on(matter.named_from, child, rather, must_admit=True)
        else:
            later = child.next_setting
            placing.name_setting(child, rather, must_admit=True)
            child.next_setting = later  # a phase transfer named meanwhile stands

    # Its end.

    def wait_for_end(self, child: Child, matter: Matter | None) -> None:
        """The child's own story goes on when the dispute is over."""
        if matter is None or matter.story is None:
            self.la.until(child, self.la.today)
        else:
            matter.awaited = True

    def close(self, matter: Matter, won: bool) -> None:
        matter.won = won
        child = matter.child
        child.matter = None
        matter.end()
        if matter.awaited:
            self.la.until(child, self.la.today)

    def drop(self, child: Child) -> None:
        """The child leaves: nobody pursues its dispute or complaint."""
        if child.matter is not None:
            self._drop(child.matter)
            child.matter = None
        if self._complaints is not None and (complaint := self._complaints.open.pop(child.number, None)):
            self._drop(complaint)

    def _drop(self, matter: Matter) -> None:
        self.la.casework.cancel(matter)
        matter.end()

    # Complaints.

    def sweep(self, story: MatterStory) -> None:
        """On the first day of a month: families whose cases are long past their limit may complain."""
        if self._complaints is not None:
            self._complaints.sweep(story, self._gain)

    def complaint_is_upheld(self, matter: Matter) -> bool:
        return self._complaints.is_upheld(matter)

    def close_complaint(self, matter: Matter) -> None:
        self._complaints.open.pop(matter.number)
        matter.end()


class Complaints:
    """Complaints about cases past their limit: one a case, at most."""

    def __init__(self, la: LocalAuthority, complaints: ComplaintsSettings, times: Schedule) -> None:
        self.la = la
        self.open: dict[int, Matter] = {}  # by the child's number
        self._complained: set[int] = set()
        self._patience = FINAL_PLAN + complaints.after_weeks * WEEK
        self._per_year, self._upheld = la.steps(complaints.per_year), la.steps(complaints.upheld)
        self._times = la.steps(times)
        self._luck = la.luck.of_children("complaint")
        self._upheld_luck = la.luck.of_few("complaint.upheld")
        la.casework.add_stage(COMPLAINT, complaints.tasks)

    def sweep(self, story: MatterStory, gain: float) -> None:
        la = self.la
        today = la.calendar.date_of(la.today)
        month = today.year * 12 + today.month
        chance = gain * (1 - (1 - self._per_year.at(la.today)) ** (1 / 12)) * self._times.at(la.today)
        overdue_since, luck = la.today - self._patience, self._luck
        complaining = [
            child
            for child in la.cases.values()
            if child.requested < overdue_since
            and child.number not in self._complained
            and luck(child, month) < chance
        ]
        for child in sorted(complaining, key=lambda child: child.number):
            self._complained.add(child.number)
            self.open[child.number] = matter = Matter(child, COMPLAINT, la.today, child.earlier_files)
            matter.story = story(matter, la)
            next(matter.story)

    def is_upheld(self, matter: Matter) -> bool:
        return self._upheld_luck(matter, matter.occasion) < self._upheld.at(self.la.today)
