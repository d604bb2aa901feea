"""An order of work may change on dates, as numbers do, in a config and by an intervention."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_config import SMALL, faults_of, line_of

from sim.config.documents import read
from sim.config.schema import schema
from sim.schedule import Schedule
from sim.settings import Settings

POOL = "  ep:\n    fte: 6\n"
CHANGE = "{path: staff_pools.ep.fte, operation: add, value: 3, from: 2021-04-01, ramp: 26 weeks}"
TO_OLDEST = "{path: staff_pools.ep.order, operation: set, value: oldest_first, from: 2021-04-01}"


def written(tmp_path: Path, order: str = "", change: str = CHANGE) -> Path:
    """The small config with an order of work of its psychologists, and a change of `more_eps`."""
    path = tmp_path / "small.yaml"
    pool = POOL + (f"    order: {order}\n" if order else "")
    path.write_text(SMALL.replace(POOL, pool).replace(CHANGE, change), encoding="utf-8")
    return path


def order_of(settings: Settings) -> Schedule:
    return settings.staff_pools["ep"].order


@pytest.mark.parametrize(
    "order, found",
    [
        ("", ["earliest_deadline"] * 3),
        ("first_come", ["first_come"] * 3),
        (
            "{2020-01-01: first_come, 2021-01-01: twin_track, 2022-01-01: oldest_first}",
            ["first_come", "twin_track", "oldest_first"],
        ),
    ],
)
def test_an_order_is_a_word_or_dates_with_words(tmp_path: Path, order: str, found: list[str]) -> None:
    settings = read(written(tmp_path, order)).settings()
    assert [order_of(settings).at(date(year, 6, 1)) for year in (2020, 2021, 2022)] == found


def test_a_change_sets_an_order_from_a_date_until_another(tmp_path: Path) -> None:
    path = written(tmp_path, "first_come", TO_OLDEST.replace("}", ", until: 2022-01-01}"))
    found = order_of(read(path).settings("more_eps"))
    days = (date(2021, 3, 31), date(2021, 4, 1), date(2021, 12, 31), date(2022, 1, 1))
    assert [found.at(day) for day in days] == ["first_come", "oldest_first", "oldest_first", "first_come"]
    assert order_of(read(path).settings()) == Schedule.constant("first_come")


def test_a_change_of_an_order_may_slip(tmp_path: Path) -> None:
    path = written(tmp_path, "first_come", TO_OLDEST.replace("}", ", slip: 2 months}"))
    found = order_of(read(path).settings("more_eps"))
    assert [found.at(day) for day in (date(2021, 5, 31), date(2021, 6, 1))] == ["first_come", "oldest_first"]


def test_a_dated_order_can_be_given_on_the_command_line(tmp_path: Path) -> None:
    document = read(
        written(tmp_path), ["staff_pools.ep.order={2020-01-01: first_come, 2021-01-01: twin_track}"]
    )
    assert order_of(document.settings()).at(date(2021, 1, 1)) == "twin_track"


def test_a_wrong_word_is_told_on_its_line_with_those_there_are(tmp_path: Path) -> None:
    path = written(tmp_path, "{2020-01-01: first_come,\n      2021-01-01: oldest}")
    line = line_of(path.read_text(encoding="utf-8"), "2021-01-01: oldest}")
    (told,) = faults_of(path)
    assert told.startswith(f"small.yaml:{line}:")
    assert "staff_pools.ep.order.2021-01-01: 'oldest', must be one of: first_come," in told


@pytest.mark.parametrize(
    "order, words",
    [
        ("fifo", "staff_pools.ep.order: 'fifo', must be one of: first_come, earliest_deadline"),
        ("3", "staff_pools.ep.order: 3, must be one of: first_come"),
        ("{}", "must be a word, or dates with words; this is empty"),
        ("{first: twin_track}", "must be a date such as 2022-04-01"),
        ("first_com", "did you mean 'first_come'?"),
    ],
)
def test_what_is_no_order_is_refused(tmp_path: Path, order: str, words: str) -> None:
    (told,) = faults_of(written(tmp_path, order))
    assert words in told


@pytest.mark.parametrize(
    "change, words",
    [
        (TO_OLDEST.replace("}", ", ramp: 8 weeks}"), "changes at once and wholly; leave ramp out"),
        (TO_OLDEST.replace("}", ", decay: 8 months}"), "changes at once and wholly; leave decay out"),
        (TO_OLDEST.replace("}", ", delivered_share: 0.5}"), "leave delivered_share out"),
        (TO_OLDEST.replace("oldest_first", "3"), "must be one of: first_come"),
        (TO_OLDEST.replace("oldest_first", "eldest"), "'eldest', must be one of: first_come"),
        (TO_OLDEST.replace("operation: set", "operation: add"), "must be one of: first_come"),
    ],
)
def test_a_change_that_an_order_cannot_make_is_refused(tmp_path: Path, change: str, words: str) -> None:
    told = faults_of(written(tmp_path, change=change))
    assert any(words in one for one in told), told


def test_a_panel_has_no_two_tracks(tmp_path: Path) -> None:
    path = written(tmp_path)
    text = path.read_text(encoding="utf-8").replace("cases: 12}", "cases: 12, order: twin_track}", 1)
    path.write_text(text, encoding="utf-8")
    assert "must be one of: first_come, earliest_deadline, oldest_first" in faults_of(path)[0]


def test_editors_know_the_words() -> None:
    text = str(schema()["$defs"]["StaffPool"]["properties"]["order"])
    assert "twin_track" in text and "patternProperties" in text
