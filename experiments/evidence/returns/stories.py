"""One person's part of a simulated return: what had happened by the census, and no more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from experiments.evidence.returns.codes import PRIMARY_NEEDS
from experiments.evidence.returns.dialects import MODULES
from experiments.evidence.returns.run_events import Person
from experiments.evidence.returns.writing import Record, where
from sim import event_log as log
from sim.luck import key_of, uniform

SOURCE_CODES = {
    "early_years": "1",
    "school": "2",
    "college": "3",
    "parent": "4",
    "young_person": "5",
    "health": "6",
    "social_care": "7",
}
OTHER_SOURCE = "8"
REASON_CODES = {
    "maximum_age": "1",
    "needs_met": "2",
    "ceased_at_review": "2",
    "transferred_out": "5",
    "left_education": "6",
    "died": "8",
}
OTHER_REASON = "9"
REVIEW_CODES = {"maintain": "M", "amend": "A", "cease": "C"}
MARK_OF_TRANSFER = "000"
REVIEW_PERIOD = timedelta(365)
LAST_DUE = (3, 31)
"""Month and day of the last legal date of transfers prepared in the autumn before."""


class Story:
    """One person's part of the return: what had happened by the census."""

    def __init__(self, person: Person, census: date) -> None:
        self.person = person
        self.census = census
        self.first_day = date(census.year - 1, 1, 1)
        self.future = [each for each in person.events if each.day > census]
        person.events = [each for each in person.events if each.day <= census]
        self.plan = person.first(log.PLAN_ISSUED, log.OPENING_PLAN, log.TRANSFERRED_IN)
        self.end = person.first(log.PLAN_CEASED)
        self.issued = self.plan is not None and self.plan.event == log.PLAN_ISSUED
        self.historical = self.plan is not None and (not self.issued or self.plan.day < self.first_day)

    @property
    def is_returned(self) -> bool:
        """Whether anything of this request or plan was open, or happened, since the year began."""
        if not self.person.events:
            return False
        if self.plan is not None:
            return self.end is None or self.end.day >= self.first_day
        steps = self.person.all(log.REFUSED, log.NOT_ISSUED, log.WITHDRAWN)
        still_open = len(steps) <= len(self.person.all(log.REOPENED_AS))
        return still_open or self._disputed_in_year() or max(each.day for each in steps) >= self.first_day

    def write(self, tables: dict[str, list[Record]], born: date) -> None:
        """Add this person's rows to the tables."""
        person_id = add_row(tables, "person", personbirthdate=born)
        request = add_row(tables, "requests", persontableid=person_id, **self._request())
        if self.plan is not None or self._was_assessed():
            assessment = add_row(tables, "assessment", requeststableid=request, **self._assessment())
            if self.plan is not None:
                plan = add_row(tables, "namedplan", assessmenttableid=assessment, **self._named_plan())
                if self.issued and (named := self._named_setting()):
                    add_row(tables, "plandetail", namedplantableid=plan, placementrank=1, **where(named))
        if self.plan is not None and self.end is None:
            self._write_active(tables, request)

    def _request(self) -> Record:
        if self.historical:
            return {"requestoutcome": "H", **self._flags("request", "refusal_to_assess")}
        received = self.person.first(log.REQUESTED)
        decided = self.person.first(log.AGREED, log.REFUSED) or self.person.first(log.WITHDRAWN)
        codes = {log.AGREED: "Y", log.REFUSED: "N", log.WITHDRAWN: "W"}
        return {
            "receiveddate": received and received.day,
            "requestsource": SOURCE_CODES.get(self.person.source, OTHER_SOURCE),
            "requestoutcome": codes[decided.event] if decided else "A",
            "requestoutcomedate": decided and decided.day,
            **self._flags("request", "refusal_to_assess"),
        }

    def _was_assessed(self) -> bool:
        return bool(self.person.first(log.AGREED, log.REOPENED_AS))

    def _assessment(self) -> Record:
        flags = {**self._flags("assessment", "refusal_to_issue"), **self._flags("other")}
        if self.historical:
            return {"assessmentoutcome": "H", **flags}
        decided = self.person.first(log.AGREED_TO_ISSUE, log.NOT_ISSUED)
        withdrawn = self.person.first(log.WITHDRAWN)
        if withdrawn and not (decided and decided.event == log.NOT_ISSUED):
            decided = withdrawn
        codes = {log.AGREED_TO_ISSUE: "Y", log.NOT_ISSUED: "N", log.WITHDRAWN: "W"}
        facts = self.plan.value if self.plan is not None else 0
        return {
            "assessmentoutcome": codes[decided.event] if decided else "A",
            "assessmentoutcomedate": decided and decided.day,
            "week20": "" if facts & 2 else facts & 1,
            **flags,
        }

    def _flags(self, which: str, *disputed: str) -> Record:
        """Whether a mediation was held or an appeal registered in the year; of no decision: of any other."""
        own = ("refusal_to_assess", "refusal_to_issue")
        return {
            f"{which}{column}": int(
                any(
                    self.first_day <= each.day < date(self.census.year, 1, 1)
                    and (each.stage in disputed if disputed else each.stage not in own)
                    for each in self.person.all(kind)
                )
            )
            for column, kind in (("mediation", log.MEDIATED), ("tribunal", log.APPEALED))
        }

    def _disputed_in_year(self) -> bool:
        kinds = ("refusal_to_assess", "refusal_to_issue")
        return any(any(self._flags(which, *kinds).values()) for which in ("request", "other"))

    def _named_plan(self) -> Record:
        assert self.plan is not None
        return {
            "startdate": None if self.plan.event == log.OPENING_PLAN else self.plan.day,
            "ceasedate": self.end and self.end.day,
            "ceasereason": self.end and REASON_CODES.get(self.end.resource, OTHER_REASON),
        }

    def _named_setting(self) -> str | None:
        """The setting in the plan when it was issued: the one waited for, the full one, or where it went."""
        assert self.plan is not None
        then = [each for each in self.person.events if each.minute == self.plan.minute]
        for kind in (log.SENT_ELSEWHERE, log.PLACE_WANTED, log.PLACED):
            found = next((each.resource for each in then if each.event == kind), None)
            if found:
                return found
        return None

    def _write_active(self, tables: dict[str, list[Record]], request: int) -> None:
        active = add_row(tables, "activeplans", requeststableid=request, **self._reviews())
        placed = self.person.all(log.PLACED)
        ends = [*(each.day for each in placed[1:]), None]
        for each, left in zip(placed, ends, strict=True):
            if left is None or (left >= self.first_day and left > each.day):
                place = {
                    **where(each.resource),
                    "placementrank": 1,
                    "entrydate": each.day,
                    "leavingdate": left,
                }
                add_row(tables, "placementdetail", activeplanstableid=active, **place)
        need = self.person.need if self.person.need in PRIMARY_NEEDS else "OTH"
        add_row(tables, "senneed", activeplanstableid=active, sentype=need, sentyperank=1)

    def _reviews(self) -> Record:
        """The last review: met in the year, or the day of the last one before it."""
        assert self.plan is not None
        moved_in = self.plan.event == log.TRANSFERRED_IN and self.plan.day.year == self.first_day.year
        decisions = {each.day - timedelta(each.value): each for each in self.person.all(log.REVIEW_DECIDED)}
        meetings = [each.day for each in self.person.all(log.REVIEW_HELD)] + list(decisions)
        last = max(meetings) if meetings else self._review_before_the_run()
        record: Record = {
            "transferla": MARK_OF_TRANSFER if moved_in else "",
            "lastreview": last,
            "phasetransferduedate": self._transfer_due(),
        }
        if last and last >= self.first_day:
            decided = decisions.get(last)
            record |= {
                "reviewmeeting": last,
                "reviewoutcome": decided and REVIEW_CODES[decided.stage],
                "reviewoutcomedate": decided and decided.day,
                "reviewdraft": decided.day if decided and decided.stage == "amend" else None,
            }
        return record

    def _transfer_due(self) -> date | None:
        """The legal date of the transfer that is being prepared, or was in the year."""
        due = [each.day for each in (*self.person.events, *self.future) if each.event == log.TRANSFER_DUE]
        within = [day for day in due if self.first_day <= day <= date(self.census.year, *LAST_DUE)]
        return max(within, default=None)

    def _review_before_the_run(self) -> date | None:
        """A year before the first review that fell due, for a plan that was there on the opening day."""
        due = next(
            (each for each in (*self.person.events, *self.future) if each.event == log.REVIEW_DUE), None
        )
        if self.plan is None or self.plan.event != log.OPENING_PLAN or due is None:
            return None
        return due.day - REVIEW_PERIOD


def add_row(tables: dict[str, list[Record]], name: str, **values: Any) -> int:
    """Add a row; gives its key, which is its number."""
    rows = tables[name]
    rows.append({MODULES[name].key.name: len(rows) + 1, **values})
    return len(rows)


def birth_date(person: Person, census: date, seed: str) -> date:
    """A day of the child's school year, from 1 September to 31 August, drawn by its number."""
    first = date(person.cohort - 1, 9, 1)
    days = min((date(person.cohort, 8, 31) - first).days + 1, (census - first).days)
    return first + timedelta(int(uniform(key_of("birth_date", seed, person.number)) * days))
