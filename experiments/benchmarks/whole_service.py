"""What turns the benchmark county into the whole service: disputes, turnover, contracts, all loops.

Rates are of the order of an English county's, so that there is as much of everything as there would
be; about one case in ten is disputed and one post in six falls vacant in a year.
"""

from __future__ import annotations

from datetime import date
from typing import Any

Parts = dict[str, Any]


def add_whole_service(config: Parts, scale: float) -> Parts:
    """The county's config with every further part of the model at work; it is changed in place."""
    pools, settings = config["staff_pools"], config["settings"]
    for name in ("ep", "casework_officer", "review_officer", "send_manager"):
        pools[name]["turnover"] = turnover()
    pools["ep"]["preventive"] = preventive(scale)
    pools["ot"] |= therapists(scale)
    pools["tribunal_officer"]["fte"] = 3 * scale
    settings["inmss"]["contract"] = {
        "block_places": 100 * scale,
        "block_price_per_place_year": 55_000,
        "spot_price_per_child_year": 62_000,
    }
    settings["state_special"] |= {
        "bands": {
            "lower": {"share": 0.6, "price_per_child_year": 11_000},
            "upper": {"share": 0.4, "price_per_child_year": 18_500},
        },
        "over_number_price_per_child_year": 1_000,
        "recouped": 0.6,
    }
    return config | {"disputes": disputes(), "account": account(scale)}


def turnover() -> Parts:
    return {
        "leave_per_year": 0.16,
        "usual_utilisation": 0.85,
        "recruitment": {"days": 84, "cv": 0.4},
        "induction_weeks": 8,
        "mentor_share": 0.1,
        "handover_hours": 0.5,
        "sick_spells_per_year": 0.05,
        "sick_spell": {"days": 42, "cv": 0.5},
        "agency": {"cover": 0.7, "after_days": 28},
    }


def preventive(scale: float) -> Parts:
    return {"fte": 8 * scale, "from_weeks": 3, "full_weeks": 12, "most": 0.8, "requests": 0.1}


def therapists(scale: float) -> Parts:
    return {
        "caseload": {"share_of_plans": 0.1, "fte": 14 * scale, "recommended": 23, "most": 45},
        "bought": {"share": 0.3, "price": 1_400, "delay": {"days": 30, "cv": 0.3}},
    }


def work(pool: str, hours: float, share: float = 1.0) -> Parts:
    return {"pool": pool, "hours": hours, "cv": 0.3, "share": share}


def disputes() -> Parts:
    usual = {
        "mediate": 0.8,
        "agreed": 0.3,
        "appeal_after_mediation": 0.7,
        "withdrawn": 0.12,
        "conceded": 0.2,
        "upheld": 0.95,
    }
    shares = {
        "refusal_to_assess": 0.35,
        "refusal_to_issue": 0.3,
        "contents": 0.07,
        "amended": 0.005,
        "placement": 0.02,
        "ceasing": 0.05,
    }
    return {
        **{kind: {"share": share, **usual} for kind, share in shares.items()},
        "rather": {"mainstream": {"state_special": 0.7, "inmss": 0.3}, "state_special": {"inmss": 1.0}},
        "late_multiplier": 1.3,
        "act": {"days": 42, "cv": 0.3},
        "mediation": {"days": 25, "cv": 0.2},
        "hearing": {"days": 200, "cv": 0.25},
        "settled": {"days": 90, "cv": 0.4},
        "mediation_tasks": [work("tribunal_officer", 3), work("ot", 3, 0.2)],
        "appeal_tasks": [work("tribunal_officer", 7), work("send_manager", 3), work("ep", 5, 0.3)],
        "hearing_tasks": [work("tribunal_officer", 6), work("ep", 5, 0.3)],
        "mediation_price": 1_000,
        "appeal_price": 4_000,
        "hearing_price": 1_600,
        "complaints": {
            "after_weeks": 4,
            "per_year": 0.2,
            "upheld": 0.8,
            "remedy": 1_100,
            "tasks": [work("casework_officer", 4)],
        },
    }


def account(scale: float) -> Parts:
    return {
        "opening_balance": -10_000_000 * scale,
        "allocation_per_year": 100_000_000 * scale,
        "grants": {
            "stability": {
                "on": date(2026, 10, 1),
                "share_of_deficit": 0.9,
                "deficit_on": date(2026, 3, 31),
                "approved": 0.8,
            }
        },
        "override_until": date(2028, 3, 31),
        "backdated": 0.2,
        "deflator_per_year": 0.02,
        "discount_per_year": 0.035,
    }
