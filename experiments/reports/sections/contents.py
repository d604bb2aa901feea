"""The sections of the report in the order a committee asks.

Each function takes the stored results and returns the charts and tables of one section; a measure
the run did not keep leaves its chart out. Headlines and sentences are worked out from the same
small table that is drawn, so words and pictures cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.reports.charts import Chart
from experiments.reports.sections.assessments import backlog, plans, requests, timeliness, waits
from experiments.reports.sections.costs import account, cost, delay
from experiments.reports.sections.disputes import disputes
from experiments.reports.sections.fairness import who_waits_longer
from experiments.reports.sections.other_services import edge_of_care, short_breaks
from experiments.reports.sections.people import coming_and_going, reviews, staff
from experiments.reports.sections.school_places import needed, places
from experiments.reports.stored_results import StoredResults
from experiments.reports.tables import Table

SECTIONS: tuple[tuple[str, str, Callable[[StoredResults], Sequence[Chart | Table]]], ...] = (
    ("plans", "Plans", plans),
    ("requests", "Requests and decisions", requests),
    ("backlog", "Backlog", backlog),
    ("timeliness", "The 20-week rate and the cases still open", timeliness),
    ("waits", "Waits", waits),
    ("fairness", "Who waits longer", who_waits_longer),
    ("disputes", "Disputes", disputes),
    ("staff", "Staff", staff),
    ("people", "People coming and going", coming_and_going),
    ("reviews", "Annual reviews", reviews),
    ("places", "Places", places),
    ("needed", "Places needed and commissioned", needed),
    ("short-breaks", "Short breaks", short_breaks),
    ("edge-of-care", "Young people at the edge of care", edge_of_care),
    ("cost", "Cost", cost),
    ("account", "The high needs account", account),
    ("delay", "Cost of delay beside the cost of each option", delay),
)


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    parts: Sequence[Chart | Table]

    @property
    def charts(self) -> list[Chart]:
        return [part for part in self.parts if isinstance(part, Chart)]


def all_sections(results: StoredResults) -> list[Section]:
    """The sections that have anything to show."""
    made = [Section(id, title, make(results)) for id, title, make in SECTIONS]
    return [section for section in made if section.parts]
