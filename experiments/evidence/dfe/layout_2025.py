"""SEN2 as published from 2023: counts of records of each child, by single years of age, need and
placement (Department for Education, Education, health and care plans, reporting year 2025)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from experiments.evidence.columns import heading_key
from experiments.evidence.dfe.names import CEASED, NEEDS, SETTING_OF_PLACEMENT, SETTINGS, age_key
from experiments.evidence.dfe.tables import EVERYBODY, Meaning, Measure, Table

LABELS = ("breakdown_topic", "breakdown")
AGE_TOPICS = {"Child or young persons age", "Age when plan started", "Age plan ceased"}
NOT_USED = {"Ethnicity", "Sex", "Years EHC plan in place", "Years plan held"}
REASONS = ("reason=request", "reason=assessment", "reason=other")
SUMS = dict.fromkeys(("mediations", "appeals_after_mediation"), REASONS)
"""Series published in parts, in two tables; the whole is theirs together."""


def _meaning(everybody: str, ages: str) -> Callable[[str, str], Meaning | None]:
    """What a row counts in a table with these topics."""

    def meaning(topic: str, label: str) -> Meaning | None:
        if topic == everybody:
            return EVERYBODY
        if topic == ages:
            return Meaning("age", age_key(label))
        if topic == "Type of placement":
            if label.lower().endswith("- total"):
                return None
            return Meaning("setting", SETTING_OF_PLACEMENT[heading_key(label)])
        if topic in NOT_USED | AGE_TOPICS:
            return None
        raise KeyError(topic)

    return meaning


def _measures(series: dict[str, str]) -> tuple[Measure, ...]:
    return tuple(Measure(name, (column,)) for name, column in series.items())


def _by_setting(series: str) -> tuple[Measure, ...]:
    columns = {setting: names.columns for setting, names in SETTINGS.items()}
    return tuple(Measure(series, each, f"setting={setting}") for setting, each in columns.items())


def _by_need(series: str) -> tuple[Measure, ...]:
    return tuple(Measure(series, (column,), f"need={need}") for column, need in NEEDS.items())


GROUP_TOTALS = ("mainstream_total", "special_total", "ap_pru_total", "fe_total", "ed_elsewhere")
CHILDREN_AGE = "Child or young persons age"
REQUESTS = Table(
    "requests",
    LABELS,
    _meaning("All requests for EHC needs assessments", CHILDREN_AGE),
    "requests_received_in_year",
    (
        *_measures(
            {
                "requests": "requests_received_in_year",
                "requests_refused": "requests_decided_not_to_assess",
                "requests_agreed": "requests_decided_to_assess",
                "requests_undecided": "requests_decision_not_made",
                "requests_withdrawn": "requests_withdrawn",
                "decisions_within_6_weeks": "request_outcome_six_weeks",
                "decisions_after_6_weeks": "request_outcome_over_6_weeks",
            }
        ),
        Measure("mediations", ("mediation_related_request",), "reason=request", ("all",)),
        Measure("appeals_after_mediation", ("tribunal_after_mediation_request",), "reason=request", ("all",)),
    ),
    ("requests_rya", "tribunal_related_request"),
)
ASSESSMENTS = Table(
    "assessments",
    LABELS,
    _meaning("All EHC needs assessments", CHILDREN_AGE),
    "assess_issued",
    (
        Measure("assessments_completed", ("assess_issued", "assess_not_issued")),
        *_measures({"assessed_no_plan": "assess_not_issued", "assessments_withdrawn": "assess_withdrawn"}),
        Measure("mediations", ("number_assess_mediation",), "reason=assessment", ("all",)),
        Measure("mediations", ("number_other_mediation",), "reason=other", ("all",)),
        Measure(
            "appeals_after_mediation", ("number_asssess_mediation_tribunal",), "reason=assessment", ("all",)
        ),
        Measure("appeals_after_mediation", ("number_other_mediation_tribunal",), "reason=other", ("all",)),
    ),
    (
        *("assess_in_year", "assess_not_made", "outcome_decision_within_time", "outcome_decision_over_time"),
        *("number_assess_tribunal", "number_other_tribunal"),
    ),
)
TIMELINESS = Table(
    "timeliness_20_week",
    LABELS,
    _meaning("All EHC plans issued", CHILDREN_AGE),
    "plans_issued_den",
    _measures(
        {
            "timeliness_denominator_incl": "plans_issued_den",
            "timeliness_on_time_incl": "plans_issued_within_20_weeks",
            "timeliness_over_52_weeks_incl": "plans_issued_gt_1_year",
            "timeliness_denominator_excl": "plans_issued_den_ex",
            "timeliness_on_time_excl": "plans_issued_20_weeks_ex",
            "timeliness_over_52_weeks_excl": "plans_issued_gt_1_year_ex",
        }
    ),
    ("plans_issued_gt20weeks_ltYear", "plans_issued_gt20weeks_ltYear_ex"),
)
CEASED_PLANS = Table(
    "ceased_plans",
    LABELS,
    _meaning("All ceased EHC plans", "Age plan ceased"),
    "total_ceased",
    (
        Measure("left_all", ("total_ceased",)),
        *(
            Measure(series, tuple(column for column, kind in CEASED.items() if kind == series))
            for series in dict.fromkeys(CEASED.values())
        ),
        *(Measure("left_all", (column,), f"reason={column}", ("all",)) for column in CEASED),
    ),
)
NEW_PLANS = Table(
    "newplans",
    LABELS,
    _meaning("New EHC plans", "Age when plan started"),
    "new_ehc_plans",
    (Measure("plans_issued", ("new_ehc_plans",)), *_by_setting("plans_issued")),
    GROUP_TOTALS,
)
CASELOAD = Table(
    "caseload",
    LABELS,
    _meaning("All EHC plans", CHILDREN_AGE),
    "ehcplans",
    (Measure("plans", ("ehcplans",)), *_by_setting("plans")),
    GROUP_TOTALS,
)
NEEDS_OF_ALL = Table(
    "sen_needs_all_plans",
    LABELS,
    _meaning("All EHC plans", CHILDREN_AGE),
    "ehc_plans",
    (Measure("plans", ("ehc_plans",), "", ("all",)), *_by_need("plans")),
)
NEEDS_OF_NEW = Table(
    "sen_need_newplans",
    LABELS,
    _meaning("All EHC plans", CHILDREN_AGE),
    "ehc_plans",
    (Measure("plans_issued", ("ehc_plans",), "", ("all",)), *_by_need("plans_issued")),
)

_PRIOR = re.compile(r"review_meeting_prior_(\d\d)", re.ASCII)
REPEATED = [f"review_meeting_prior_{year:02}" for year in range(100)]
"""The columns that `annual_reviews` has twice: the second repeats the first."""


def annual_reviews(header: Sequence[str]) -> Table:
    """The table of reviews; its columns carry the year of the meetings, which changes every time."""
    years = [int(found[1]) for name in header if (found := _PRIOR.fullmatch(name))]
    year = years[0] if years else 24
    return Table(
        "annual_reviews",
        LABELS,
        _meaning("All annual reviews", CHILDREN_AGE),
        "review_expected",
        (
            *_measures(
                {
                    "reviews_expected": "review_expected",
                    "reviews_met": f"review_meeting_{year:02}",
                    "reviews_met_by_census": "total_review_meeting",
                    "review_decisions_outstanding": "review_decision_outstanding",
                    "review_amend": "outcome_amend",
                    "review_cease": "outcome_cease",
                    "review_maintain": "outcome_maintan",
                    "review_decisions_within_4w": "number_decsion_4weeks",
                    "review_decisions_after_4w": "number_decision_gt_4weeks",
                }
            ),
            Measure(
                "review_decisions",
                tuple(
                    f"review_decision{when}" for when in (f"{year + 1:02}", f"{year:02}", f"_prior{year:02}")
                ),
            ),
        ),
        (
            *("total_ehc_plans", "review_not_expected", "no_review_meeting"),
            *("review_decision_not_due", "no_outcome"),
            *(f"review_meeting_{year + 1:02}", f"review_meeting_prior_{year:02}"),
        ),
        ("review_decision_outstanding",),
    )


TABLES = [REQUESTS, ASSESSMENTS, TIMELINESS, CEASED_PLANS, NEW_PLANS, CASELOAD, NEEDS_OF_ALL, NEEDS_OF_NEW]
