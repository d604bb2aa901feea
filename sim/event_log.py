"""What happened, as typed columns: the one record that leaves the engine.

A row is (minute, child, code, value), four 32-bit integers. `minute` counts from the start of
the run (negative for what happened before it), `child` is a number or NOBODY, `code` stands for
(event, stage, resource, unit) and `value` is in that unit. One more row of columns describes
each child. Every measure is computed from these two tables and nothing is reset during a run.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import date

import numpy as np

NOBODY = -1

# The life of a request and of a case: each closes one stage and opens the next.
REQUESTED = "requested"  # opens stage deciding_to_assess
AGREED = "agreed_to_assess"  # opens stage advice
REFUSED = "refused_to_assess"
ADVICE_COMPLETE = "advice_complete"  # opens stage deciding_to_issue
AGREED_TO_ISSUE = "agreed_to_issue"  # opens stage drafting
NOT_ISSUED = "refused_to_issue"
DRAFT_SENT = "draft_sent"  # opens stage finalising
PLAN_ISSUED = "plan_issued"  # value 1 = exception recorded, 2 = outside the return, 3 = both
WITHDRAWN = "withdrawn"  # stage = where the case stood, resource = reason
ADVICE_ASKED = "advice_asked"  # stage = body
ADVICE_RECEIVED = "advice_received"  # stage = body

# The life of a plan.
OPENING_PLAN = "opening_plan"  # a plan in force at the start of the run
TRANSFERRED_IN = "transferred_in"
PLAN_CEASED = "plan_ceased"  # resource = reason
REVIEW_DUE = "review_due"  # the anniversary by which the review must be done
REVIEW_HELD = "review_held"
REVIEW_DECIDED = "review_decided"  # stage = maintain, amend, cease; value = days from the meeting
REVIEW_LAPSED = "review_lapsed"  # not held, or overtaken by the next review
PLAN_AMENDED = "plan_amended"  # value = days from the meeting
TRANSFER_DUE = "phase_transfer_due"  # stage = school_entry, secondary, post_16; on the legal date
TRANSFER_NAMED = "phase_transfer_named"  # final amended plan; value = days after the legal date
BREAKDOWN = "placement_breakdown"  # resource = setting

# Places. A spell in a setting lasts until the next PLACED or PLAN_CEASED of the child.
PREFERRED = "setting_preferred"  # stage = agreed or refused; resource = the setting the family prefers
PLACE_WANTED = "place_wanted"  # resource = setting; the child starts to wait for it
PLACE_NOT_WANTED = "place_no_longer_wanted"
SENT_ELSEWHERE = "sent_elsewhere"  # resource = the full setting; the child goes by its when_full
PLACED = "placed"  # resource = setting, value = price multiplier in thousandths

# Statements of SEN and learning difficulty assessments: stage = which.
STATEMENT = "statement"  # a plan of the start that is one still
CONVERSION_BEGUN = "conversion_begun"  # value = days until the plan is due
CONVERTED = "converted"  # value = days after that

# Case reviews.
CASE_REVIEWED = "case_reviewed"  # stage = outcome, resource = programme; value = days since it was begun
PRICE_CUT = "price_cut"  # resource = setting, value = the price multiplier from now on, in thousandths
PRICE_RESTORED = "price_restored"  # the same, after the family has won

# Disputes: stage = the decision in dispute (refusal_to_assess, refusal_to_issue, contents, amended,
# placement, ceasing, refusal_to_amend).
DISPUTED = "disputed"  # resource = mediation, certificate or placement_only; value = days since the decision
MEDIATED = "mediated"  # resource = agreed or not_agreed
APPEALED = "appeal_registered"
APPEAL_ENDED = "appeal_ended"  # resource = withdrawn, conceded, upheld or dismissed; value = days since
REINSTATED = "assessment_reinstated"  # a refused child's new file; value = days until its plan is due
REOPENED_AS = "reopened_as"  # in the refused child's file: value = the number of the new one
ORDER_MET = "order_met"  # what the family won is done; value = days after its own legal limit
COMPLAINED = "complained"
REMEDIED = "complaint_upheld"
REPORT_BOUGHT = "report_bought"  # stage = what for, resource = the overloaded pool

# Work and meetings.
QUEUED = "queued"  # stage, resource = pool, value = minutes of work
STARTED = "work_started"
FINISHED = "work_finished"
CANCELLED = "work_cancelled"
PANEL_JOINED = "panel_joined"  # stage = panel
PANEL_HEARD = "panel_heard"

# Staff, a row a pool and month, logged on the month's first day, child = NOBODY.
MINUTES_AVAILABLE = "minutes_available"
MINUTES_USED = "minutes_used"
FTE_DAYS = "fte_days"  # contracted FTE summed over the month's calendar days, in thousandths
AGENCY_FTE_DAYS = "agency_fte_days"
VACANT_FTE_DAYS = "vacant_fte_days"  # of posts whose holder has left
TRAINEE_FTE_DAYS = "trainee_fte_days"
SICK_MINUTES = "minutes_sick"  # lost to long spells of sickness
INDUCTION_MINUTES = "minutes_inducting"  # lost to induction, the newcomer's and the colleague's
PREVENTIVE_MINUTES = "minutes_preventive"  # there for preventive work
PREVENTIVE_LOST = "minutes_preventive_lost"  # of these, given up to statutory work
# On the day: resource = pool, child = NOBODY, value = thousandths of a post.
LEFT_POST = "left_post"
STARTED_POST = "started_post"

# Services beside SEND casework: resource = the service, short_breaks or edge_of_care.
JOINED_SERVICE = "joined_service"  # stage = how
LEFT_SERVICE = "left_service"  # stage = why
CARE_BEGUN = "care_begun"  # stage = from_home or at_referral, resource = the kind of care;
# value = price multiplier in thousandths
CARE_ENDED = "care_ended"  # stage = why, resource = the kind of care; value 1 = a team was at work
TEAM_BEGAN = "team_began"  # a team begins to work with a young person
TEAM_ENDED = "team_ended"
NIGHTS_WANTED = "nights_wanted"  # in a week from this day; value = nights
NIGHTS = "nights"  # resource = home, direct_payment or unmet; value = nights of the same week
ASSISTANT_SOUGHT = "assistant_sought"  # a family looks for a personal assistant
ASSISTANT_FOUND = "assistant_found"
ASSISTANT_LEFT = "assistant_left"
FAMILY_BREAKDOWN = "family_breakdown"
# A row a week, on its first day, child = NOBODY; sums over the days of the week.
BEDS_STAFFED = "beds_staffed"  # beds for short breaks times days
CARERS_NEEDED = "carers_needed"  # FTE times days, in thousandths
CARERS_IN_POST = "carers_in_post"
CARERS_FROM_AGENCY = "carers_from_agency"
# A row a month, on its first day.
TEAM_FTE_DAYS = "team_fte_days"  # in thousandths

CASE_STAGES = ("deciding_to_assess", "advice", "deciding_to_issue", "drafting", "finalising")
"""Every open case is in exactly one of these."""
STAGE_OPENED_BY = dict(
    zip((REQUESTED, AGREED, ADVICE_COMPLETE, AGREED_TO_ISSUE, DRAFT_SENT), CASE_STAGES, strict=True)
)
FILE_OPENED_BY = (REQUESTED, REINSTATED)
"""What opens a case; a refused child whose assessment is reinstated has a second file."""
CASE_CLOSED_BY = (REFUSED, NOT_ISSUED, PLAN_ISSUED, WITHDRAWN)
PLAN_OPENED_BY = (OPENING_PLAN, TRANSFERRED_IN, PLAN_ISSUED)
SERVICES = ("short_breaks", "edge_of_care")
"""Services beside SEND casework; a child of one has its name as origin, and no need or source."""


@dataclass(frozen=True, slots=True)
class Code:
    """What the third column of a row means."""

    event: str
    stage: str = ""
    resource: str = ""
    unit: str = ""


class EventLog:
    """Rows of (minute, child, code, value) and one row of columns for each child."""

    def __init__(self, start: date, days: int) -> None:
        self.start = start
        self.days = days
        self.codes: list[Code] = []
        self._numbers: dict[Code, int] = {}
        self._cells = array("i")
        self._fresh: list[int] = []  # a list takes a row several times faster than an array does
        self.write = self._fresh.extend  # write((minute, child, code, value)): the hot path
        self.children: dict[str, list | array] = {
            "need": [],  # SEN2 code
            "cohort": array("h"),  # age on 31 August of year Y is Y - cohort
            "district": [],
            "source": [],
            "origin": [],  # request, opening_case, opening_plan, transferred_in, reinstated, or a service
        }

    def code(self, event: str, stage: str = "", resource: str = "", unit: str = "") -> int:
        """The number that stands for this event, stage, resource and unit."""
        wanted = Code(event, stage, resource, unit)
        number = self._numbers.get(wanted)
        if number is None:
            number = self._numbers[wanted] = len(self.codes)
            self.codes.append(wanted)
        return number

    def describe(self, *values: str | int) -> None:
        """One more child: its need, cohort, district, source and origin."""
        for column, value in zip(self.children.values(), values, strict=True):
            column.append(value)

    def settle(self) -> None:
        """Move what was written since the last call to where it takes little memory."""
        self._cells.fromlist(self._fresh)
        self._fresh.clear()

    def rows(self) -> np.ndarray:
        """All rows, shape (rows, 4), int32, in the order they were written."""
        if self._fresh:
            self.settle()
        return np.frombuffer(self._cells, dtype=np.int32).reshape(-1, 4)
