"""Measures of services beside SEND casework: nights, assistants, beds, care, and a team's cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.event_log import (
    ASSISTANT_FOUND,
    ASSISTANT_LEFT,
    ASSISTANT_SOUGHT,
    BEDS_STAFFED,
    CARE_BEGUN,
    CARE_ENDED,
    CARERS_FROM_AGENCY,
    CARERS_IN_POST,
    FAMILY_BREAKDOWN,
    JOINED_SERVICE,
    LEFT_SERVICE,
    NIGHTS,
    NIGHTS_WANTED,
    TEAM_BEGAN,
    TEAM_ENDED,
    Code,
)
from sim.measures.care import stays_in_care
from sim.measures.groups import labels, table
from sim.measures.records import Records, Rows, numbers_of
from sim.measures.series import Series
from sim.measures.spells import Spells, occupancy
from sim.money.ledger import Ledger
from sim.money.prices import PENCE_A_POUND, price_by_day, price_steps
from sim.money.projects import INTERVENTIONS
from sim.money.services import LONG_TERM, TEAM_LINE, care_prices, fte_by_day
from sim.settings import EdgeOfCare, Intervention, Settings

WAYS = ("home", "direct_payment", "unmet")
SHORT_BREAKS, EDGE_OF_CARE = "short_breaks", "edge_of_care"
FROM_HOME, RETURNED_HOME, AT_HOME = "from_home", "returned_home", "at_home"
REACHED = ["reached=yes", "reached=no"]
SERVICE_EVENTS = (
    *(JOINED_SERVICE, LEFT_SERVICE, CARE_BEGUN, CARE_ENDED, TEAM_BEGAN, TEAM_ENDED),
    *(NIGHTS, NIGHTS_WANTED, ASSISTANT_SOUGHT, ASSISTANT_FOUND, ASSISTANT_LEFT, FAMILY_BREAKDOWN),
    *(BEDS_STAFFED, CARERS_IN_POST, CARERS_FROM_AGENCY),
)
DAYS_A_WEEK, THOUSANDTHS = 7, 1000


def measure_services(series: Series, records: Records, ledger: Ledger, settings: Settings) -> None:
    """Nothing for a service that the settings do not have."""
    if settings.short_breaks is not None:
        count_nights(series, records)
        count_families(series, records)
        count_carers(series, records)
    if settings.edge_of_care is not None:
        count_cases(series, records)
        break_even(series, ledger, settings, settings.edge_of_care)
    if placements := list(care_prices(settings)):
        count_care(series, records, placements)


def count_nights(series: Series, records: Records) -> None:
    """Nights wanted, and how they were met; nights in homes of those staffed."""
    by_way = np.vstack([_sums(records, NIGHTS, way) for way in WAYS])
    series.flow("short_break_nights", labels("way", WAYS), by_way)
    series.flow("short_break_nights", ["all"], _sums(records, NIGHTS_WANTED))
    series.ratio("beds_used_share", ["all"], 100 * by_way[:1], _sums(records, BEDS_STAFFED))


def count_families(series: Series, records: Records) -> None:
    """Children on the offer who live at home, those with an assistant, and families that break down."""
    broken = _count(records, FAMILY_BREAKDOWN)
    gone = _count(records, LEFT_SERVICE, SHORT_BREAKS) - _count(records, CARE_ENDED, LONG_TERM)
    here = _count(records, JOINED_SERVICE, SHORT_BREAKS) - gone - broken
    assistants = _count(records, ASSISTANT_FOUND) - _count(records, ASSISTANT_LEFT)
    series.stock("short_break_children", ["all"], here)
    series.stock("personal_assistants", ["all"], assistants)
    series.flow("assistants_sought", ["all"], _count(records, ASSISTANT_SOUGHT))
    series.flow("family_breakdowns", ["all"], broken)


def count_carers(series: Series, records: Records) -> None:
    """Carers in post and from agencies, a mean over the days of a period."""
    months = series.months
    days = np.pad(np.diff(months.edges), 1)[None] * THOUSANDTHS
    for group, event in (("post=own", CARERS_IN_POST), ("post=agency", CARERS_FROM_AGENCY)):
        fte_days = months.total(fte_by_day(records.of(event), months.days))
        series.ratio("carers_fte", [group], np.pad(fte_days, 1)[None], days)


def count_cases(series: Series, records: Records) -> None:
    """Referrals, the team's open cases, and young people who were never in care before the danger passed."""
    began, ended = _count(records, TEAM_BEGAN), _count(records, TEAM_ENDED)
    series.flow("edge_of_care_referrals", ["all"], _count(records, JOINED_SERVICE, EDGE_OF_CARE))
    series.stock("edge_of_care_cases", ["all"], began - ended)
    left, in_care = records.of(LEFT_SERVICE), _who(records, CARE_BEGUN)
    stayed = _chosen(left, records.codes, lambda code: code.stage == AT_HOME) & ~in_care[left.child]
    reached = _who(records, TEAM_BEGAN)[left.child]
    by_reach = [_bins(records, left, stayed & kind) for kind in (reached, ~reached)]
    series.flow("stayed_home", [*REACHED, "all"], _with_total(np.vstack(by_reach)))


