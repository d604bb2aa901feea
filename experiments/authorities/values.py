"""Everything that a config of one authority says of its own, from the figures of one January."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from experiments.authorities import demand, margins, staffing
from experiments.authorities.figures import Estimate, Figures
from experiments.authorities.leaving import RESIDUAL, leaving
from experiments.errors import InputError
from experiments.evidence.library import MANY
from sim.config.faults import Place
from sim.config.parameters import plain
from sim.config.yaml_nodes import parse
from sim.settings import age_band

ENGLAND_FILE = Path(__file__).resolve().parents[2] / "configs" / "england.yaml"
YEARS = 5.25
"""To the January census five years on, as in councils' financial strategies and deficit management plans."""
REFUSAL_SPREAD = 0.2
"""Either way: an authority's share refused moves by 0.09 from one year to the next (standard deviation over
146 authorities, 2017 to 2020)."""
SPARE_PLACES = 1.05
SETTINGS_WITH_PLACES = ("resourced_provision", "state_special")
WEEKS_IN_TERM = 39
PANEL_ROOM = 2.0
EXCEPTIONS = ("timeliness_denominator_excl", "timeliness_denominator_incl", "exceptions to the 20 weeks")
OUTSIDE = ("timeliness_denominator_incl", "plans_issued", "plans outside the 20-week return")
RESIDUAL_SOURCE = "SEN2, plans and new plans 2017-2021: authorities' net leaving scatters by 3 % of plans"


def values(figures: Figures) -> dict[str, Any]:
    """What the template is filled with: numbers, and beside each where it comes from."""
    national = england()
    january, year = figures.january, figures.last_year
    people, people_source = _people(figures)
    asked = demand.requests(figures)
    rates, rates_source = demand.rates_per_1000(figures, people[min(people)], asked.value)
    by_age, by_age_source = margins.plans_by_age(figures)
    by_need, by_need_source = margins.plans_by_need(figures, sum(by_age), national["plans_by_need"])
    by_setting, by_setting_source = margins.plans_by_setting(figures, by_age, national["ages"])
    refused = figures.share("requests_refused", "requests", (year - 1, year), "share of requests refused")
    did = _throughput(figures, asked.value, refused.value, sum(by_age))
    posts = staffing.posts(did)
    gone = leaving(figures, by_age, national["at_31_august"], _other_endings(by_age, national))
    years = range(january, january + 7)
    undecided, told_undecided = _undecided(figures, did)
    return {
        "name": figures.name,
        "code": figures.code,
        "january": january,
        "seed": january * 10_000 + int(figures.code[-4:]),
        "years": YEARS,
        "people": {each: [round(n) for n in ages] for each, ages in people.items()},
        "people_source": people_source,
        "growth": demand.growth(figures, "requests"),
        "requests": asked,
        "rates": [number(rate) for rate in rates],
        "rates_source": rates_source,
        "pandemic": demand.PANDEMIC if year == demand.PANDEMIC_YEAR else None,
        "recovery": demand.RECOVERY,
        "transfers_in": {
            each: _arrivals(gone.transfers_in_per_year, sum(by_age), each - january) for each in years
        },
        "residual": RESIDUAL,
        "residual_source": RESIDUAL_SOURCE,
        "unrecorded_years": years,
        "refuse_to_assess": _between(refused, REFUSAL_SPREAD),
        "refuse_to_issue": _refuse_to_issue(figures),
        "exception": _less(figures, *EXCEPTIONS),
        "outside": _less(figures, *OUTSIDE),
        "staff_growth": demand.growth(figures, "plans_issued"),
        "posts": posts,
        "preventive": _spread(posts["ep"].value * staffing.PREVENTIVE, 0.5, "assumed, by statutory posts"),
        "agency_budget": round(posts["ep"].value * staffing.AGENCY_A_POST, -2),
        "advice": staffing.advice_days(national["advice_days"], did.on_time),
        "on_time": f"{100 * did.on_time:.0f} % of plans on time",
        "panels": _panels(did, january),
        "places": _places(figures, by_setting),
        "reviews": _reviews(figures),
        "multiplier": _spread(gone.local_multiplier, 0.2, gone.source),
        "transferred_out": gone.transferred_out,
        "by_age": by_age,
        "by_age_source": by_age_source,
        "by_need": by_need,
        "by_need_source": by_need_source,
        "by_setting": by_setting,
        "by_setting_source": by_setting_source,
        "cases": staffing.open_cases(did, figures.count("requests_undecided", year) or None, undecided),
        "cases_source": f"assessments under way ({told_undecided}) weighed against the flow, others from it",
        "national": ", ".join(figures.national),
    }  # fmt: skip


def _people(figures: Figures) -> tuple[dict[int, list[float]], str]:
    """People by age at the last mid-year before the January and at later ones, and where they come from."""
    known = figures.library.people(figures.code)
    before = [year for year in known if year < figures.january]
    if not before:
        rule = "import one with send-sim import population"
        raise InputError(f"no population of {figures.name} before {figures.january} in the library; {rule}")
    first, last = max(before), max(known)
    people = {year: ages for year, ages in known.items() if year >= first}
    told = f"ONS mid-year estimates of {first}" + (f" and figures to {last}" if last > first else "")
    end = figures.january + 7
    if last < end:
        people |= demand.cohorts_moved_on({last: known[last]}, end - last)
        told += f"; after {last} assumed: everybody a year older, as many births and adults"
    return people, told


