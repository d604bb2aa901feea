"""What a return says, once it is read: a case for each request, and what followed from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sim.calendars import academic_year
from sim.settings import AGES


@dataclass(slots=True)
class Stay:
    """Time in a setting; `left` is None while it lasts."""

    setting: str
    entered: date | None
    left: date | None
    rank: int = 1
    row: int = 0


@dataclass(slots=True)
class Case:
    """A request, its assessment, its plan and the life of the plan. None is what the return leaves blank.

    `age` is on the 31 August before the census. The rows say where in the files each part stands.
    """

    age: int
    received: date | None = None
    source: str | None = None
    outcome: str | None = None
    decided: date | None = None
    request_mediation: bool = False
    request_tribunal: bool = False
    assessed: bool = False
    assessment_outcome: str | None = None
    assessment_decided: date | None = None
    assessment_mediation: bool = False
    assessment_tribunal: bool = False
    other_mediation: bool = False
    other_tribunal: bool = False
    exception: bool | None = None
    has_plan: bool = False
    began: date | None = None
    ceased: date | None = None
    reason: str | None = None
    named: str | None = None
    active: bool = False
    transferred_in: bool = False
    met: date | None = None
    review_outcome: str | None = None
    review_decided: date | None = None
    last_review: date | None = None
    transfer_due: date | None = None
    """By when the plan must name the setting of the next phase; may be after the census."""
    need: str | None = None
    stays: list[Stay] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def setting(self) -> str | None:
        """Where the child is at the census: the first of the placements that have not ended."""
        now = [stay for stay in self.stays if stay.left is None]
        return min(now, key=lambda stay: stay.rank).setting if now else None

    @property
    def is_new_plan(self) -> bool:
        """A first plan made here: not one from before the collection's year, or from elsewhere."""
        return self.began is not None and not self.transferred_in and self.assessment_outcome != "historical"


@dataclass
class Return:
    """One collection: the cases, the census date, and what was met on the way in."""

    census: date
    cases: list[Case]
    files: dict[str, str]
    """The file of each table."""
    rows: dict[str, int]
    dropped: dict[str, list[str]]
    """Headings that were not read, by file."""
    warnings: list[str]
    unknown_settings: int = 0
    says_no_exception: bool = False
    """Whether exceptions are answered yes and no, so that a blank is a plan outside the 20-week count."""

    @property
    def collection(self) -> int:
        return self.census.year

    @property
    def year(self) -> int:
        """The calendar year whose activity is returned."""
        return self.census.year - 1

    def age_on(self, case: Case, day: date) -> int:
        """Age on the 31 August before a day, 0 to 25."""
        return min(max(case.age + academic_year(day) - academic_year(self.census), 0), AGES - 1)
