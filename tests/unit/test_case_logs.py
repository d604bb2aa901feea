"""An authority's own log: read strictly, told of by row and column, and nobody named."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from experiments.evidence.faults import DataError
from experiments.evidence.personal import by_heading, by_values, is_nhs_number, is_postcode, is_pupil_number
from experiments.logs.case_logs import CaseLog, case_log, read_case_log
from experiments.logs.column_map import read_column_map
from experiments.logs.commands import import_log, in_words
from experiments.logs.durations import lognormal, quantiles, share_over, spells
from experiments.logs.fits import fit_log

EVENTS_MAP = """\
layout: events
case: Case ref
activity: Status
time: Status date
extract_date: 2024-06-30
activities:
  Request in: requested
  Will assess: agreed_to_assess
  No assessment: refused_to_assess
  Advice in: advice_complete
  Will issue: agreed_to_issue
  No plan: refused_to_issue
  Draft out: draft_sent
  Final out: plan_issued
  Withdrawn: withdrawn
  Phone call: ignore
"""
EVENTS = """\
Case ref,Status,Status date,Team
A1,Request in,02/01/2024,North
A1,Phone call,03/01/2024,North
A1,Will assess,2024-02-05,North
A1,Advice in,2024-03-11,North
A1,Will issue,2024-03-25,North
A1,Draft out,2024-04-02,North
A1,Final out,2024-05-01,North
B2,Request in,2024-03-01,South
B2,No assessment,2024-04-01,South
C3,Request in,2024-06-01,South
"""
MILESTONES_MAP = """\
layout: milestones
case: Case ref
extract_date: 2024-06-30
milestones:
  Requested: requested
  Assess: agreed_to_assess
  Refused: refused_to_assess
  Advice: advice_complete
  Issue: agreed_to_issue
  Not issued: refused_to_issue
  Draft: draft_sent
  Final: plan_issued
  Withdrawn: withdrawn
