"""What the report says of disputes, waits, people, places and the account, from small made-up tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.reports.findings import in_short, left_out, option_sentences, options
from experiments.reports.sections.contents import SECTIONS
from experiments.reports.sections.costs import account, cost, delay
from experiments.reports.sections.disputes import disputes
from experiments.reports.sections.fairness import who_waits_longer
from experiments.reports.sections.people import coming_and_going
from experiments.reports.sections.school_places import needed
from experiments.reports.stored_results import StoredResults, contracted_settings
from experiments.reports.tables import Table
from experiments.reports.wording import day_name, group_name

BASELINE, OPTION = "as_now", "stricter"
UNITS = {"wait_request_to_plan_mean": "weeks", "wait_gap": "weeks", "staff_hours_used": "hours"}
IN_POUNDS = ("cost", "dsg", "general_fund", "unit_cost")

Kept = tuple[str, str, str, float]  # measure, group, period, the baseline's mean


def run(kept: Iterable[Kept], changes: dict[Any, float] | None = None, **config: Any) -> StoredResults:
    """A run that kept these means. `changes` gives an option its clear differences, by measure or by
    measure and group; whatever is not in it does not differ at all."""
    rows = []
    for measure, group, period, mean in kept:
        unit = UNITS.get(measure, "GBP" if measure.startswith(IN_POUNDS) else "count")
        row = {"measure": measure, "unit": unit, "group": group, "period": period}
        row |= {"calendar": "financial" if "-" in period else "calendar", "replications": 40}
        row |= dict.fromkeys(("whole_low", "whole_high", "process_low", "process_high", "p50"), mean)
        rows.append({**row, "scenario": BASELINE, "mean": mean})
        if changes is not None:
            change = changes.get((measure, group), changes.get(measure, 0.0))
            difference = {"diff_mean": change, "diff_ci_low": change * 0.9, "diff_ci_high": change * 1.1}
            if change < 0:
                difference |= {"diff_ci_low": change * 1.1, "diff_ci_high": change * 0.9}
            rows.append({**row, "scenario": OPTION, "mean": mean + change, **difference})
    facts = {"scenarios": [BASELINE] if changes is None else [BASELINE, OPTION], "replications": 4}
    values = pd.DataFrame(rows, columns=[*rows[0], "diff_mean", "diff_ci_low", "diff_ci_high"])
    return StoredResults(facts | {"experiment": "made_up"}, config, values, pd.DataFrame(), draws=2)


def of_year(year: str, **means: float) -> list[Kept]:
    return [(measure, "all", year, mean) for measure, mean in means.items()]


def named(parts: Iterable[Any], name: str) -> Any:
    return next((part for part in parts if part.name == name), None)


def words(table: Table) -> str:
    """Everything a table says, in one line."""
    cells = [" ".join(line for cell in cells for line in cell) for _, cells in table.rows]
    rows = [f"{name} {text}" for (name, _), text in zip(table.rows, cells, strict=True)]
    text = " ".join([table.headline, table.caption, *table.head, *rows, *table.notes])
    return text.replace("\u00a0", " ").replace("\u2212", "-")


def waits() -> list[Kept]:
    """North waits longest, West longer still, but with too few plans to say so."""
    kept = [("wait_request_to_plan_mean", "all", "2024", 24.0)]
    for district, weeks, plans in (("North_End", 26.0, 40), ("South", 22.0, 60), ("West", 40.0, 3)):
        kept += [
            ("wait_request_to_plan_mean", f"district={district}", "2024", weeks),
            ("plans_issued", f"district={district}", "2024", plans),
            ("weeks_without_provision", f"district={district}", "2024", 10 * weeks),
        ]
    return [*kept, ("wait_gap", "by=district", "2024", 5.0)]


def test_who_waits_longest_is_named_if_enough_plans_were_issued_to_know() -> None:
    table = named(who_waits_longer(run(waits())), "longest")
    assert "Small groups differ by chance" in words(table)
    assert "North End (26.0 weeks)" in table.headline and "West" not in words(table)
    (_, (longest, shortest, gap)) = table.rows[0]
    assert longest[:2] == ("North End", "26.0") and shortest[:2] == ("South", "22.0") and gap[0] == "5.0"


def test_every_group_of_children_is_told_even_a_small_one() -> None:
    table = named(who_waits_longer(run(waits())), "groups")
    assert [name for name, _ in table.rows] == ["District: North End", "District: South", "District: West"]
    assert table.rows[2][1] == [("40.0",), ("400",), ("none",), ("none",)]


def test_what_an_option_does_to_a_gap_is_a_paired_difference() -> None:
    table = named(who_waits_longer(run(waits(), {"wait_gap": 1.0})), "gaps-by-option")
    assert table.rows[0][1] == [("5.0", "(5.0 to 5.0)")]
    assert table.rows[1] == ("Stricter: difference", [("+1.0", "(+0.9 to +1.1)")])


REFUSING = [
    *of_year("2024", requests_refused=100, plans_issued=500, appeals=60),
    *of_year("2024", assessments_reinstated=20),
    ("staff_hours_used", "pool=tribunal_officer", "2024", 900.0),
]


def test_refusing_more_stands_beside_the_appeals_it_brings_and_is_never_called_a_saving() -> None:
    changes = {"requests_refused": 50, "plans_issued": -40, "appeals": 12, "assessments_reinstated": 9}
    table = named(disputes(run(REFUSING, {**changes, "staff_hours_used": 150})), "refusals")
    said = words(table)
    assert "A refusal is not a saving" in said
    assert "“Stricter”, 2024: requests refused +50; plans issued -40; appeals +12" in said
    assert "assessments reinstated +9; tribunal officers’ hours +150." in said
    assert len(table.rows) == 2 and len(table.head) == 6


def test_an_option_that_refuses_as_many_is_not_in_that_table() -> None:
    assert named(disputes(run(REFUSING, {"appeals": 12})), "refusals") is None


def test_disputes_that_never_happen_make_no_chart() -> None:
    kept = [*of_year("2024", appeals=0, mediations=0), ("appeals", "decision=contents", "2024", 0.0)]
    assert disputes(run(kept)) == []


def test_vacancies_name_the_pool_with_most_and_leave_out_pools_without() -> None:
    pools = {"pool=ep": 0.0, "pool=casework_officer": 3.0, "pool=ot": 1.0}
    kept = [("vacancies", pool, "2024", posts) for pool, posts in pools.items()]
    (made,) = coming_and_going(run(kept))
    assert made.headline == "Posts stand vacant, most among casework officers: 3 FTE in 2024"
    assert set(made.data["series"]) == {"Casework officers", "Occupational therapists"}


def test_hours_lost_are_added_up_over_pools() -> None:
    kept = [("staff_hours_sick", f"pool={pool}", "2024", 100.0) for pool in ("ep", "ot")]
    (made,) = coming_and_going(run(kept))
    assert made.data["mean"].tolist() == [200.0]


NEEDED = [
    *of_year("2025", places_needed=120, places_short=20),
    ("places_needed", "setting=special", "2025", 120.0),
    ("places_short", "setting=special", "2025", 20.0),
    ("places_needed", "need=ASD", "2025", 90.0),
    ("places_needed", "need=ASD;phase=primary;district=North", "2025", 50.0),
    ("places_needed", "need=ASD;phase=secondary;district=North", "2025", 40.0),
    ("places_needed", "need=SEMH;phase=secondary;district=South_East", "2025", 30.0),
]


def test_places_needed_stand_beside_those_commissioned() -> None:
    parts = needed(run(NEEDED))
    assert named(parts, "needed").headline == (
        "120 places are needed in January 2025, and 100 are commissioned"
    )
    assert named(parts, "short").headline == "Special is short of 20 places in January 2025"


def test_places_needed_are_told_by_need_and_by_district_with_their_sums() -> None:
    parts = needed(run(NEEDED))
    by_need, by_district = named(parts, "places-by-need"), named(parts, "places-by-district")
    assert by_need.head == ["Need", "Primary, 4 to 10", "Secondary, 11 to 15", "Total"]
    assert by_need.rows[0] == ("Autism (ASD)", [("50",), ("40",), ("90",)])
    assert by_need.rows[-1] == ("Total", [("50",), ("70",), ("120",)])
    assert by_district.rows[1] == ("South East", [("0",), ("30",), ("30",)])


def test_a_combination_of_groups_is_never_taken_for_a_group() -> None:
    assert run(NEEDED).groups("places_needed", "need") == ["ASD"]


def test_ranges_below_nought_are_kept_where_a_number_can_be_below_nought() -> None:
    data = run([("places_short", "setting=special", "2025", -30.0)]).series(
        "places_short", "Short", "setting=special"
    )
    assert data["whole_low"].tolist() == [-30.0]


DEFICIT = [
    *of_year("2026-27", dsg_cumulative=-20e6, dsg_in_year=-5e6, general_fund_call=0.0),
    *of_year("2027-28", dsg_cumulative=-26e6, dsg_in_year=-6e6, general_fund_call=0.0),
    *of_year("2028-29", dsg_cumulative=-33e6, dsg_in_year=-7e6, general_fund_call=33e6),
]


def test_the_deficit_is_told_with_the_end_of_the_override_and_what_falls_due_then() -> None:
    settings = {"override_until": {"value": date(2028, 3, 31), "source": "regulations"}}
    balance = named(account(run(DEFICIT, account=settings)), "balance")
    assert balance.headline.replace("\u00a0", " ") == (
        "High needs ends 2028-29 with a deficit of £33.0 million, after a deficit of £20.0 million at the "
        "end of 2026-27"
    )
    note = balance.notes[0].replace("\u00a0", " ")
    assert "until 31 March 2028" in note and "has to meet £33.0 million in 2028-29 with" in note


def test_an_override_without_an_end_says_so() -> None:
    (note,) = named(account(run(DEFICIT, account={})), "balance").notes
    assert "No end is set" in note


SPENDING = of_year("2024-25", cost=9e6, weeks_without_provision=400, cost_not_spent_by_delay=200e3)


def test_a_saving_made_while_children_wait_longer_is_told_as_such() -> None:
    changes = {"cost": -300e3, "weeks_without_provision": 150, "cost_not_spent_by_delay": 90e3}
    said = words(named(delay(run(SPENDING, changes)), "delay-by-option"))
    assert "“Stricter” costs less (-£300,000) while children wait longer (+150 child-weeks" in said
    assert "spending put off by late plans +£90,000. This is not a saving." in said


def test_a_saving_made_while_children_wait_less_needs_no_warning() -> None:
    table = named(delay(run(SPENDING, {"cost": -300e3, "weeks_without_provision": -50})), "delay-by-option")
    assert len(table.notes) == 1 and len(table.rows) == 2


def test_weeks_lost_to_refusals_stand_beside_the_cost_and_in_its_warning() -> None:
    kept = [*SPENDING, ("weeks_lost_to_refusals", "all", "2024-25", 100.0)]
    table = named(delay(run(kept, {"cost": -300e3, "weeks_lost_to_refusals": 60})), "delay-by-option")
    assert "Child-weeks lost to refusals, 2024-25" in table.head
    assert "take longer to put right (+60 child-weeks)" in words(table)
    assert "the two can be added" in words(table)


HARMED = {
    "plans_issued": (-40, "fewer plans are issued (-40)"),
    "requests_refused": (40, "it refuses more requests (+40)"),
    "weeks_without_provision": (40, "children wait longer (+40 child-weeks without provision)"),
    "weeks_lost_to_refusals": (40, "take longer to put right (+40 child-weeks)"),
    "wait_request_to_plan_mean": (2, "plans take longer (+2.0 weeks from request to plan)"),
    "open_assessments_over_20w": (40, "more assessments are open past 20 weeks (+40)"),
    "waiting_for_place": (40, "more children wait for a place (+40)"),
    "reviews_overdue": (40, "more annual reviews are overdue (+40)"),
}


@pytest.mark.parametrize("measure", HARMED)
def test_no_fall_in_cost_is_called_a_saving_where_children_are_worse_off(measure: str) -> None:
    change, harm = HARMED[measure]
    others = [row for row in SPENDING if row[0] != measure]
    kept = [*others, *of_year("2024-25", **{measure: 100.0})]
    results = run(kept, {"cost": -300e3, measure: change})
    first_page = option_sentences(results, options(results))
    (sentence,) = (one.replace("\u2212", "-") for one in first_page)
    assert "Its lower cost is not a saving" in sentence and harm in sentence
    assert harm in words(named(delay(results), "delay-by-option"))
    for text in (sentence, words(named(delay(results), "delay-by-option"))):
        assert text.lower().count("saving") == text.lower().count("not a saving")
    opposite = run(kept, {"cost": -300e3, measure: -change})
    assert "saving" not in option_sentences(opposite, options(opposite))[0]


def test_no_section_is_named_after_savings() -> None:
    assert not any("saving" in title.lower() for _, title, _ in SECTIONS)


def test_a_saving_made_by_refusing_more_is_told_as_such() -> None:
    kept = [*SPENDING, ("requests_refused", "all", "2024-25", 100.0)]
    said = words(named(delay(run(kept, {"cost": -300e3, "requests_refused": 40})), "delay-by-option"))
    assert "“Stricter” costs less (-£300,000) while it refuses more requests (+40)" in said


BLOCK_AND_SPOT = Path(__file__).resolve().parents[2] / "configs" / "block_and_spot.yaml"


def contracts(*scenarios: str, children: float = 60.0) -> Table | None:
    """The table of contracts of a run of that config."""
    results = run([("child_years", "setting=ap", "2021-22", children)], {})
    values = results.values.replace({"scenario": {BASELINE: scenarios[0], OPTION: scenarios[1]}})
    contracted = contracted_settings(BLOCK_AND_SPOT, scenarios)
    facts = results.facts | {"scenarios": list(scenarios)}
    return named(cost(replace(results, facts=facts, values=values, contracted=contracted)), "contracts")


def test_a_larger_block_is_told_with_the_children_from_whom_it_pays() -> None:
    table = contracts("baseline", "new_60")
    (_, now), (name, offer) = table.rows
    assert now == [("20",), ("£18,000",), ("£22,000",), ("60",), ("100\u00a0%",), ("as the baseline",)]
    # 20 block places and n - 20 at 22,000 cost as much as 50 block places at n = 42.3.
    assert offer[:2] == [("50",), ("£17,000",)] and offer[-1] == ("43 children", "(42.3)")
    assert name == "Alternative provision: New 60"


def test_a_block_is_as_full_as_its_children_fill_it() -> None:
    (_, now), (_, offer) = contracts("baseline", "new_45", children=45).rows
    assert now[4] == ("100\u00a0%",) and offer[4] == ("90\u00a0%",)


def test_without_contracts_there_is_no_table_of_them() -> None:
    assert named(cost(run([("child_years", "setting=ap", "2021-22", 60.0)], {})), "contracts") is None


def test_money_over_the_run_is_compared_in_cash_real_and_present_value() -> None:
    years = ("2024", "2025 (part)")
    kept = [
        (measure, "all", year, value)
        for measure, value in (("cost", 9e6), ("cost_real", 8e6), ("cost_present_value", 7e6))
        for year in years
    ]
    table = named(cost(run(kept, {"cost": 1e6, "cost_real": 1e6, "cost_present_value": 0.5e6})), "valued")
    text = words(table)
    assert "As now (baseline) £18.0 million £16.0 million £14.0 million" in text
    assert "Stricter: difference +£2.0 million +£2.0 million +£1.0 million" in text


def test_the_first_page_has_waits_appeals_and_the_balance_of_the_last_financial_year() -> None:
    kept = [*of_year("2028", weeks_without_provision=400, appeals=60, plans_active=900), *DEFICIT]
    kept += of_year("2028", weeks_lost_to_refusals=70)
    results = run(kept, {"appeals": 5})
    rows = {outcome.label: outcome for outcome in options(results)}
    assert rows["Child-weeks without provision"].baseline == "400"
    assert rows["Child-weeks lost to refusals that were overturned"].baseline == "70"
    assert "and 70 more because they were wrongly refused first" in " ".join(in_short(results))
    assert rows["Appeals registered"].differences[0].mean == "+5"
    assert rows["High needs balance at the end of the financial year"].period == "2028-29"
    said = " ".join(in_short(results)).replace("\u00a0", " ").replace("\u2212", "-")
    assert "In 2028 children wait 400 child-weeks" in said
    assert "Families register 60 appeals in 2028" in said
    assert "stands at -£33.0 million at the end of 2028-29" in said


def test_what_the_settings_leave_out_is_said_and_nothing_else() -> None:
    kept = of_year("2024", appeals=1)
    assert left_out(run(kept)) == [
        "mediation and appeals",
        "vacancies and staff turnover",
        "the council’s grants and its deficit",
    ]
    everything = {
        "disputes": {"act": {"days": 30}},
        "staff_pools": {"ep": {"fte": 3}, "ot": {"turnover": {"leave_per_year": 0.2}}},
        "account": {"opening_balance": -1},
    }
    assert left_out(run(kept, **everything)) == []
    assert left_out(run(kept, **everything, loops={"disputes": {"on": False}})) == ["mediation and appeals"]


def test_groups_and_days_are_said_in_plain_words() -> None:
    assert group_name("need", "SEMH") == "Social, emotional and mental health (SEMH)"
    assert group_name("district", "East_Side") == "East Side"
    assert group_name("source", "parent") == "Asked for by parents"
    assert group_name("source", "unknown") == "Not known"
    assert day_name(date(2028, 3, 31)) == "31 March 2028"
