"""Every benchmark runs, at a tiny size, and its contestants solve the same problem."""

from __future__ import annotations

import pytest

from experiments.benchmarks import engine_against_naive, growth, memory, pool_against_ciw
from experiments.benchmarks.timing import Row

TINY = {"repetitions": 1, "years": 2, "scale": 0.2}


def found(rows: list[Row], variant: str) -> dict[str, float]:
    return next(row.found for row in rows if row.variant == variant)


def test_the_engine_and_the_textbook_model_do_the_same_work() -> None:
    rows = engine_against_naive.run(**TINY)
    engine, naive = found(rows, "engine"), found(rows, "naive SimPy")
    for counted in ("requests", "reviews", "plans issued", "plans at the end", "jobs done"):
        assert naive[counted] == pytest.approx(engine[counted], rel=0.15), counted
    assert found(rows, "engine and measures")["violations"] == 0
    assert found(rows, "engine and measures, whole service")["violations"] == 0
    assert "times as long" in engine_against_naive.describe(rows)


def test_the_pool_and_ciw_find_the_same_waits() -> None:
    pytest.importorskip("ciw")
    rows = pool_against_ciw.run(repetitions=1, customers=4_000)
    tandem = [row for row in rows if row.benchmark == "queues tandem"]
    times = [found(tandem, variant)["mean minutes in all"] for variant in ("staff pool", "Ciw")]
    assert times[0] == pytest.approx(times[1], rel=0.15)
    assert "in theory" in pool_against_ciw.describe(rows)


def test_without_ciw_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_against_ciw, "find_spec", lambda name: None)
    with pytest.raises(pool_against_ciw.Missing, match="bench"):
        pool_against_ciw.run(repetitions=1)


def test_growth_compares_counties_by_the_child() -> None:
    rows = growth.run(**TINY, scales=(1, 2))
    assert [row.variant for row in rows][-1] == "10 times the EP backlog"
    assert found(rows, "2 times the county")["children"] > 1.5 * found(rows, "1 times the county")["children"]
    assert "over linear" in growth.describe(rows)


def test_every_repetition_is_a_line_of_the_table_and_of_the_file() -> None:
    rows = memory.run(**TINY)
    assert all(row.cpu_seconds > 0 for row in rows)
    assert rows[0].as_csv().startswith("memory,engine,1,")
    assert rows[0].as_csv().count(",") == 5
