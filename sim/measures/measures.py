"""Every measure the model gives, and the small tables of them made from one replication's log."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.event_log import AGENCY_FTE_DAYS, FTE_DAYS, MINUTES_AVAILABLE, MINUTES_USED, PLACED, EventLog
from sim.measures.capacity import measure_caseloads, measure_staff
from sim.measures.case_reviews import count_case_reviews
from sim.measures.cases import measure_cases
from sim.measures.disputes import DISPUTE_EVENTS, measure_disputes
from sim.measures.experience import measure_experience, measure_lost_weeks, measure_places, measure_tuition
from sim.measures.groups import groups_of
from sim.measures.money import measure_money
from sim.measures.periods import Months
from sim.measures.plans import count_commissioned, measure_plans, rate_plans
from sim.measures.records import Records
from sim.measures.series import Row, Series
from sim.measures.services import SERVICE_EVENTS, measure_services
from sim.measures.spells import cases_of, is_followed, placements_of, plans_of, waits_of
from sim.measures.statements import STATEMENT_EVENTS, counted_plans, measure_statements
from sim.measures.workforce import WORKFORCE_EVENTS, measure_workforce
from sim.money.account import HighNeeds
from sim.money.ledger import Ledger
from sim.settings import Settings

YearlyRow = tuple[str, str, str, str, float]

FLOW = "the sum of its months"
STOCK = "what is there at the close of the last day"
RATIO = "parts over wholes, each summed"
QUANTILE = "over everyone in the period"
CENSUS = "on the third Thursday of January"
GAP = "largest less smallest mean over the period, of groups with ten plans or more"


class Measure(NamedTuple):
    """What a measure means; `over` says how a period's value comes about."""

    unit: str
    meaning: str
    over: str


