"""The sections on disputes, staff who come and go, contracts, the account and the loops are checked."""

from __future__ import annotations

import pytest
from config_with_everything import CAUTIONS, EVERYTHING, SECTIONS, SLIPS
from small_config import SMALL, faults_of, line_of

from sim.config.documents import read


@pytest.fixture
def config(tmp_path):
    """Write a config and give its path."""

    def write(text: str):
        path = tmp_path / "small.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("wrong, old, new, words, message", SLIPS, ids=[slip[0] for slip in SLIPS])
def test_a_slip_is_named_on_its_line_with_what_to_write(config, wrong, old, new, words, message) -> None:
    assert old in EVERYTHING
    text = EVERYTHING.replace(old, new, 1)
    told = faults_of(config(text))
    expected = f"small.yaml:{line_of(text, words)}:"
    assert [each for each in told if each.startswith(expected) and message in each], told
    assert len(told) <= 2, "one slip must not be told as many"


def test_everything_together_is_right_and_nothing_is_idle(config) -> None:
    document = read(config(EVERYTHING))
    assert document.warnings == []
    assert document.settings().disputes.rather["special"] == {"inmss": 1.0}


@pytest.mark.parametrize("old, new, told", CAUTIONS, ids=[caution[2] for caution in CAUTIONS])
def test_what_has_no_effect_is_told(config, old, new, told) -> None:
    assert old in EVERYTHING
    warnings = [str(each) for each in read(config(EVERYTHING.replace(old, new, 1))).warnings]
    assert len(warnings) == 1
    assert told in warnings[0]


def test_recoupment_without_an_account_is_told(config) -> None:
    text = EVERYTHING.replace(SECTIONS[SECTIONS.index("account:") : SECTIONS.index("loops:")], "")
    warnings = [str(each) for each in read(config(text)).warnings]
    assert any("settings.special.recouped: there is no account" in each for each in warnings)


def test_wishes_and_bands_drawn_from_ranges_are_scaled_to_sum_to_1(config) -> None:
    text = EVERYTHING.replace(
        "special: 0.8, inmss: 0.2", "special: {value: 0.8, low: 0.6, high: 1.0}, inmss: 0.2"
    ).replace("lower: {share: 0.7", "lower: {share: {value: 0.7, low: 0.5, high: 0.9}")
    document = read(config(text))
    drawn = [document.settings(draw=draw) for draw in (1, 2, 3)]
    wishes = [settings.disputes.rather["mainstream"] for settings in drawn]
    bands = [settings.settings["special"].bands for settings in drawn]
    assert len({each["special"] for each in wishes}) == 3
    assert all(sum(each.values()) == pytest.approx(1) for each in wishes)
    assert all(sum(band.share for band in each.values()) == pytest.approx(1) for each in bands)


# The loops


def test_a_loop_may_be_cut_where_the_file_has_no_section_of_loops(config) -> None:
    settings = read(config(SMALL), ["loops.disputes.on=false", "loops.turnover.strength=0.5"]).settings()
    assert settings.loops.disputes.gain == 0
    assert settings.loops.turnover.gain == 0.5
    assert settings.loops.late_reviews.gain == 1


def test_a_scenario_may_cut_a_loop(config) -> None:
    text = SMALL.replace("set: {staff_pools.ep.agency_fte: 2}", "set: {loops.late_reviews.on: false}")
    document = read(config(text))
    assert document.settings("more_eps").loops.late_reviews.gain == 0
    assert document.settings("baseline").loops.late_reviews.gain == 1


def test_a_misspelt_loop_is_named(config) -> None:
    told = faults_of(config(SMALL), "loops.dispute.on=false")
    assert told == ["--set:1:1: 'loops.dispute.on', no such setting, did you mean 'loops.disputes'?"]


def test_a_section_that_needs_numbers_must_be_there_to_be_changed(config) -> None:
    told = faults_of(config(SMALL), "disputes.late_multiplier=2")
    assert told == ["--set:1:1: 'disputes.late_multiplier', the config has no 'disputes' to change"]
    told = faults_of(config(EVERYTHING), "staff_pools.ep.turnover.sick_spell.cv=0.2")
    assert told == [
        "--set:1:1: 'staff_pools.ep.turnover.sick_spell.cv', staff_pools.ep.turnover has no "
        "'sick_spell' to change"
    ]


def test_the_resolved_config_can_be_read_again(config, tmp_path) -> None:
    document = read(config(EVERYTHING))
    again = tmp_path / "again.yaml"
    again.write_text(document.resolved(), encoding="utf-8")
    assert read(again).settings() == document.settings()


@pytest.mark.parametrize("emptied", ["", " []", " 3"])
def test_an_empty_pool_that_an_intervention_changes_is_told_as_a_fault(config, emptied) -> None:
    start = EVERYTHING.index("  ep:\n    fte: 6\n")
    end = EVERYTHING.index("  casework_officer:", start)
    text = f"{EVERYTHING[:start]}  ep:{emptied}\n{EVERYTHING[end:]}"
    assert "path: staff_pools.ep.fte" in text
    line = text[:start].count("\n") + 1
    assert any(each.startswith(f"small.yaml:{line}:") for each in faults_of(config(text)))
