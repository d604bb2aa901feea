"""A run's event log for queue animations: whoever is served has waited, and nobody serves two at once."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
import pytest
from logged_run import logged_run

from experiments.logs.animation import animation_rows
from experiments.logs.commands import export, in_words
from experiments.logs.jobs import hand_out, jobs_of
from experiments.logs.run_logs import run_log

DAY = 1440
UNTIL = 10 * DAY
TYPES = {"arrival_departure", "queue", "resource_use", "resource_use_end"}


def log(*rows: tuple[int, int, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["minute", "child", "event", "stage", "resource"]).assign(value=0)


def lines(events: pd.DataFrame) -> list[tuple]:
    jobs = jobs_of(events)
    hand_out(jobs, UNTIL)
    rows = animation_rows(events, jobs, UNTIL)
    return [(row.minute, row.child, row.event_type, row.event, row.person) for row in rows]


def work(child: int, *minutes: int, stage: str = "draft_plan", pool: str = "officer") -> list[tuple]:
    names = ("queued", "work_started", "work_finished")
    return [(minute, child, name, stage, pool) for minute, name in zip(minutes, names, strict=False)]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    out = tmp_path_factory.mktemp("animation") / "out"
    told = export(logged_run(), "animation", out)
    return told, pd.read_csv(out / "animation.csv"), pd.read_csv(out / "positions.csv")


# By hand.


def test_a_case_by_hand():
    events = log((60, 7, "requested", "", ""), *work(7, 60, 100, 160), (500, 7, "refused_to_assess", "", ""))
    assert lines(events) == [
        (60, 7, "arrival_departure", "arrival", 0),
        (60, 7, "queue", "deciding_to_assess", 0),
        (60, 7, "queue", "waits_for_officer", 0),
        (100, 7, "resource_use", "officer_begins", 1),
        (160, 7, "resource_use_end", "officer_ends", 1),
        (160, 7, "queue", "deciding_to_assess", 0),
        (500, 7, "queue", "closed", 0),
        (500, 7, "arrival_departure", "depart", 0),
    ]


def test_two_children_at_once_have_two_people_and_the_lowest_number_that_is_free_is_next():
    rows = [*work(1, 0, 10, 30), *work(2, 0, 20, 50), *work(3, 0, 30, 40), *work(4, 0, 45, 60)]
    used = [row for row in lines(log(*sorted(rows))) if row[2] == "resource_use"]
    assert [(minute, child, person) for minute, child, _, _, person in used] == [
        (10, 1, 1),
        (20, 2, 2),
        (30, 3, 1),
        (45, 4, 1),
    ]


def test_whoever_is_done_makes_room_before_the_next_begins():
    rows = lines(log(*sorted([*work(1, 0, 10, 30), *work(2, 0, 30, 40)])))
    assert [row[:3] for row in rows if row[0] == 30][:2] == [
        (30, 1, "resource_use_end"),
        (30, 2, "resource_use"),
    ]


def test_a_meeting_is_waited_for_and_work_called_off_is_left():
    events = log(
        (0, 1, "requested", "", ""),
        (10, 1, "panel_joined", "assess", ""),
        (90, 1, "panel_heard", "assess", ""),
        (90, 1, "agreed_to_assess", "", ""),
        *work(1, 100, stage="ep_advice", pool="ep"),
        (200, 1, "work_cancelled", "ep_advice", "ep"),
    )
    assert [(minute, event) for minute, _, _, event, _ in lines(events)] == [
        (0, "arrival"),
        (0, "deciding_to_assess"),
        (10, "waits_for_assess_panel"),
        (90, "deciding_to_assess"),
        (90, "advice"),
        (100, "waits_for_ep"),
        (200, "advice"),
        (UNTIL, "depart"),
    ]


def test_work_and_plans_at_the_end_of_the_run_end_with_it():
    rows = lines(log((-500, 1, "opening_plan", "", ""), *work(1, 60, 100)))
    assert rows[0] == (0, 1, "arrival_departure", "arrival", 0)
    assert rows[1] == (0, 1, "queue", "has_plan", 0)
    assert rows[-3:] == [
        (UNTIL, 1, "resource_use_end", "officer_ends", 1),
        (UNTIL, 1, "queue", "has_plan", 0),
        (UNTIL, 1, "arrival_departure", "depart", 0),
    ]


# Of a whole run.


def test_the_file_has_the_columns_and_types_of_queue_animations_and_says_its_unit(exported):
    told, table, _ = exported
    assert list(table.columns) == ["entity_id", "pathway", "event_type", "event", "time", "resource_id"]
    assert set(table["event_type"]) == TYPES
    assert table["time"].is_monotonic_increasing
    assert table["time"].between(0, told["days"]).all()
    assert (told["time_unit"], told["days"]) == ("days", 1096)
    assert "time in days" in in_words(told)
    assert set(table["pathway"]) == {
        "request",
        "opening_case",
        "opening_plan",
        "transferred_in",
        "reinstated",
    }


def test_every_child_of_the_log_arrives_first_and_departs_last_once(exported):
    _, table, _ = exported
    events = run_log(logged_run()).events(1)
    children = set(events.loc[events["child"] >= 0, "child"])
    assert set(table["entity_id"]) == children
    by_child = table.groupby("entity_id")["event"]
    assert (by_child.first() == "arrival").all()
    assert (by_child.last() == "depart").all()
    assert (table["event"].isin(["arrival", "depart"]).groupby(table["entity_id"]).sum() == 2).all()


def test_whoever_is_served_has_waited_for_it_and_is_done_later(exported):
    _, table, _ = exported
    for child, rows in table.groupby("entity_id"):
        waited: dict[str, int] = defaultdict(int)
        busy: dict[tuple[str, float], int] = defaultdict(int)
        for row in rows.itertuples():
            if row.event.startswith("waits_for_"):
                waited[row.event.removeprefix("waits_for_")] += 1
            elif row.event_type == "resource_use":
                pool = row.event.removesuffix("_begins")
                assert waited[pool] > 0, child
                busy[pool, row.resource_id] += 1
            elif row.event_type == "resource_use_end":
                busy[row.event.removesuffix("_ends"), row.resource_id] -= 1
        assert not any(busy.values()), child


def test_nobody_serves_two_at_once(exported):
    told, table, _ = exported
    with_whom: dict[tuple[str, float], int] = {}
    most: dict[str, int] = defaultdict(int)
    for row in table[table["event_type"].isin(["resource_use", "resource_use_end"])].itertuples():
        pool = row.event.removesuffix("_begins").removesuffix("_ends")
        if row.event_type == "resource_use":
            assert (pool, row.resource_id) not in with_whom
            with_whom[pool, row.resource_id] = row.entity_id
        else:
            assert with_whom.pop((pool, row.resource_id)) == row.entity_id
        at_once = sum(each == pool for each, _ in with_whom)
        most[pool] = max(most[pool], at_once)
    assert with_whom == {}
    assert most == told["people"]


def test_as_much_work_is_done_as_the_log_says(exported):
    _, table, _ = exported
    events = run_log(logged_run()).events(1)
    begun = (events["event"] == "work_started").sum()
    assert (table["event_type"] == "resource_use").sum() == begun > 500
    assert (table["event_type"] == "resource_use_end").sum() == begun


def test_every_event_that_is_drawn_has_a_place_of_its_own(exported):
    _, table, places = exported
    drawn = set(table.loc[table["event_type"] != "resource_use_end", "event"])
    assert drawn <= set(places["event"])
    assert not places.duplicated(["x", "y"]).any()
    assert not places.duplicated("event").any()
