"""HR establishment: a row for each post, filled, vacant or agency.

post_number        the post's own number, to find posts that are there twice; dropped after that. Not a
                   person's name, payroll or National Insurance number: those are refused
pool               the config's staff pool; or `job_title`, with a second file of `job_title,pool`
fte                contracted, 0.01 to 1 of a full-time post (not hours a week)
start_date         first day; end_date: last day, blank while the post goes on
vacant, agency     yes or no; an agency person in a vacant post is a row of their own
cost_per_fte_year  optional; GBP a year for a full-time post with on-costs; for an agency row what the
                   agency asks for a full-time year
cost_is            optional; `person` (what the holder is paid, the default) or `grade` (a published scale)
fund               optional; general_fund, dsg or nhs
as_at              the day of the extract, the same on every row
complete_from      optional; the day from which leavers are in the file too. Without it nothing before
                   `as_at` is made of the file: a list of those in post now is no history

Becomes `staff_pools.<pool>`: fte (posts filled) and agency_fte by date, cost_per_fte_year (mean by FTE),
agency_cost_per_day (a 220th of the yearly cost) and fund.

Pay is personal data. The mean of a pool is only written for three posts or more, or if all of it is of
grades, and to the nearest 100 pounds; no lowest, highest or total pay is ever written. Hours are: a team
cannot be planned without them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from pathlib import Path
from typing import Any, NamedTuple

from experiments.evidence.columns import Column, Reader, Refused, day, heading_key, number, one_of, text
from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.sheets import read_sheet
from experiments.evidence.tables.base import NOT_RESTATED, Base, at_base_prices, in_prices_of
from experiments.evidence.tables.layer import sourced
from experiments.evidence.tables.reading import (
    Imported,
    Line,
    Table,
    code,
    known_as,
    read_table,
    refuse,
    same_everywhere,
    yes_no,
)
from experiments.evidence.tables.spans import (
    FIRST_DAY,
    LAST_DAY,
    Steps,
    by_date,
    ends_before_it_begins,
    in_force,
    plain_or_dated,
    there_twice,
)
from sim.config.faults import counted

POOLS = (
    "ep",
    "casework_officer",
    "review_officer",
    "send_manager",
    "business_support",
    "tribunal_officer",
    "ot",
)
"""Pools of the shipped configs; a config that is named may have others."""
POOLS_CALLED = {"educational psychologist": "ep", "occupational therapist": "ot"}
FUNDS = ("general_fund", "dsg", "nhs")
FUNDS_CALLED = {"council": "general_fund", "high needs block": "dsg", "high needs": "dsg"}
FEWEST_PAID = 3
"""Posts whose mean pay may be written."""
ROUNDED_TO = 100
AGENCY_DAYS_A_YEAR = 220
DATES = ("start_date", "end_date")
POST = r"(?=[^0-9]*[0-9])(?![A-Za-z]{2}\d{6}[A-Za-z]$)[A-Za-z0-9./-]{1,20}"
"""A National Insurance number has this form too, and is refused."""
POST_RULE = "must be a post number: letters, digits and - / . with at least one digit, 20 at most"


class Pay(NamedTuple):
    """A mean by FTE and the posts it is of; no mean where it is not known or may not be written."""

    mean: float | None
    posts: int
    unknown: int
    people: int
    """Posts of which the cost is what somebody is paid, not a grade's."""

    @property
    def withheld(self) -> bool:
        return 0 < self.people < FEWEST_PAID


@dataclass(frozen=True)
class Team:
    """What the file says of one pool: posts of each kind, FTE by date, pay on the day of the extract."""

    pool: str
    as_at: date
    own: list[Line]
    agency: list[Line]
    vacant: list[Line]
    fte: Steps
    agency_fte: Steps
    vacant_fte: Steps
    pay: Pay
    agency_pay: Pay

    @property
    def lines(self) -> list[Line]:
        return [*self.own, *self.agency, *self.vacant]

    def now(self, lines: Sequence[Line]) -> list[Line]:
        return in_force(lines, self.as_at, DATES)


