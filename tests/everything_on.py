"""The small config with every feature of the service on, and the means to switch each off."""

from __future__ import annotations

from datetime import date
from typing import Any

from small_settings import small_config, task

LOOPS = (
    "preventive_time",
    "disputes",
    "turnover",
    "late_reviews",
    "no_local_place",
    "bought_reports",
)
FEATURES = (
    *LOOPS,
    "account",
    "contract",
    "bands",
    "over_number_price",
    "trainees",
    "hold_plan_for_place",
    "preference",
    "twin_track",
    "agency",
)


def everything_config() -> dict[str, Any]:
    """Everything on and busy: few staff, few places, quarrelsome families, people who leave."""
    config = small_config()
    config["run"] |= {"years": 2}
    config["disputes"] = disputes()
    config["account"] = account()
    config["loops"] = {loop: {"on": True, "strength": 1.0} for loop in LOOPS}
    pools = config["staff_pools"]
    pools["tribunal_officer"] = {"fte": 0.5, "cost_per_fte_year": 45_000}
    pools["ot"] = {
        "fte": 0.3,
        "cost_per_fte_year": 50_000,
        "caseload": {"share_of_plans": 0.2, "fte": 1.0, "recommended": 23, "most": 30},
        "bought": {"waiting_per_fte": 5, "price": 700, "delay": {"days": 20, "cv": 0.3}},
    }
    config["advice"]["ot"] = {"pool": "ot", "hours": 5, "delay": {"days": 7}, "share": 0.5}
    for pool in ("ep", "casework_officer", "review_officer", "tribunal_officer"):
        pools[pool]["turnover"] = turnover()
    pools["casework_officer"] |= {"order": "twin_track", "fte": 1.4}
    pools["ep"] |= {
        "fte": 1.2,
        "preventive": {
            "fte": 0.8,
            "from_weeks": 1,
            "full_weeks": 4,
            "requests": 0.3,
            "after_months": 6,
        },
        "trainees": [{"from": date(2020, 9, 1), "count": 1, "training_years": 0.5, "training_share": 0.3}],
        "trainee_cost_per_year": 30_000,
    }
    special = config["settings"]["special"]
    special |= {
        "places": 50,
        "over_number": 0.04,
        "over_number_price_per_child_year": 2_000,
        "recouped": 0.5,
        "when_full": {"setting": "independent", "share": 0.4},
        "bands": {
            "A": {"share": 0.7, "price_per_child_year": 12_000},
            "B": {"share": 0.3, "price_per_child_year": 20_000},
        },
    }
    config["settings"]["independent"] = {
        "label": "Independent special school",
        "price_per_child_year": 50_000,
        "price_cv": 0.5,
        "contract": {
            "block_places": 4,
            "block_price_per_place_year": 40_000,
            "spot_price_per_child_year": 52_000,
        },
    }
    config["decisions"]["hold_plan_for_place"] = True
    config["placement"] |= {
        "preference": {
            "mainstream": {"special": 0.2, "independent": 0.1},
            "special": {"mainstream": 0.2, "independent": 0.2},
        },
        "preference_refused": 0.5,
    }
    return config


def turnover() -> dict[str, Any]:
    return {
        "leave_per_year": 0.4,
        "usual_utilisation": 0.7,
        "recruitment": {"days": 60, "cv": 0.5},
        "induction_weeks": 8,
        "mentor_share": 0.1,
        "handover_hours": 1.0,
        "sick_spells_per_year": 0.5,
        "sick_spell": {"days": 20, "cv": 0.5},
        "agency": {"cover": 0.8, "after_days": 14, "budget_per_year": 60_000},
    }


def disputes() -> dict[str, Any]:
    each = {
        "share": 0.5,
        "mediate": 0.6,
        "agreed": 0.4,
        "appeal_after_mediation": 0.7,
        "withdrawn": 0.1,
        "conceded": 0.4,
        "upheld": 0.8,
    }
    return {
        **{kind: dict(each) for kind in ("refusal_to_assess", "refusal_to_issue", "contents", "ceasing")},
        "amended": each | {"share": 0.1},
        "placement": each | {"mediate": 0.0},
        "rather": {"mainstream": {"special": 0.8, "independent": 0.2}},
        "late_multiplier": 1.5,
        "act": {"days": 30, "cv": 0.3},
        "mediation": {"days": 25, "cv": 0.2},
        "hearing": {"days": 120, "cv": 0.3},
        "settled": {"days": 70, "cv": 0.3},
        "mediation_tasks": [task("tribunal_officer", 4)],
        "appeal_tasks": [task("tribunal_officer", 10), task("ep", 2), {**task("ot", 2), "share": 0.4}],
        "hearing_tasks": [task("tribunal_officer", 10), {**task("ep", 3), "share": 0.5}],
        "mediation_price": 400,
        "appeal_price": 300,
        "hearing_price": 1_300,
        "complaints": {
            "after_weeks": 4,
            "per_year": 0.5,
            "upheld": 0.7,
            "remedy": 1_100,
            "tasks": [task("casework_officer", 3)],
        },
    }


def account() -> dict[str, Any]:
    return {
        "opening_balance": -500_000,
        "allocation_per_year": {date(2020, 4, 1): 2_500_000, date(2021, 4, 1): 2_700_000},
        "block_transfer_per_year": 50_000,
        "imports_less_exports_per_year": -20_000,
        "other_spending_per_year": 300_000,
        "grants": {
            "instalment": {"on": date(2021, 2, 1), "amount": 100_000, "deficit_at_most": 5_000_000},
            "stability": {
                "on": date(2021, 10, 1),
                "share_of_deficit": 0.9,
                "deficit_on": date(2021, 3, 31),
                "approved": 0.5,
            },
        },
        "override_until": date(2021, 6, 30),
        "backdated": 0.5,
        "deflator_per_year": 0.02,
        "discount_per_year": 0.035,
    }


def without(config: dict[str, Any], *features: str) -> dict[str, Any]:
    """The config with these features off; the config itself is changed and given back."""
    special, pools = config["settings"]["special"], config["staff_pools"]
    for feature in features:
        if feature in LOOPS:
            config["loops"][feature]["on"] = False
        elif feature == "account":
            config.pop("account")
        elif feature == "contract":
            config["settings"]["independent"].pop("contract")
        elif feature == "bands":
            special.pop("bands")
        elif feature == "over_number_price":
            special.pop("over_number_price_per_child_year")
        elif feature == "trainees":
            pools["ep"].pop("trainees")
        elif feature == "hold_plan_for_place":
            config["decisions"]["hold_plan_for_place"] = False
        elif feature == "preference":
            config["placement"].pop("preference")
        elif feature == "twin_track":
            pools["casework_officer"]["order"] = "earliest_deadline"
        elif feature == "agency":
            for pool in pools.values():
                pool.get("turnover", {}).pop("agency", None)
        else:
            raise ValueError(f"no feature is called {feature!r}")
    return config
