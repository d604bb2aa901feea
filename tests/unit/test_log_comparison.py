"""Two logs side by side: nothing found where nothing differs, and what was planted found where it is."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from numpy.random import Generator, Philox

from experiments.errors import InputError
from experiments.logs.activities import NAMES, TO_CLOSE, TO_PLAN, stages_between
from experiments.logs.case_logs import CaseLog, case_log
from experiments.logs.counts import backlog, follows, month_of, quarter_of, throughput
from experiments.logs.figures import count_charts, may_be_shown, stage_charts
from experiments.logs.findings import in_short
from experiments.logs.side_by_side import ALIKE, LONGER, TOO_FEW, compare_logs
from experiments.logs.small_cells import as_csv, shown
from sim.event_log import CASE_STAGES

FIRST, LAST = date(2022, 1, 1), date(2023, 12, 31)
STEPS = ("requested", "agreed_to_assess", "advice_complete", "agreed_to_issue", "draft_sent", "plan_issued")
USUAL_DAYS = (35, 45, 12, 10, 25)
WHOLE = (TO_CLOSE, TO_PLAN)


def made_log(replication: int, cases: int = 240, later: int = 0, stage: int = 1) -> CaseLog:
    """A log of cases with lognormal stages, one stage of which takes so many days more."""
    luck = Generator(Philox(key=1000 + replication))
    asked = FIRST.toordinal() + luck.integers(0, 720, cases)
    lengths = np.rint(np.array(USUAL_DAYS) * np.exp(luck.normal(0, 0.3, (cases, 5)))).astype(int)
    lengths[:, stage] += later
    refused = luck.random(cases) < 0.2
    days = asked[:, None] + np.cumsum(np.hstack([np.zeros((cases, 1), int), lengths]), axis=1)
    rows = []
    for case in range(cases):
        kept = STEPS[:1] if refused[case] else STEPS
        rows += [(case, step, day) for step, day in zip(kept, days[case], strict=False)]
        if refused[case]:
            rows.append((case, "refused_to_assess", days[case, 1]))
    table = pd.DataFrame(rows, columns=["case", "activity", "day"])
    return case_log("log", table[table["day"] <= LAST.toordinal()], tuple(NAMES), FIRST, LAST)


def by_hand(*rows: tuple[int, str, date], first: date = FIRST, last: date = LAST) -> CaseLog:
    table = pd.DataFrame(rows, columns=["case", "activity", "day"])
    table["day"] = [day.toordinal() for day in table["day"]]
    return case_log("log", table, tuple(NAMES), first, last)


@pytest.fixture(scope="module")
def replications() -> list[CaseLog]:
    return [made_log(number) for number in range(20)]


# Oracles.


def test_a_log_compared_with_itself_shows_no_difference_at_all():
    log = made_log(1)
    found = compare_logs(log, [log])
    assert found.stages["stage"].tolist() == [*CASE_STAGES, TO_CLOSE, TO_PLAN]
    for column in ("longer_days", "area_days", "largest_gap", "area_by_chance_mean"):
        assert (found.stages[column] == 0).all(), column
    assert (found.stages["finding"] == ALIKE).all()
    assert (found.stages["log_median_days"] == found.stages["simulated_median_days"]).all()
    for table in (found.quantiles, found.follows, found.throughput, found.backlog):
        assert len(table)
        for column in ("simulated", "low", "high"):
            pd.testing.assert_series_equal(table["log"], table[column], check_names=False)
    assert found.follows["inside"].all()


@pytest.mark.parametrize("stage", [0, 1, 3])
def test_a_fortnight_more_in_one_stage_is_found_in_that_stage_and_no_other(replications, stage):
    """Chance makes any log the farthest of 21 in a stage once in 21 times; this one it does not."""
    stages = compare_logs(made_log(21, later=14, stage=stage), replications).stages.set_index("stage")
    found = stages["finding"].drop(list(WHOLE))
    assert found[found != ALIKE].to_dict() == {CASE_STAGES[stage]: LONGER}
    assert stages.loc[CASE_STAGES[stage], "longer_days"] == pytest.approx(14, abs=2)
    assert stages.loc[CASE_STAGES[stage], "chance"] == pytest.approx(1 / 21)


def test_the_words_say_which_stage_differs_and_by_how_much(replications):
    told = in_short(compare_logs(made_log(21, later=14), replications))
    assert told[0].startswith("Gathering advice: 14 days longer in the log than simulated. None of the 20 ")
    assert "that is more than chance" in told[0]
    within = next(line for line in told if line.startswith("Within chance: "))
    assert all(
        stage in within for stage in ("deciding to assess", "deciding to issue", "drafting", "finalising")
    )
    assert told[-1] == (
        "Of the 7 times compared, with 20 replications each, about 0.3 would be told as different by "
        "chance alone."
    )


def test_another_replication_of_the_same_is_within_chance(replications):
    stages = compare_logs(made_log(21), replications).stages
    assert (stages["finding"] == ALIKE).all()
    assert (stages["area_days"] <= stages["area_by_chance_most"]).all()


def test_of_so_many_equal_logs_exactly_one_is_the_farthest_in_each_stage(replications):
    """So a log that is one more replication is called different once in so many times."""
    logs = replications[:8]
    farthest = [
        compare_logs(log, [other for other in logs if other is not log]).stages.set_index("stage")["chance"]
        for log in logs
    ]
    table = pd.concat(farthest, axis=1)
    assert ((table == 1 / 8).sum(axis=1) == 1).all()
    assert sorted(table.loc["advice"]) == pytest.approx([(1 + place) / 8 for place in range(8)])


def test_a_replication_is_not_held_against_the_other_of_its_own_draw(replications):
    """Two alike in one draw and one log far from both: each is far from all but its own twin."""
    twins = [replications[0], replications[0]]
    together = compare_logs(made_log(21, later=14), twins, [1, 1]).stages.set_index("stage")
    apart = compare_logs(made_log(21, later=14), twins, [1, 2]).stages.set_index("stage")
    assert together.loc["advice", "area_by_chance_mean"] == together.loc["advice", "area_days"]
    assert apart.loc["advice", "area_by_chance_mean"] == pytest.approx(apart.loc["advice", "area_days"] / 2)


# By hand.


def test_steps_that_follow_each_other_are_counted_between_the_days():
    log = by_hand(
        (0, "requested", date(2022, 1, 3)),
        (0, "refused_to_assess", date(2022, 2, 14)),
        (0, "assessment_reinstated", date(2022, 6, 1)),
        (0, "agreed_to_assess", date(2022, 6, 1)),
        (1, "requested", date(2022, 1, 3)),
        (1, "refused_to_assess", date(2022, 3, 1)),
    )
    assert follows(log, date(2022, 2, 1), date(2022, 5, 31)).to_dict() == {
        ("requested", "refused_to_assess"): 2
    }
    assert follows(log, FIRST, LAST)["assessment_reinstated", "agreed_to_assess"] == 1


def test_cases_that_come_go_and_are_open_are_counted_by_month_and_quarter():
    log = by_hand(
        (0, "requested", date(2022, 1, 31)),
        (0, "refused_to_assess", date(2022, 2, 28)),
        (1, "requested", date(2022, 1, 5)),
        (1, "plan_issued", date(2022, 3, 31)),
        (2, "requested", date(2022, 2, 1)),
        first=date(2022, 1, 1),
        last=date(2022, 4, 15),
    )
    monthly = throughput(log, log.first, log.last, month_of)
    assert monthly["requests"].to_dict() == {"2022-01": 2, "2022-02": 1, "2022-03": 0}
    assert monthly["plans"].tolist() == [0, 0, 1]
    assert monthly["ended_otherwise"].tolist() == [0, 1, 0]
    assert throughput(log, log.first, log.last, quarter_of).loc["2022 Q1"].tolist() == [3, 1, 1]
    assert backlog(log, log.first, log.last).to_dict() == {"2022-01": 2, "2022-02": 2, "2022-03": 1}


def test_stages_that_a_log_cannot_tell_apart_are_taken_as_one():
    known = ("requested", "agreed_to_assess", "draft_sent", "plan_issued")
    assert [stage.name for stage in stages_between(known)] == [
        "deciding_to_assess",
        "advice+deciding_to_issue+drafting",
        "finalising",
    ]


def test_a_log_and_a_run_of_other_years_are_compared_but_not_month_by_month(replications):
    real = made_log(30)
    earlier = real.events.assign(day=real.events["day"] - 1461)
    real = CaseLog("log", earlier, date(2018, 1, 1), date(2019, 12, 31), real.activities)
    found = compare_logs(real, replications[:3])
    assert found.throughput.empty
    assert found.backlog.empty
    assert (found.stages["finding"] != TOO_FEW).all()
    assert "share fewer than 84 days" in found.warnings[-1]


def test_without_replications_there_is_nothing_to_compare():
    with pytest.raises(InputError, match="no replication"):
        compare_logs(made_log(1), [])


# What may be shown.


def test_counts_are_rounded_and_small_ones_are_not_shown():
    assert [shown(count) for count in (0, 10, 12, 13, 1240)] == [0, 10, 10, 15, 1240]
    assert all(np.isnan(shown(count)) for count in range(1, 10))


def test_no_small_count_of_the_log_is_in_any_table_that_is_shown(replications):
    found = compare_logs(made_log(21, cases=24), replications)
    assert found.follows["log"].between(1, 9).any()
    seen = may_be_shown(found)
    for table in (seen.follows, seen.throughput, seen.backlog):
        counts = table["log"].dropna()
        assert ((counts == 0) | (counts >= 10)).all()
        assert (counts % 5 == 0).all()
        assert table.loc[table["log"].isna(), "inside"].isna().all()
    text = as_csv(seen.follows, found.follows)
    assert text.count("[c]") == 2 * int(found.follows["log"].between(1, 9).sum())


def test_a_time_is_shown_only_with_ten_finished_cases_on_either_side(replications):
    found = compare_logs(made_log(21, cases=60), replications)
    row = found.stages.set_index("stage").loc["advice"]
    assert 30 < row["log_finished"] < 50
    deciles = may_be_shown(found).quantiles
    kept = deciles[(deciles["stage"] == "advice") & deciles["log"].notna()]["share"]
    assert all(min(share, 1 - share) * row["log_finished"] >= 10 for share in kept)
    assert len(kept) == 5


def test_a_log_of_few_cases_is_not_compared_and_that_is_told(replications):
    found = compare_logs(made_log(21, cases=11), replications)
    stages = found.stages.set_index("stage")
    assert stages.loc["finalising", "finding"] == TOO_FEW
    assert np.isnan(stages.loc["finalising", "area_days"])
    assert any(line.startswith("Not compared, as fewer than 10 ended: ") for line in in_short(found))
    assert not any(chart.name == "stage-finalising" for chart in stage_charts(may_be_shown(found)))


def test_months_with_too_few_requests_become_quarters_and_what_is_left_hidden_is_named(replications):
    found = compare_logs(made_log(21, cases=120), replications)
    assert found.throughput["period"].iloc[0] == "2022 Q1"
    charts, hidden = count_charts(may_be_shown(found))
    assert "Cases ended without a plan" in hidden
    assert [chart.name for chart in charts] == ["counts-requests", "counts-plans", "counts-open"]
    monthly = compare_logs(made_log(21, cases=600), replications)
    assert monthly.throughput["period"].iloc[0] == "2022-01"