MEASURES = {
    "requests": Measure("count", "Requests for an assessment", FLOW),
    "requests_refused": Measure("count", "Requests refused, by the day of the decision", FLOW),
    "assessments_completed": Measure("count", "Plans issued, and decisions after advice not to", FLOW),
    "plans_issued": Measure("count", "First plans issued", FLOW),
    "plans_issued_within_20_weeks": Measure("count", "Of these, within 140 days of the request", FLOW),
    "plans_ceased": Measure("count", "Plans ended, for whatever reason", FLOW),
    "plans_active": Measure("count", "Plans in force; ages are those of the 31 August before", CENSUS),
    "plans_per_1000": Measure("per 1,000", "Plans in force for each 1,000 people aged 0 to 25", CENSUS),
    "timeliness_20w_excl": Measure("percent", "Issued in 20 weeks, exceptions left out", RATIO),
    "timeliness_20w_incl": Measure("percent", "Issued in 20 weeks, exceptions counted", RATIO),
    "timeliness_20w_denominator_excl": Measure("count", "Plans in the return without exception", FLOW),
    "timeliness_20w_denominator_incl": Measure("count", "Plans in the 20-week return", FLOW),
    "phase_transfers_on_time": Measure("percent", "Settings named by the legal date, of those due", RATIO),
    "decisions_by_week_6": Measure("percent", "Decisions to assess or not within 6 weeks", RATIO),
    "ep_advice_within_6w": Measure("percent", "Educational psychologists' advice within 6 weeks", RATIO),
    "drafts_by_week_16": Measure("percent", "Draft plans sent within 16 weeks of the request", RATIO),
    "transfers_in": Measure("count", "Plans taken over from other authorities", FLOW),
    "transfers_out": Measure("count", "Plans passed on to other authorities", FLOW),
    "open_assessments": Measure("count", "Cases between request and plan, or its refusal", STOCK),
    "open_assessments_over_20w": Measure("count", "Of these, past their 20 weeks", STOCK),
    "wait_request_to_plan_mean": Measure("weeks", "Mean wait of the plans issued", RATIO),
    "wait_request_to_plan_median": Measure("weeks", "Median wait of the plans issued", QUANTILE),
    "wait_request_to_plan_p90": Measure("weeks", "Wait that nine in ten plans issued kept to", QUANTILE),
    "wait_stage_mean": Measure("weeks", "Mean length of the stages closed", RATIO),
    "weeks_without_provision": Measure("child-weeks", "Time past 20 weeks before a plan", FLOW),
    "weeks_lost_to_refusals": Measure("child-weeks", "Time past 20 weeks that overturned refusals add", FLOW),
    "wait_gap": Measure("weeks", "How far groups' mean waits lie apart; small ones differ by chance", GAP),
    "months_in_tuition": Measure("child-months", "Time in the interim setting", FLOW),
    "tuition_stay_mean": Measure("months", "Mean length of stays there that ended", RATIO),
    "reviews_due": Measure("count", "Anniversaries by which a plan was to be reviewed", FLOW),
    "reviews_completed": Measure("count", "Reviews ended by the authority's decision", FLOW),
    "reviews_overdue": Measure("count", "Plans whose last review due has had no decision", STOCK),
    "review_decisions_within_4w": Measure("percent", "Decided within 28 days of the meeting", RATIO),
    "placement_breakdowns": Measure("count", "Placements broken down", FLOW),
    "preferences_stated": Measure("count", "Families who asked for another setting", FLOW),
    "preferences_refused": Measure("count", "Of these, unsuitable or incompatible for others", FLOW),
    "placements": Measure("count", "Plan-holders in settings", STOCK),
    "places_commissioned": Measure("count", "Places there, in settings with a number of them", STOCK),
    "statements": Measure("count", "Statements and learning difficulty assessments in force", CENSUS),
    "conversions_outstanding": Measure("count", "Of these, not yet plans", STOCK),
    "conversions_completed": Measure("count", "Of these, become plans", FLOW),
    "conversions_overdue": Measure("count", "Transfer reviews past their own limit", STOCK),
    "conversions_on_time": Measure("percent", "Converted within it, of those converted", RATIO),
    "case_reviews": Measure("count", "Placements gone through between yearly reviews", FLOW),
    "price_cuts": Measure("count", "Prices of single children cut after that", FLOW),
    "price_cuts_undone": Measure("count", "Of these, put back because the family won", FLOW),
    "places_needed": Measure("count", "Children in them, waiting, or sent elsewhere as full", CENSUS),
    "places_short": Measure("count", "Places needed less places there; below 0 some stand empty", CENSUS),
    "place_occupancy": Measure("percent", "Children for each hundred places commissioned", STOCK),
    "waiting_for_place": Measure("count", "Children waiting for a place in a setting", STOCK),
    "mediations": Measure("count", "Mediations held", FLOW),
    "appeals": Measure("count", "Appeals registered", FLOW),
    "appeals_ended": Measure("count", "Appeals withdrawn, conceded, upheld or dismissed", FLOW),
    "appeals_heard": Measure("count", "Of these, decided by the Tribunal", FLOW),
    "wait_appeal_mean": Measure("weeks", "From an appeal's registration to its end", RATIO),
    "orders_met_on_time": Measure("percent", "Plans amended in time after an appeal or agreement", RATIO),
    "assessments_reinstated": Measure("count", "Refused cases taken up again after a dispute", FLOW),
    "reinstated_plans_on_time": Measure("percent", "Plans of these by the limits they have", RATIO),
    "complaints": Measure("count", "Complaints about cases past their limit", FLOW),
    "complaints_upheld": Measure("count", "Of these, upheld and remedied", FLOW),
    "reports_bought": Measure("count", "Pieces of an overloaded pool's work bought outside", FLOW),
    "caseload_per_fte": Measure("count", "Plans or open assessments for each officer (FTE)", STOCK),
    "staff_hours_available": Measure("hours", "Hours that staff could work", FLOW),
    "staff_hours_used": Measure("hours", "Hours worked on cases and plans", FLOW),
    "staff_utilisation": Measure("percent", "Hours used of those available", RATIO),
    "work_waiting": Measure("count", "Pieces of work queued and not begun", STOCK),
    "vacancies": Measure("FTE", "Posts whose holder has left, on average", RATIO),
    "agency_fte": Measure("FTE", "People from agencies, on average", RATIO),
    "posts_left": Measure("count", "People who left their post", FLOW),
    "staff_hours_sick": Measure("hours", "Hours lost to long spells of sickness", FLOW),
    "staff_hours_inducting": Measure("hours", "Hours that newcomers and their mentors lost", FLOW),
    "preventive_hours_available": Measure("hours", "Hours there for early help", FLOW),
    "preventive_hours_lost": Measure("hours", "Of these, given up to statutory work", FLOW),
    "short_break_nights": Measure("count", "Nights wanted of short breaks, by how they were met", FLOW),
    "short_break_children": Measure("count", "Children on the offer who live at home", STOCK),
    "beds_used_share": Measure("percent", "Nights in homes of those that were staffed", RATIO),
    "personal_assistants": Measure("count", "Families with an assistant for nights", STOCK),
    "assistants_sought": Measure("count", "Searches for an assistant begun", FLOW),
    "family_breakdowns": Measure("count", "Families who could go on no more", FLOW),
    "carers_fte": Measure("FTE", "Carers in post and from agencies, on average", RATIO),
    "edge_of_care_referrals": Measure("count", "Young people referred as at risk of care", FLOW),
    "edge_of_care_cases": Measure("count", "Young people whom the team works with", STOCK),
    "stayed_home": Measure("count", "Of those referred, risk past without any care", FLOW),
    "care_entries": Measure("count", "Young people who come into care from home", FLOW),
    "care_weeks": Measure("child-weeks", "Time in care of these services", FLOW),
    "stepped_down": Measure("count", "Returns home from care", FLOW),
    "break_even_placements": Measure("count", "Placements that cost what the team costs", RATIO),
    "cost": Measure("GBP", "Money spent, in the prices of its day", FLOW),
    "cost_real": Measure("GBP", "The same in the prices of the base date", FLOW),
    "cost_present_value": Measure("GBP", "The same besides, discounted to the start of the run", FLOW),
    "cost_not_spent_by_delay": Measure("GBP", "What late plans would have cost while they were late", FLOW),
    "child_years": Measure("child-years", "Time of plan-holders in settings", FLOW),
    "unit_cost": Measure(
        "GBP", "All placement lines for each child-year in the setting, place funding too", RATIO
    ),
    "dsg_income": Measure("GBP", "High needs income, after recoupment", FLOW),
    "dsg_spending": Measure("GBP", "High needs spending, without what is recouped", FLOW),
    "dsg_recouped": Measure("GBP", "Places that government pays direct, off the allocation", FLOW),
    "dsg_in_year": Measure("GBP", "High needs income less spending; an overspend is negative", FLOW),
    "dsg_cumulative": Measure("GBP", "Balance of the high needs account; a deficit is negative", STOCK),
    "general_fund_call": Measure("GBP", "Deficit that the general fund must bear, override over", FLOW),
}