def read_establishment(files: Sequence[Path], base: Base | None = None) -> Imported:
    """Staff by pool from HR establishments; one of the files may be a map from job titles to pools."""
    maps = [path for path in files if _maps_titles(path)]
    known = known_as(
        list(dict.fromkeys([*POOLS, *(base.settings.staff_pools if base else ())])), POOLS_CALLED
    )
    titles = read_table(maps, [Column("job_title", text()), Column("pool", known)]) if maps else Table()
    pools = {heading_key(line["job_title"]): line["pool"] for line in titles.lines}
    table = read_table(
        [path for path in files if path not in maps], _columns(_pool_of(pools) if maps else known, bool(maps))
    )
    table.files |= titles.files
    as_at, faults = same_everywhere(table.lines, "as_at")
    complete_from, more = same_everywhere(table.lines, "complete_from")
    refuse([*faults, *more, *_between_rows(table.lines)])
    names = sorted({line["pool"] for line in table.lines})
    teams = [_team(name, table.lines, as_at, complete_from or as_at) for name in names]
    return _imported(table, teams, base)


def _maps_titles(path: Path) -> bool:
    """Is it a map of job titles? What is wrong with a file is told when it is read as an establishment."""
    try:
        headings = read_sheet(path, may_be_empty=True).header
    except DataError:
        return False
    return {heading_key(heading) for heading in headings} == {"jobtitle", "pool"}


def _pool_of(titles: Mapping[str, str]) -> Reader:
    def read(cell: str) -> str:
        if heading_key(cell) not in titles:
            raise Refused("must be a job title that the map of job titles has")
        return titles[heading_key(cell)]

    return read


def _columns(pool: Reader, by_title: bool) -> list[Column]:
    dates, cost = day(FIRST_DAY, LAST_DAY), number(5_000, 500_000, "GBP a year")
    fund, titles = known_as(FUNDS, FUNDS_CALLED), ("job_title", "role", "post_title")
    return [
        Column("post_number", code(POST, POST_RULE), aliases=("post", "position_number"), private=True),
        Column("pool", pool, aliases=titles if by_title else ()),
        Column("fte", number(0.01, 1, "FTE for one post"), aliases=("contracted_fte",)),
        Column("start_date", dates, aliases=("start", "from")),
        Column("end_date", dates, may_be_blank=True, aliases=("end", "until")),
        Column("vacant", yes_no(), aliases=("vacancy",)),
        Column("agency", yes_no()),
        Column("cost_per_fte_year", cost, False, may_be_blank=True, aliases=("cost",), private=True),
        Column("cost_is", one_of(("person", "grade")), required=False, may_be_blank=True),
        Column("fund", fund, required=False, may_be_blank=True),
        Column("as_at", dates, aliases=("extract_date",)),
        Column("complete_from", dates, required=False, may_be_blank=True),
    ]


def _between_rows(lines: Sequence[Line]) -> list[DataFault]:
    both = [line for line in lines if line["vacant"] and line["agency"]]
    rule = "'yes', and vacant too; write the vacant post and the agency person on two rows"
    late = [line for line in lines if line["complete_from"] and line["complete_from"] > line["as_at"]]
    return [
        *(line.fault("agency", rule) for line in both),
        *(line.fault("complete_from", f"{line['complete_from']}, must not be after as_at") for line in late),
        *ends_before_it_begins(lines, DATES),
        *there_twice(lines, lambda line: line["post_number"].upper(), "post_number", "the same post", DATES),
    ]


def _team(pool: str, lines: Sequence[Line], as_at: date, since: date) -> Team:
    """`since` is the day from which the file is complete."""
    posts = [line for line in lines if line["pool"] == pool]
    vacant = [line for line in posts if line["vacant"]]
    agency = [line for line in posts if line["agency"]]
    own = [line for line in posts if not line["vacant"] and not line["agency"]]

    def steps(some: list[Line]) -> Steps:
        return by_date(some, _fte, since, DATES) if some else {}

    def pay(some: list[Line]) -> Pay:
        return _pay(in_force(some, as_at, DATES))

    # A pool that is in the file with vacant posts or agency people alone has nobody in post.
    fte = steps(own) or {since: 0.0}
    paid = pay(own), pay(agency)
    return Team(pool, as_at, own, agency, vacant, fte, steps(agency), steps(vacant), *paid)


def _fte(lines: Sequence[Line]) -> float:
    return round(fsum(line["fte"] for line in lines), 3)