def _throughput(figures: Figures, requests: float, refused_share: float, plans: int) -> staffing.Throughput:
    year = figures.last_year
    issued = figures.count("plans_issued", year)
    if issued is None:
        figures.national.append("new plans")
        issued = requests * (1 - refused_share) * 0.94
    not_issued = figures.count("assessed_no_plan", year)
    rate = figures.share("timeliness_on_time_excl", "timeliness_denominator_excl", (year,), "20-week rate")
    asked = figures.count("requests", year)
    asked = requests if asked is None else asked
    return staffing.Throughput(
        requests=asked,
        refused=refused_share * asked,
        agreed=(1 - refused_share) * asked,
        completed=issued + (0.05 * issued if not_issued is None else not_issued),
        issued=issued,
        plans=plans,
        on_time=min(rate.value, 1.0),
    )


def _arrivals(likeliest: float, plans: int, years_on: int) -> Estimate:
    """Transfers in of one year, for as many plans as there may be then."""
    grown = 1.08**years_on
    return Estimate(likeliest * grown, "", 0.0, (likeliest + RESIDUAL * plans) * grown)


def _between(share: Estimate, spread: float) -> Estimate:
    return Estimate(share.value, share.source, max(share.value - spread, 0.0), min(share.value + spread, 1.0))


def _refuse_to_issue(figures: Figures) -> Estimate:
    what = "share of assessments without a plan"
    share = figures.share("assessed_no_plan", "assessments_completed", (figures.last_year,), what)
    return Estimate(share.value, f"{share.source}; range assumed", 0.0, min(2 * share.value + 0.03, 1.0))


def _other_endings(by_age: list[int], national: dict[str, Any]) -> float:
    """Share of plans a year that end by review, by needs met or by death, as england.yaml has them."""
    outcomes, held = national["outcomes"], national["held"]
    ceased = sum(count * outcomes[age_band(age)]["cease"] for age, count in enumerate(by_age))
    return held * ceased / max(sum(by_age), 1) + national["needs_met_and_died"]


def _less(figures: Figures, part: str, whole: str, what: str) -> Estimate:
    """The share of one series that another leaves out."""
    share = figures.share(part, whole, (figures.last_year,), what, may_be_none=False)
    return Estimate(min(max(1 - share.value, 0.0), 0.95), share.source)


def _spread(value: float, spread: float, source: str) -> Estimate:
    """A number that may be so much less or more, as a share of it."""
    return Estimate(value, source, value * (1 - spread), value * (1 + spread))


def _undecided(figures: Figures, did: staffing.Throughput) -> tuple[float, str]:
    """Assessments under way on the first day, and where that comes from."""
    known = figures.count("assessments_undecided", figures.last_year)
    if known or (known == 0 and did.completed < MANY):
        return known, figures.source("assessments_undecided", figures.last_year)
    figures.national.append("assessments under way")
    weeks = staffing.weeks_under_way(did.on_time)
    told = f"{weeks:.0f} weeks of the flow, as authorities with this 20-week rate had in 2018 to 2020"
    return did.completed * weeks / 52, told


def _panels(did: staffing.Throughput, january: int) -> dict[str, dict[int, int]]:
    weekly = {"assess": did.requests / WEEKS_IN_TERM, "issue": did.completed / WEEKS_IN_TERM}
    start = {name: max(PANEL_ROOM * cases, 5) for name, cases in weekly.items()}
    start["placement"] = max(did.plans / 400, 4)
    return {
        name: {january + year: round(cases * 1.1**year) for year in range(7)} for name, cases in start.items()
    }


def _places(figures: Figures, by_setting: dict[str, int]) -> dict[str, Estimate]:
    """Places are not published: those filled and a few more."""
    told = {
        name: f"{figures.source('plans', figures.january, f'setting={name}')} + 5 % assumed"
        for name in SETTINGS_WITH_PLACES
    }
    return {name: Estimate(round(by_setting[name] * SPARE_PLACES), source) for name, source in told.items()}


def _reviews(figures: Figures) -> Estimate | None:
    """Share of the reviews expected with a meeting on record by the census, as in england.yaml."""
    year = figures.last_year
    met, expected = figures.count("reviews_met_by_census", year), figures.count("reviews_expected", year)
    if met is None or not expected or met / expected < 0.2:
        return None
    share = min(met / expected, 1.0)
    told = f"{figures.source('reviews_met_by_census', year)}; range assumed"
    return Estimate(share, told, max(share - 0.1, 0.0), min(share + 0.1, 1.0))


@cache
def england() -> dict[str, Any]:
    """What england.yaml says that an authority's estimates rest on."""
    root, faults = parse(ENGLAND_FILE.read_text(encoding="utf-8"), Place(str(ENGLAND_FILE), 1, 1))
    if root is None or faults:
        raise InputError(f"{ENGLAND_FILE}: cannot be read; {faults}")
    data = plain(root).data
    seeds = data["opening"]["plans"]["need_by_age_seed"]
    return {
        "plans_by_need": {need: float(sum(bands.values())) for need, bands in seeds.items()},
        "ages": {name: tuple(one["ages"]) for name, one in data["settings"].items()},
        "at_31_august": data["leaving"]["at_31_august"],
        "needs_met_and_died": data["leaving"]["needs_met_per_year"] + data["leaving"]["died_per_year"],
        "advice_days": {body: data["advice"][body]["delay"]["days"] for body in staffing.OTHERS_ADVICE},
        "outcomes": data["reviews"]["outcomes"],
        "held": data["reviews"]["held"],
    }


def slug(name: str) -> str:
    """A name that a file and an experiment may have."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def number(value: float) -> str:
    """At most five significant digits, whole numbers whole."""
    return f"{value:.0f}" if abs(value) >= 10_000 else f"{value:.5g}"