MONTHLY = {
    "requests": ["all"],
    "requests_refused": ["all"],
    "plans_issued": ["all"],
    "plans_issued_within_20_weeks": ["all"],
    "plans_ceased": ["all"],
    "plans_active": ["all"],
    "open_assessments": ["all", "stage"],
    "open_assessments_over_20w": ["all"],
    "timeliness_20w_excl": ["all"],
    "reviews_due": ["all"],
    "reviews_completed": ["all"],
    "reviews_overdue": ["all"],
    "statements": ["all"],
    "conversions_completed": ["all"],
    "waiting_for_place": ["all"],
    "placements": ["setting"],
    "staff_hours_available": ["pool"],
    "staff_hours_used": ["pool"],
    "work_waiting": ["pool"],
    "mediations": ["all"],
    "appeals": ["all"],
    "cost": ["all", "line"],
    "dsg_in_year": ["all"],
    "dsg_cumulative": ["all"],
    "general_fund_call": ["all"],
}
"""What monthly results hold, and by which kinds of group."""

STAFF_EVENTS = (MINUTES_AVAILABLE, MINUTES_USED, FTE_DAYS, AGENCY_FTE_DAYS)


def yearly_and_monthly(
    log: EventLog, settings: Settings, ledger: Ledger, account: HighNeeds | None = None
) -> tuple[list[YearlyRow], list[Row]]:
    """Rows (calendar, period, measure, group, value) and (month, measure, group, value)."""
    series = measure(log, settings, ledger, account)
    yearly = series.yearly(lambda name, group: MEASURES[name].over is not CENSUS)
    return yearly, series.monthly(lambda name, group: group.partition("=")[0] in MONTHLY.get(name, ()))


def measure(log: EventLog, settings: Settings, ledger: Ledger, account: HighNeeds | None = None) -> Series:
    """Every measure by month."""
    months = Months(log.start, log.days)
    events = {*STAFF_EVENTS, *WORKFORCE_EVENTS, *DISPUTE_EVENTS, *STATEMENT_EVENTS, *SERVICE_EVENTS}
    records = Records(log, months, lambda code: is_followed(code) or code.event in events)
    groups = groups_of(log, settings)
    cases, plans = cases_of(records), plans_of(records)
    stays = placements_of(records.of(PLACED), plans[1], log.codes, groups.settings)
    waits = waits_of(records, plans[1], groups.settings)
    cohort = np.array(log.children["cohort"], dtype=np.int64)
    series = Series(months)
    measure_cases(series, records, cases, groups)
    counted = counted_plans(records, plans, settings)
    measure_plans(series, records, counted, plans[1], stays, waits, cohort, groups)
    rate_plans(series, counted, groups, settings)
    measure_statements(series, records, plans[1], settings)
    count_commissioned(series, settings)
    count_case_reviews(series, records, settings)
    measure_disputes(series, records, cases, groups.everybody, settings)
    measure_experience(series, records, cases, groups)
    if settings.disputes is not None:
        measure_lost_weeks(series, records, cases, groups)
    measure_tuition(series, stays, groups, settings)
    measure_places(series, records, stays, waits, cohort, groups, settings)
    measure_staff(series, records, groups)
    measure_caseloads(series, records, groups)
    measure_workforce(series, records, groups, settings)
    measure_services(series, records, ledger, settings)
    measure_money(series, ledger, account, stays, settings)
    return series
