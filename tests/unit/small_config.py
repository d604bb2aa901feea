"""A small complete config as YAML text, for tests that change a line of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sim.config.documents import ConfigError, read
from sim.settings import AGES

BANDS = ("under_5", "5_to_10", "11_to_15", "16_to_19", "20_to_25")
POOLS = ("casework_officer", "review_officer", "business_support", "tribunal_officer", "ot")
START = date(2020, 1, 1)


def numbers(value: object, times: int) -> str:
    return "[" + ", ".join([str(value)] * times) + "]"


def table(indent: str, names: tuple[str, ...], line: str) -> str:
    return "\n".join(f"{indent}{name}: {line}" for name in names)


SMALL = f"""\
# A made-up authority
schema_version: 1
name: small
run: {{start: 2020-01-01, years: 3, seed: 42, replications: 4}}
authority:
  name: Smallshire
  code: "000"
  population:
    2020: {numbers(1000, AGES)}
    2024: {numbers(1100, AGES)}
needs:
  ASD:
    growth_per_year: {{value: 0.08, low: 0.04, high: 0.12, source: "SEN2 2016-2020", quality: official}}
    volatility: 0.1
  SLCN: {{growth_per_year: 0.03}}
demand:
  base_year: 2019
  requests_per_1000: {{value: {numbers(4.5, AGES)}, source: England, quality: assumed}}
  need_shares:
{table("    ", BANDS, "{ASD: 0.6, SLCN: 0.4}")}
  common_volatility: 0.05
  month_weights: {numbers(1, 12)}
  shocks: {{2020-01-01: 1, 2020-04-01: 0.6, 2020-09-01: 1.1}}
  sources:
    school: {{share: 0.6}}
    parent: {{share: 0.4, refusal_odds: 2}}
decisions:
  refuse_to_assess: 0.2
  refuse_to_issue: 0.05
  withdraw_per_year: 0.03
  advice_reuse: 0.1
  exception: 0.1
  outside_timeliness: 0.05
stages:
  first_information: {{days: 7}}
  registration:
    - {{pool: business_support, hours: 1}}
  decide_to_assess:
    - pool: casework_officer
      hours: {{value: 2, low: 1, high: 3}}
      cv: 0.2
  refusal: [{{pool: casework_officer, hours: 2}}]
  decide_to_issue: [{{pool: casework_officer, hours: 2}}]
  refusal_to_issue: [{{pool: casework_officer, hours: 2}}]
  draft_plan: [{{pool: casework_officer, hours: 5}}]
  consultation: {{days: 15}}
  final_plan: [{{pool: casework_officer, hours: 2}}]
  annual_review: [{{pool: review_officer, hours: 6}}]
  phase_transfer: [{{pool: review_officer, hours: 6}}]
  emergency_review: [{{pool: review_officer, hours: 6}}]
  amendment: [{{pool: review_officer, hours: 5}}]
advice:
  ep: {{pool: ep, hours: 17.4, cv: 0.4, reusable: true}}
  ot: {{share: 0.4, pool: ot, hours: 4, delay: {{days: 5}}}}
  school: {{delay: {{days: 20, cv: 0.3}}, paused_by_closure: true}}
staff_pools:
  ep:
    fte: 6
    cost_per_fte_year: 75_000
{table("  ", POOLS, "{fte: 5, cost_per_fte_year: 45_000}")}
panels:
  assess: {{weekday: tuesday, cases: 12}}
  issue: {{weekday: thursday, cases: 12}}
settings:
  mainstream: {{label: Mainstream, price_per_child_year: 8_000}}
  special:
    label: Maintained special
    ages: [2, 19]
    places: {{2020-01-01: 120, 2021-09-01: 140}}
    when_full: {{setting: inmss, share: 0.2}}
    price_per_child_year: 24_000
  inmss: {{label: Independent special, price_per_child_year: 62_000, panel: issue}}
  tuition: {{label: Tuition, price_per_child_year: 20_000}}
placement:
  new_plans:
{table("    ", BANDS, "{mainstream: 0.7, special: 0.3}")}
  special_odds: {{ASD: 1.5}}
  special_settings: [special, inmss]
  interim_setting: tuition
  interim_share: 0.2
  waiting_setting: mainstream
  school_entry: {{mainstream: {{special: 0.1}}}}
  secondary: {{mainstream: {{special: 0.2, inmss: 0.05}}}}
  post_16: {{special: {{mainstream: 0.3}}}}
  at_review: {{mainstream: {{special: 0.05}}}}
  breakdown_per_year: {{mainstream: 0.02}}
  after_breakdown: {{special: 0.5, inmss: 0.5}}
reviews:
  held: 0.9
  meeting_spread_days: 60
  report_days: 14
  pool: review_officer
  outcomes:
{table("    ", BANDS, "{amend: 0.6, cease: 0.02}")}
  unattended_multiplier: 0.5
leaving:
  at_31_august: {numbers(0.05, AGES)}
  transferred_out_per_year: 0.01
  needs_met_per_year: 0.005
  died_per_year: 0.001
prices:
  base_date: 2020-04-01
  inflation_per_year: 0.02
  transport_per_child_year: 7_000
opening:
  plans:
    by_age: {numbers(10, AGES)}
    by_need: {{ASD: 160, SLCN: 100}}
    by_setting: {{mainstream: 150, special: 90, inmss: 15, tuition: 5}}
    months_since_review:
      - {{months: [0, 6], share: 0.5}}
      - {{months: [6, 12], share: 0.5}}
  cases:
    - {{stage: advice, weeks: [6, 14], count: 12}}
interventions:
  recruit_eps:
    label: Recruit three educational psychologists
    optimism_bias: 0
    changes:
      - {{path: staff_pools.ep.fte, operation: add, value: 3, from: 2021-04-01, ramp: 26 weeks}}
    cost: [{{fund: general_fund, one_off: 45_000, per_year: 210_000}}]
  earlier_support:
    changes:
      - path: demand.request_rate_multiplier
        operation: multiply
        value: {{value: 0.9, low: 0.8, high: 1}}
scenarios:
  baseline: {{}}
  more_eps:
    interventions: [recruit_eps]
    set: {{staff_pools.ep.agency_fte: 2}}
  both: {{interventions: [recruit_eps, earlier_support]}}
"""


def line_of(text: str, words: str) -> int:
    """The number of the line on which these words first begin."""
    return text[: text.index(words)].count("\n") + 1


def faults_of(path: Path, *overrides: str) -> list[str]:
    """What is told of a config that has faults."""
    with pytest.raises(ConfigError) as caught:
        read(path, overrides)
    return [str(fault).replace(f"{path.parent}/", "") for fault in caught.value.faults]