def _pay(posts: Sequence[Line]) -> Pay:
    """The mean to the nearest 100 pounds, unless it would tell what one or two people are paid."""
    known = [line for line in posts if line["cost_per_fte_year"] is not None]
    people = sum(line["cost_is"] != "grade" for line in known)
    told = Pay(None, len(known), len(posts) - len(known), people)
    if not known or told.withheld:
        return told
    pounds = fsum(line["fte"] * line["cost_per_fte_year"] for line in known)
    return told._replace(mean=round(pounds / fsum(line["fte"] for line in known) / ROUNDED_TO) * ROUNDED_TO)


def _imported(table: Table, teams: Sequence[Team], base: Base | None) -> Imported:
    layer = {team.pool: _settings(team, base) for team in teams}
    warnings = [warning for team in teams for warning in _warnings(team)]
    if base is None and any("cost_per_fte_year" in pool for pool in layer.values()):
        warnings.append(NOT_RESTATED)
    tidy = [row for team in teams for row in _tidy(team)]
    return Imported(table, {"staff_pools": layer}, tidy, [_words(team) for team in teams], warnings)


def _settings(team: Team, base: Base | None) -> dict[str, Any]:
    """The pool as the config has it."""
    source = f"HR establishment as at {team.as_at}"
    vacant = f"{counted(len(team.now(team.own)), 'post')} filled, {_fte(team.now(team.vacant)):g} FTE vacant"
    entries: dict[str, Any] = {"fte": sourced(plain_or_dated(team.fte), f"{source}: {vacant}")}
    if team.agency_fte:
        people = f"{source}: {counted(len(team.now(team.agency)), 'person', 'people')} from agencies"
        entries["agency_fte"] = sourced(plain_or_dated(team.agency_fte), people)
    for name, pay, parts in (
        ("cost_per_fte_year", team.pay, 1),
        ("agency_cost_per_day", team.agency_pay, AGENCY_DAYS_A_YEAR),
    ):
        if pay.mean is not None:
            whose = "mean" if pay.people else "grades, mean"
            what = f"{source}: {whose} of {counted(pay.posts, 'post')}, yearly cost to the nearest 100 GBP"
            pounds = round(at_base_prices(pay.mean / parts, team.as_at, base))
            entries[name] = sourced(pounds, f"{what}, {in_prices_of(base)}")
    funds = _fte_by_fund(team)
    return entries | ({"fund": max(sorted(funds), key=funds.__getitem__)} if funds else {})


def _fte_by_fund(team: Team) -> dict[str, float]:
    funds = sorted({line["fund"] for line in team.lines if line["fund"]})
    return {fund: _fte([line for line in team.lines if line["fund"] == fund]) for fund in funds}


def _tidy(team: Team) -> list[dict[str, Any]]:
    ftes = {"fte": team.fte, "agency_fte": team.agency_fte, "vacant_fte": team.vacant_fte}
    rows = [
        {"pool": team.pool, "quantity": name, "from": first, "value": value, "posts": None}
        for name, steps in ftes.items()
        for first, value in steps.items()
    ]
    pays = {"cost_per_fte_year": team.pay, "agency_cost_per_fte_year": team.agency_pay}
    return rows + [
        {"pool": team.pool, "quantity": name, "from": team.as_at, "value": pay.mean, "posts": pay.posts}
        for name, pay in pays.items()
        if pay.mean is not None
    ]


def _words(team: Team) -> str:
    kinds = {"in post": team.own, "agency": team.agency, "vacant": team.vacant}
    told = [f"{_fte(team.now(some)):g} FTE {kind}" for kind, some in kinds.items()]
    return f"{team.pool}: {', '.join(told)}"


def _warnings(team: Team) -> list[str]:
    told = []
    for what, pay in (("pay", team.pay), ("the price of agency people", team.agency_pay)):
        if pay.withheld:
            rule = f"fewer than {FEWEST_PAID} posts; give the cost of the grade, with cost_is grade"
            told.append(f"{team.pool}: {what} is not written: {rule}")
        elif pay.mean is not None and pay.unknown:
            posts = counted(pay.posts, "post")
            told.append(f"{team.pool}: {what} is known for {posts} and not for {pay.unknown}")
    funds = _fte_by_fund(team)
    if len(funds) > 1:
        told.append(f"{team.pool}: paid from {' and '.join(funds)}; a pool has one fund, that of most FTE")
    last = max(team.fte)
    if team.fte[last] == 0 and len(team.fte) > 1:
        told.append(f"{team.pool}: every post ends; nobody is left from {last}")
    return told
