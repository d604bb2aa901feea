"""The sections on short breaks and on the edge of care are checked, and every fault says what to write."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_config import SMALL, faults_of

from sim.config.documents import read

OFFER = """\
short_breaks:
  opening: 20
  joining_per_month: 1
  bands:
    lower: {share: 0.6, nights_per_year: 20}
    higher: {share: 0.4, nights_per_year: 50}
  homes:
    lodge: {beds: 4, kept_beds: 1, core_fte: 3}
  homes_price_per_year: 500_000
  carers: {fte_per_bed: 2, cost_per_fte_year: 30_000, agency_cost_per_fte_year: 45_000}
  direct_payments: {search: {days: 60}, nights_per_year: 30, price_per_night: 150}
  breakdown: {price_per_week: 4_000}
edge_of_care:
  referrals_per_year: 20
  at_risk_weeks: 52
  come_into_care: 0.3
  placements:
    flat: {share: 0.7, price_per_week: 1_500, weeks: 40}
    house: {share: 0.3, price_per_week: 4_000, weeks: 40}
  team: {cases_per_fte: 4, weeks: 26, entry_multiplier: 0.8}
"""
FAULTS: list[tuple[str, str, str]] = [
    (
        "higher: {share: 0.4",
        "higher: {share: 0.3",
        "short_breaks.bands: the shares sum to 0.9, must sum to 1",
    ),
    ("house: {share: 0.3", "house: {share: 0.4", "edge_of_care.placements: the shares sum to 1.1"),
    ("kept_beds: 1", "kept_beds: {2020-01-01: 1, 2021-01-01: 5}", "kept_beds: 5, must be within its 4 beds"),
    ("500_000", "300_000", "homes_price_per_year: 300000, must pay all 11 carers of the homes, 330,000"),
    (
        "    lodge: {beds: 4, kept_beds: 1, core_fte: 3}\n",
        "    {}\n",
        "short_breaks.homes: empty, at least one",
    ),
    ("    house:", "    long_term:", "'long_term', the name of care after short breaks; choose another"),
    ("    house:", "    Flat:", "'Flat', differs from 'flat' only by capital letters"),
    (
        "  at_risk_weeks: 52",
        "  ages: [17, 13]\n  at_risk_weeks: 52",
        "edge_of_care.ages: from 17 to 13, the first",
    ),
    (
        "  joining_per_month: 1",
        "  joining_ages: [9, 5]\n  joining_per_month: 1",
        "joining_ages: from 9 to 5, the",
    ),
    ("nights_per_year: 50", "nights_per_year: 500", "nights_per_year: 500, must be between 0 and 366"),
    (
        "come_into_care: 0.3",
        "come_into_care: 30",
        "come_into_care: 30, must be between 0 and 1, write 30 % as 0.3",
    ),
    ("cases_per_fte", "cases_per_worker", "did you mean 'cases_per_fte'?"),
]


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL.replace("interventions:\n", f"{text}interventions:\n", 1), encoding="utf-8")
    return path


def test_the_sections_are_read_and_nothing_in_them_is_idle(tmp_path) -> None:
    document = read(config(tmp_path, OFFER), ["edge_of_care.team.fte=3"])
    assert document.warnings == []
    assert document.settings().edge_of_care.team.fte.at(date(2020, 1, 1)) == 3


@pytest.mark.parametrize("old, new, told", FAULTS, ids=[fault[2] for fault in FAULTS])
def test_a_fault_is_told_with_what_to_write(tmp_path, old: str, new: str, told: str) -> None:
    assert old in OFFER
    faults = faults_of(config(tmp_path, OFFER.replace(old, new, 1)))
    assert any(told in fault for fault in faults), faults


def test_shares_drawn_from_ranges_are_scaled_to_sum_to_1(tmp_path) -> None:
    text = OFFER.replace("flat: {share: 0.7", "flat: {share: {value: 0.7, low: 0.4, high: 0.9}")
    drawn = [read(config(tmp_path, text)).settings(draw=draw).edge_of_care for draw in (1, 2, 3)]
    shares = [[kind.share for kind in each.placements.values()] for each in drawn]
    assert [sum(each) for each in shares] == pytest.approx([1, 1, 1])
    assert len({each[0] for each in shares}) == 3
