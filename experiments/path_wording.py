"""Paths of a config in plain words: `staff_pools.ep.fte` → Educational psychologists: posts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from experiments.reports.wording import DECISIONS, NEEDS, POOLS, SOURCES, inside_sentence, plain_name

NAMES = {"staff_pools": POOLS, "disputes": DECISIONS, "demand": SOURCES | NEEDS}
"""By section, names of entries in words; needs have theirs everywhere."""
NUMBERS = {
    "fte": "posts",
    "agency_fte": "people from agencies",
    "cost_per_fte_year": "pay of a post for a year",
    "agency_cost_per_day": "price of an agency day",
    "price_per_child_year": "price of a place for a year",
    "place_funding_per_year": "funding of a place for a year",
    "request_rate_multiplier": "multiplier of the request rate",
    "leave_per_year": "share who leave in a year",
    "semi_independent": "semi-independent",
    "cv": "coefficient of variation",
}
PHRASES = {
    "case_reviews.*.moves.*.*": "Case reviews ({}): share who move from {} to {}",
    "case_reviews.*.price_cut.fraction": "Case reviews ({}): how much of a price is cut off",
    "case_reviews.*.price_cut.share": "Case reviews ({}): share that end in a lower price",
    "case_reviews.*.starts_per_week": "Case reviews ({}): begun a week",
    "decisions.refuse_to_assess": "Share of requests refused",
    "demand.district_multipliers.*": "Requests from {} against its share of the county’s",
    "demand.growth_per_year": "Growth of requests a year",
    "demand.request_rate_multiplier": "Requests against the rate of the base year",
    "disputes.*.share": "Share of families who dispute a decision ({})",
    "edge_of_care.at_risk_weeks": "Weeks for which a young person is in danger",
    "edge_of_care.come_into_care": "Chance of coming into care without a team",
    "edge_of_care.come_into_care_again": "Chance of coming into care again after a return home",
    "edge_of_care.in_care_already": "Share of young people in care when referred",
    "edge_of_care.opening": "Young people in danger on the first day",
    "edge_of_care.placements.*.price_per_week": "Price of a week in {} care",
    "edge_of_care.placements.*.share": "Share of those in care who are in {} care",
    "edge_of_care.placements.*.weeks": "Weeks that a stay in {} care lasts",
    "edge_of_care.referrals_per_year": "Young people referred in a year",
    "edge_of_care.team.cases_per_fte": "Young people for each post of the team",
    "edge_of_care.team.entry_multiplier": "Chance of care while the team works (1 is no effect)",
    "edge_of_care.team.entry_multiplier_after": "Chance of care after the team’s work (1 is no effect)",
    "edge_of_care.team.fte": "Posts of the team",
    "edge_of_care.team.return_multiplier": "Pace of the return home with the team (1 is no effect)",
    "edge_of_care.team.weeks": "Weeks that the team works with a young person",
    "placement.at_review.*.*": "Share who move at a review from {} to {}",
    "placement.breakdown_per_year.*": "Share of placements that break down in a year: {}",
    "reviews.step_down.*.*": "Share who step down at a review from {} to {}",
    "staff_pools.*.caseload.fte": "{}: posts for the caseload",
    "settings.*.contract.block_places": "{}: block places of the contract",
    "settings.*.contract.block_price_per_place_year": "{}: price of a block place for a year",
    "settings.*.contract.spot_price_per_child_year": "{}: price of a place beside the block, for a year",
    "short_breaks.breakdown.per_unmet_night": "Chance of family breakdown for each night gone without",
    "short_breaks.breakdown.price_per_week": "Price of a week of care after family breakdown",
    "short_breaks.carers.agency_cost_per_fte_year": "Cost of an agency carer for a year",
    "short_breaks.carers.cost_per_fte_year": "Cost of an employed carer for a year",
    "short_breaks.carers.fte_per_bed": "Carers for each bed",
    "short_breaks.carers.vacant": "Share of carers’ posts that nobody holds",
    "short_breaks.council_terms.enhancements": "What enhanced pay adds to the cost of carers",
    "short_breaks.council_terms.own_terms": "Share of carers on the council’s own terms",
    "short_breaks.council_terms.own_terms_pay": "What the council’s own terms add to a carer’s cost",
    "short_breaks.council_terms.pension": "What the council’s pension adds to the cost of carers",
    "short_breaks.direct_payments.assistants_leave_per_year": "Share of assistants who leave in a year",
    "short_breaks.direct_payments.availability": "How easily personal assistants are found",
    "short_breaks.direct_payments.nights_per_year": "Nights a year that a personal assistant gives",
    "short_breaks.direct_payments.price_per_night": "Price of a night with a personal assistant",
    "short_breaks.direct_payments.search.days": "Days to find a personal assistant",
    "short_breaks.direct_payments.take_up": "Share of families who would take a direct payment",
    "short_breaks.in_house": "Share of the homes that the council runs",
    "short_breaks.joining_per_month": "Children who join short breaks in a month",
    "short_breaks.leaving_per_year": "Share of families who leave short breaks in a year",
    "short_breaks.nights_multiplier": "Nights wanted against those of the offer",
    "short_breaks.opening": "Children with short breaks on the first day",
    "short_breaks.other_costs_kept": "Share of the contract’s other costs that go on in-house",
    "workforce.fte_growth_per_year": "Growth of posts a year",
}
"""Whole paths in words; each asterisk stands for one name, which fills a place of the words."""
NAMED = ("staff_pools", "settings", "needs", "advice", "panels", "interventions", "scenarios")
"""Sections whose entries have names of their own, so that the section need not be said."""
Configs = tuple[Mapping[str, Any], ...]


def path_in_words(keys: tuple[Any, ...], *configs: Mapping[str, Any]) -> str:
    """What a path is about; a name that one of the configs gives a label is told by the first label."""
    if not keys:
        return "The config as a whole"
    section, *rest = map(str, keys)
    phrase = _phrase([section, *rest], configs)
    if phrase:
        return phrase
    head = plain_name(section)
    if rest and section in NAMED:
        known = NEEDS | NAMES.get(section, {})
        head, rest = _label(section, rest[0], configs) or plain_name(rest[0], known), rest[1:]
    return f"{head}: {', '.join(_word(section, key, configs) for key in rest)}" if rest else head


def _phrase(keys: list[str], configs: Configs) -> str:
    """The words for a whole path, with the day of a schedule behind them; nothing where it has none."""
    steady = list(takewhile(lambda key: not _is_day(key), keys))
    for pattern, phrase in PHRASES.items():
        parts = pattern.split(".")
        if len(parts) == len(steady) and all(
            part in ("*", key) for part, key in zip(parts, steady, strict=True)
        ):
            names = [key for part, key in zip(parts, steady, strict=True) if part == "*"]
            text = phrase.format(*(_word(keys[0], name, configs) for name in names))
            days = [f"from {key}" if _is_day(key) else key for key in keys[len(steady) :] if key != "value"]
            return ", ".join([text[:1].upper() + text[1:], *days])
    return ""


def _is_day(key: str) -> bool:
    return len(key) == len("2020-04-01") and key[4] == key[7] == "-" and key[:4].isdecimal()


def _word(section: str, key: str, configs: Configs) -> str:
    known = NUMBERS | NEEDS | NAMES.get(section, {})
    if key.isdecimal() and int(key) < 1000:
        return f"number {int(key) + 1}"
    return inside_sentence(known.get(key) or _label("settings", key, configs)) or key.replace("_", " ")


def _label(section: str, name: str, configs: Configs) -> str:
    """What a config calls an entry of a section; nothing where none of them says."""
    entries = (config.get(section) for config in configs)
    found = (each.get(name) for each in entries if isinstance(each, Mapping))
    labels = (each.get("label") for each in found if isinstance(each, Mapping))
    return next((label for label in labels if isinstance(label, str) and label), "")