def count_care(series: Series, records: Records, placements: Sequence[str]) -> None:
    """Who comes into care, the weeks spent there, and who goes home again."""
    months, begun, ended = series.months, records.of(CARE_BEGUN), records.of(CARE_ENDED)
    groups = [*labels("placement", placements), "all"]
    stays = stays_in_care(begun, ended, records.codes, placements)
    new = _chosen(begun, records.codes, lambda code: code.stage == FROM_HOME)
    entries = table(stays.kind[new], months.bin_of(stays.first[new]), len(placements), months.bins)
    series.flow("care_entries", groups, _with_total(entries))
    days = [occupancy(_only(stays, number), None, months.days) for number in range(len(placements))]
    weeks = np.vstack([np.pad(months.total(one), 1) for one in days])
    series.flow("care_weeks", groups, _with_total(weeks), DAYS_A_WEEK)
    home = _chosen(ended, records.codes, lambda code: code.stage == RETURNED_HOME)
    kind = numbers_of(records.codes, "resource", placements)[ended.code]
    returned = table(kind[home], months.bin_of(ended.day[home]), len(placements), months.bins)
    series.flow("stepped_down", groups, _with_total(returned))
    with_team = [_bins(records, ended, home & at_work) for at_work in (ended.value > 0, ended.value == 0)]
    series.flow("stepped_down", REACHED, np.vstack(with_team))


def break_even(series: Series, ledger: Ledger, settings: Settings, terms: EdgeOfCare) -> None:
    """How many placements, from a period's first day to its last, cost what the team costs in it: its
    posts, and what the interventions that change it cost in themselves."""
    months, scenario = series.months, next(iter(settings.scenarios.values()))
    makers = {name for name in scenario.interventions if _changes_team(settings.interventions[name])}
    own = [
        account.line == TEAM_LINE or (account.line == INTERVENTIONS and account.detail in makers)
        for account in ledger.accounts
    ]
    cost = np.pad(ledger.by_account()[own].sum(axis=0), 1)[None]
    for name, placement in terms.placements.items():
        steps = price_steps(placement.price_per_week, settings.prices, months.start, months.days)
        pence = months.total(price_by_day(steps)) * PENCE_A_POUND / DAYS_A_WEEK
        series.ratio("break_even_placements", [f"placement={name}"], cost, np.pad(pence, 1)[None])


def _changes_team(intervention: Intervention) -> bool:
    return any(change.path.startswith("edge_of_care.team.") for change in intervention.changes)


def _only(stays: Spells, kind: int) -> Spells:
    return Spells(*(column[stays.kind == kind] for column in stays))


def _count(records: Records, event: str, resource: str = "") -> np.ndarray:
    """How often an event happened, by bin; a table of one line."""
    return records.count(lambda code: code.event == event and resource in ("", code.resource))[None]


def _sums(records: Records, event: str, resource: str = "") -> np.ndarray:
    """What the values of an event add up to, by bin; a table of one line."""
    rows = records.of(event)
    chosen = _chosen(rows, records.codes, lambda code: resource in ("", code.resource))
    return _bins(records, rows, chosen, rows.value)


def _bins(records: Records, rows: Rows, chosen: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    months = records.months
    weight = chosen if weight is None else weight * chosen
    return table(np.zeros(len(rows.day), dtype=np.int64), months.bin_of(rows.day), 1, months.bins, weight)


def _who(records: Records, event: str) -> np.ndarray:
    """Whether each child ever has an event."""
    return np.bincount(records.of(event).child, minlength=records.children) > 0


def _chosen(rows: Rows, codes: Sequence[Code], wanted: Callable[[Code], bool]) -> np.ndarray:
    return np.array([wanted(code) for code in codes], dtype=bool)[rows.code]


def _with_total(by_group: np.ndarray) -> np.ndarray:
    return np.vstack([by_group, by_group.sum(axis=0)])