"""
MILESTONES = """\
Case ref,Requested,Assess,Refused,Advice,Issue,Not issued,Draft,Final,Withdrawn
A1,02/01/2024,05/02/2024,,11/03/2024,25/03/2024,,02/04/2024,01/05/2024,
B2,01/03/2024,,01/04/2024,,,,,,
C3,01/06/2024,,,,,,,,
"""


def read(tmp_path, content: str, mapping: str = EVENTS_MAP) -> CaseLog:
    (tmp_path / "log.csv").write_text(content, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(mapping, encoding="utf-8")
    return read_case_log(tmp_path / "log.csv", tmp_path / "map.yaml")


def faults(tmp_path, content: str, mapping: str = EVENTS_MAP) -> list[str]:
    with pytest.raises(DataError) as refused:
        read(tmp_path, content, mapping)
    return str(refused.value).splitlines()


def steps(*rows: tuple[int, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["case", "activity", "day"])


def finished(days: list[int], still_open: list[int] = ()) -> pd.DataFrame:
    done = [True] * len(days) + [False] * len(still_open)
    return pd.DataFrame({"days": [*days, *still_open], "done": done})


# Reading.


def test_a_log_of_events_and_one_of_milestones_say_the_same(tmp_path):
    one, other = read(tmp_path, EVENTS), read(tmp_path, MILESTONES, MILESTONES_MAP)
    assert one.events.equals(other.events)
    assert (one.first, one.last, one.activities) == (other.first, other.last, other.activities)
    assert one.warnings == other.warnings == ()


def test_cases_are_numbers_and_steps_stand_in_the_order_of_days(tmp_path):
    log = read(tmp_path, EVENTS)
    assert list(log.events.columns) == ["case", "file", "activity", "day"]
    assert log.events["case"].tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 2]
    assert log.events["activity"].tolist()[6:] == ["requested", "refused_to_assess", "requested"]
    assert log.events["day"].iloc[1] == date(2024, 2, 5).toordinal()


def test_a_time_with_a_zone_keeps_its_date_as_written_and_that_is_told(tmp_path):
    late = EVENTS.replace("C3,Request in,2024-06-01", "C3,Request in,2024-03-31T23:30:00Z")
    late = (
        late.replace("North", "2024-01-01T10:00Z")
        .replace("01/03/2024", "2024-03-01 09:15")
        .replace("2024-04-01", "2024-04-01T00:30:00+01:00")
    )
    log = read(tmp_path, late)
    assert log.events["day"].iloc[-1] == date(2024, 3, 31).toordinal()
    assert log.events["day"].iloc[7] == date(2024, 4, 1).toordinal()
    assert log.warnings == ("log.csv: 2 times carry a time zone; the date is kept as written",)


def test_faults_are_told_all_at_once_by_row_and_column(tmp_path):
    bad = EVENTS.replace("2024-02-05", "2024-02-30").replace("2024-06-01", "2024-07-01")
    assert faults(tmp_path, bad) == [
        "log.csv:4:Status date: '2024-02-30', must be a date such as 2024-09-30 or, day first, 30/09/2024",
        "log.csv:11:Status date: '2024-07-01', must not be after the extract_date, 2024-06-30",
    ]


def test_a_missing_column_or_reference_is_told_without_showing_any_reference(tmp_path):
    assert faults(tmp_path, EVENTS.replace("Status date", "When")) == [
        "log.csv:1:Status date: missing column, the column map names it"
    ]
    twice = MILESTONES.replace("C3,", "B2,").replace("A1,02", ",02")
    told = "\n".join(faults(tmp_path, twice, MILESTONES_MAP))
    assert "log.csv:2:Case ref: a personal value, not shown, must not be blank" in told
    told = faults(tmp_path, MILESTONES.replace("C3,", "B2,"), MILESTONES_MAP)
    assert told == ["log.csv:4:Case ref: the case of row 3, must have one row"]


def test_steps_that_the_map_does_not_have_are_counted_and_rare_ones_not_named(tmp_path):
    more = "".join(f"C3,Chaser sent,2024-06-{day:02d},South\n" for day in range(2, 14))
    told = read(tmp_path, EVENTS + more + "C3,Spoke to Mrs Smith,2024-06-20,South\n").warnings
    assert told == (
        "log.csv: Status: not in the column map: 'Chaser sent' 12 times, 1 others fewer than 10 times each, "
        "which may be free text; left out",
    )
    strict = f"{EVENTS_MAP}unknown_activities: refuse\n"
    assert "write `ignore` for a step that does not count" in faults(tmp_path, EVENTS + more, strict)[0]


def test_a_step_on_the_same_day_twice_counts_once_and_a_case_out_of_order_is_left_out(tmp_path):
    log = read(tmp_path, f"{EVENTS}A1,Final out,2024-05-01,North\nD4,Request in,2024-05-05,N\n")
    assert log.warnings == ("fewer than 10 steps are there more than once on one day; counted once",)
    log = read(tmp_path, f"{EVENTS}D4,Request in,2024-05-05,N\nD4,Draft out,2024-05-01,N\n")
    assert log.warnings == ("fewer than 10 cases left out: a step is dated before one that must come first",)
    assert log.cases == 3


def test_without_an_extract_date_the_last_step_stands_for_it_and_that_is_told(tmp_path):
    log = read(tmp_path, EVENTS, EVENTS_MAP.replace("extract_date: 2024-06-30\n", ""))
    assert log.last == date(2024, 6, 1)
    assert "no extract_date in the map; the last step, 2024-06-01, stands for it" in log.warnings


def test_ends_that_the_log_does_not_keep_are_told(tmp_path):
    log = read(tmp_path, EVENTS, EVENTS_MAP.replace("  Withdrawn: withdrawn\n", ""))
    assert log.warnings == ("steps not in the log: request withdrawn; cases that ended so look open",)


# Who somebody is.


@pytest.mark.parametrize(
    "heading",
    ["Surname", "Child's name", "First name", "D.O.B.", "Date of Birth", "UPN", "NHS No.", "Home postcode"],
)
def test_a_column_that_says_who_somebody_is_is_refused_and_never_shown(tmp_path, heading):
    content = EVENTS.replace("Team", heading).replace("North", "Ottilie").replace("South", "Peregrine")
    told = "\n".join(faults(tmp_path, content))
    assert told.startswith(f"log.csv:1:{heading}: holds ")
    assert "Ottilie" not in told
    assert "Peregrine" not in told


@pytest.mark.parametrize("heading", ["Team", "School name", "Group name", "Support need", "Address checked"])
def test_columns_about_no_person_are_left_alone(heading):
    assert by_heading(heading) == ""


@pytest.mark.parametrize(
    ("value", "told"),
    [("943 476 5919", "NHS numbers"), ("CB2 1TN", "postcodes"), ("H801200001001", "unique pupil numbers")],
)
def test_personal_values_under_an_innocent_heading_are_refused_and_not_shown(tmp_path, value, told):
    found = faults(tmp_path, EVENTS.replace("North", value).replace("South", value))
    assert found == [
        f"log.csv:1:Team: holds values in the form of {told}, must not be in the file: take the column out"
    ]


def test_check_digits_tell_personal_numbers_from_other_references():
    assert is_nhs_number("9434765919")
    assert not is_nhs_number("9434765918")
    right = [letter for letter in "ABCDEFGHJKLMNPQRTUVWXYZ" if is_pupil_number(f"{letter}801200001001")]
    assert right == ["H"]
    assert is_postcode("sw1a 2aa")
    assert not is_postcode("EHC 2024")
    assert by_values(f"{number:010d}" for number in range(1000)) == ""


# The column map.


def test_faults_of_a_map_are_told_by_row_and_key(tmp_path):
    bad = EVENTS_MAP.replace("advice_complete", "advice_completed").replace("time:", "tiem:")
    bad = bad.replace("  Request in: requested\n", "")
    assert faults(tmp_path, EVENTS, bad) == [
        "map.yaml:4:tiem: unknown key; did you mean 'time'?",
        "map.yaml:0:time: missing, must be there",
        "map.yaml:9:Advice in: 'advice_completed', must be one of requested, assessment_reinstated, "
        "agreed_to_assess, refused_to_assess, advice_complete, agreed_to_issue, refused_to_issue, "
        "draft_sent, plan_issued, withdrawn, ignore; did you mean 'advice_complete'?",
        "map.yaml:6:activities: nothing stands for requested, something must",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("layout: rows\n", "map.yaml:1:layout: 'rows', must be events or milestones"),
        ("- case\n", "map.yaml:0:: must be keys with values, such as `case: Case ref`"),
        ("case: [\n", "must be well-formed YAML"),
        (EVENTS_MAP.replace("2024-06-30", "June"), "map.yaml:5:extract_date: 'June', must be a date"),
        (f"{EVENTS_MAP}from: 2024-07-01\n", "from: 2024-07-01, must be before extract_date"),
    ],
)
def test_a_map_that_cannot_be_used_is_told(tmp_path, content, told):
    (tmp_path / "map.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        read_column_map(tmp_path / "map.yaml")
    assert told in str(refused.value)


# Files and durations.


def test_a_case_taken_up_again_after_a_refusal_has_a_second_file():
    log = case_log(
        "log",
        steps(
            (0, "requested", 1),
            (0, "refused_to_assess", 40),
            (0, "agreed_to_assess", 90),
            (0, "draft_sent", 150),
        ),
        ("requested", "agreed_to_assess", "refused_to_assess", "draft_sent", "plan_issued"),
        date.fromordinal(1),
        date.fromordinal(200),
    )
    assert log.events["file"].tolist() == [1, 1, 2, 2]
    found = spells(log).set_index("stage")[["days", "done"]]
    assert found.loc["deciding_to_assess"].tolist() == [39, True]
    assert found.loc["advice+deciding_to_issue+drafting"].tolist() == [60, True]
    assert found.loc["finalising"].tolist() == [50, False]


def test_a_step_after_the_end_of_a_case_opens_nothing():
    log = case_log(
        "log",
        steps((0, "requested", 1), (0, "plan_issued", 100), (0, "draft_sent", 400)),
        ("requested", "draft_sent", "plan_issued"),
        date.fromordinal(1),
        date.fromordinal(500),
    )
    assert log.events["file"].nunique() == 1
    assert spells(log)["stage"].tolist() == [
        "deciding_to_assess+advice+deciding_to_issue+drafting",
        "request_to_close",
        "request_to_plan",
    ]


def test_open_cases_are_followed_to_the_extract_date(tmp_path):
    found = spells(read(tmp_path, EVENTS))
    deciding = found[found["stage"] == "deciding_to_assess"]
    assert deciding["days"].tolist() == [34, 31, 29]
    assert deciding["done"].tolist() == [True, True, False]
    assert found.loc[found["stage"] == "request_to_plan", "days"].tolist() == [120]


def test_shares_over_are_kaplan_and_meiers():
    rows = finished([2, 3, 5], still_open=[3, 4])
    # At risk 5, 4 and, two open ones gone, 1.
    assert share_over(rows, np.array([1.0, 2, 3, 4, 5])) == pytest.approx([0, 1 / 5, 2 / 5, 2 / 5, 1])
    assert quantiles(rows, (0.2, 0.4, 0.41)).tolist() == [2, 3, 5]
    assert np.isnan(quantiles(finished([2], still_open=[3, 3]), (0.5,))[0])


def test_a_lognormal_is_found_again_although_long_stages_are_still_open():
    from scipy.stats import lognorm

    days = lognorm.ppf((np.arange(400) + 0.5) / 400, 0.5, scale=40)
    rows = pd.DataFrame({"days": np.minimum(days, 50), "done": days <= 50})
    mean, cv = lognormal(rows)
    assert mean == pytest.approx(40 * np.exp(0.125), rel=0.02)
    assert cv == pytest.approx(np.sqrt(np.expm1(0.25)), rel=0.02)
    assert rows["days"].mean() < mean - 5


def many_cases(count: int, days: int, first: int = 738000) -> CaseLog:
    rows = [(case, "requested", first + case % 7) for case in range(count)]
    rows += [(case, "plan_issued", first + case % 7 + days + case % 3) for case in range(count)]
    known = ("requested", "plan_issued")
    return case_log("log", steps(*rows), known, date.fromordinal(first), date.fromordinal(first + 400))


def test_a_stage_with_fewer_than_ten_finished_is_suppressed():
    assert {row["status"] for row in fit_log(many_cases(9, 100))} == {"suppressed: fewer than 10 finished"}
    row = fit_log(many_cases(9, 100))[0]
    assert [row[name] for name in ("cases", "finished", "days_p50", "fitted_mean_days")] == [None] * 4
    row = fit_log(many_cases(10, 100))[0]
    assert (row["status"], row["cases"], row["days_p50"]) == ("fitted", 10, None)
    assert row["fitted_mean_days"] == pytest.approx(101, abs=0.5)
    assert fit_log(many_cases(20, 100))[0]["days_p50"] == 101


def test_an_imported_log_leaves_numbers_and_no_references(tmp_path):
    rows = "".join(f"S{case:03d},Request in,2024-01-{1 + case % 28:02d},N\n" for case in range(40))
    rows += "".join(f"S{case:03d},No assessment,2024-02-{1 + case % 28:02d},N\n" for case in range(40))
    read(tmp_path, EVENTS + rows)
    told = import_log(tmp_path / "log.csv", tmp_path / "map.yaml", tmp_path / "out")
    written = (tmp_path / "out" / "stage_durations.csv").read_text(encoding="utf-8")
    assert written.splitlines()[1].startswith("deciding_to_assess,Deciding to assess,45,40,[c],fitted,")
    assert "S0" not in written
    assert "suppressed: fewer than 10 finished,[c],[c]" in written
    words = in_words(told)
    assert "Deciding to assess: half within 31 days, mean 31" in words
    assert "Gathering advice: suppressed: fewer than 10 finished." in words
