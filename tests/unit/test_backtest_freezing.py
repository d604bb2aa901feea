"""What is known at a freeze, what is an outcome, and what is neither."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_library import MadeUpLibrary, code_of, made_up_library

from experiments.backtest import freezing
from experiments.backtest.targets import NOT_CREDIBLE, TARGETS, figure
from experiments.errors import InputError


def frozen(library: MadeUpLibrary, authorities: list[str] | None = None) -> freezing.Frozen:
    return freezing.freeze(library, 2020, 3, authorities)


def test_stocks_are_known_to_the_january_and_activity_to_the_year_before() -> None:
    found = frozen(made_up_library())
    assert max(found.known["plans"][code_of(0)]) == 2020
    assert max(found.known["requests"][code_of(0)]) == 2019
    assert min(found.later["plans"][code_of(0)]) == 2021
    assert min(found.later["requests"][code_of(0)]) == 2020


def test_a_horizon_is_the_january_after_so_many_years_and_the_activity_that_ends_at_it() -> None:
    assert TARGETS["plans"].year(2021, 4) == 2025
    assert TARGETS["requests"].year(2021, 4) == 2024
    library = made_up_library()
    found = frozen(library)
    outcome = found.outcome(code_of(3), "plans_issued", 2)
    assert outcome is not None and outcome.value == library.values[code_of(3), "plans_issued", 2021]


def test_the_rate_is_made_of_its_two_parts() -> None:
    library = made_up_library()
    library.put(1, "timeliness_on_time_excl", [2020], 30.0)
    library.put(1, "timeliness_denominator_excl", [2020], 40.0)
    assert figure(library, code_of(1), TARGETS["timeliness"], 2020).value == 75.0


def test_a_rate_of_nobody_or_with_a_missing_part_is_no_rate() -> None:
    library = made_up_library()
    library.put(1, "timeliness_denominator_excl", [2020], 0.0)
    library.put(2, "timeliness_on_time_excl", [2020], None)
    assert figure(library, code_of(1), TARGETS["timeliness"], 2020).status == "not_applicable"
    missing = figure(library, code_of(2), TARGETS["timeliness"], 2020)
    assert (missing.value, missing.status) == (None, "suppressed")


def test_a_suppressed_outcome_is_missing_and_not_nought() -> None:
    library = made_up_library()
    library.put(5, "requests", [2021], None)
    outcome = frozen(library).outcome(code_of(5), "requests", 2)
    assert outcome is not None
    assert (outcome.value, outcome.status) == (None, "suppressed")


def test_nought_after_a_year_with_many_is_not_believed() -> None:
    library = made_up_library()
    library.put(5, "requests", [2021], 0.0)
    outcome = frozen(library).outcome(code_of(5), "requests", 2)
    assert outcome is not None and (outcome.value, outcome.status) == (None, NOT_CREDIBLE)


def test_nought_of_a_place_with_next_to_nobody_is_a_figure() -> None:
    library = made_up_library()
    library.put(5, "requests", range(2015, 2024), 3.0)
    library.put(5, "requests", [2021], 0.0)
    outcome = frozen(library).outcome(code_of(5), "requests", 2)
    assert outcome is not None and outcome.value == 0.0


def test_a_place_with_few_requests_is_small() -> None:
    library = made_up_library()
    library.put(5, "requests", range(2015, 2024), 29.0)
    library.put(6, "requests", range(2015, 2024), 30.0)
    found = frozen(library)
    assert [found.is_small(code_of(each)) for each in (5, 6, 7)] == [True, False, False]


def test_an_authority_abolished_later_is_left_out_by_name() -> None:
    library = made_up_library()
    library.names["E10000021"] = "Northamptonshire"
    library.authorities = lambda: {c: n for c, n in library.names.items() if c != "E10000021"}
    found = freezing.freeze(library, 2020, 3, ["Northamptonshire", "Place 3"])
    assert found.asked == [code_of(3)]
    assert [each.name for each in found.left_out] == ["Northamptonshire"]
    assert "abolished: from January 2022" in found.left_out[0].reason


def test_an_authority_made_after_the_freeze_is_left_out_and_one_made_before_is_not() -> None:
    library = made_up_library()
    library.came_from = {code_of(4): ["E10000021"], code_of(5): ["E10000009"]}
    found = frozen(library, ["Place 4", "Place 5"])
    assert found.asked == [code_of(5)]
    assert found.left_out[0].reason == "new since the freeze, from January 2022"


def test_a_library_that_lets_the_future_through_is_refused() -> None:
    library = made_up_library()
    library.known_by = lambda january: library
    with pytest.raises(InputError, match="known by the freeze"):
        frozen(library)


def test_all_with_an_outcome_are_asked_where_nobody_is_named() -> None:
    library = made_up_library()
    for series in ("plans", "requests", "plans_issued", "timeliness_denominator_excl"):
        library.put(7, series, range(2020, 2024), None)
    library.put(7, "plans", [2020], 900.0)
    found = frozen(library)
    assert code_of(7) not in found.asked and len(found.asked) == 23
    assert code_of(7) in found.known["plans"]


def test_nobody_with_an_outcome_is_a_fault() -> None:
    with pytest.raises(InputError, match="no authority"):
        freezing.freeze(made_up_library(), 2024, 2, None)


def test_the_break_in_the_series_is_found_where_it_falls() -> None:
    library = made_up_library()
    assert freezing.freeze(library, 2020, 3, None).break_after("plans") == 3
    assert freezing.freeze(library, 2021, 2, None).break_after("requests") == 2
    assert freezing.freeze(library, 2020, 2, None).break_after("plans") is None
    assert freezing.freeze(library, 2023, 1, None).break_after("requests") is None


def test_what_is_stored_is_what_is_read_again(tmp_path: Path) -> None:
    library = made_up_library()
    library.put(5, "requests", [2021], None)
    library.names[code_of(6)] = 'Place, "six"'
    before = frozen(library)
    freezing.store_evidence(before, tmp_path)
    freezing.store_facts(freezing.facts_of(before, {"draws": 2}), tmp_path)
    after = freezing.read_frozen(tmp_path, freezing.read_facts(tmp_path))
    assert after == before


def test_a_folder_that_is_no_backtest_or_is_damaged_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not the folder of a backtest"):
        freezing.read_facts(tmp_path)
    (tmp_path / freezing.FACTS).write_text("{")
    with pytest.raises(InputError, match="damaged"):
        freezing.read_facts(tmp_path)
    facts = freezing.facts_of(frozen(made_up_library()), {})
    with pytest.raises(InputError, match=r"evidence\.csv"):
        freezing.read_frozen(tmp_path, facts)
