"""A council paper over a small config: an option whose own cost is known to the penny, and a claim on it."""

from __future__ import annotations

from small_config import SMALL

PAPER = """\
paper:
  title: A team & its plans
  council: Smallshire County Council
  meeting: 2020-01-15
  asks: "50,000 for a team"
  option: team
  headline: spending
  figures:
    bid: {printed: 50, unit: thousand pounds, period: "2020/21", where: table 1}
    bid_exact: {printed: 52, unit: thousand pounds, where: table 1, note: "<b>with</b> interest"}
    started: {printed: April 2020, where: "section 2"}
    decided: {printed: 2020-01-15, where: "section 1"}
    cut: {printed: 10, unit: per cent, where: "section 3"}
    team_before: {printed: 3, unit: posts, where: "section 3"}
    weeks_to_start: {printed: 12, unit: weeks, where: "section 3"}
  claims:
    spending:
      label: The team costs 50,000
      figure: bid
      times: 1000
      simulated:
        {scenario: team, against: baseline, measure: cost, group: "line=interventions", periods: ["2020-21"]}
    requests:
      label: Requests of the year
      simulated: {scenario: baseline, measure: requests, calendar: calendar, periods: ["2020"]}
      why: the paper puts no number to it
    lives:
      label: Better lives
      why: nothing simulated says what a better life is
  assumptions: [needs.ASD.growth_per_year]
  perturbed:
    label: A team of half the price
    set: {interventions.team.cost.0.one_off: 25000}
  findings:
    - The table says 50 and 52.
"""
INTERVENTIONS = """\
interventions:
  team:
    label: A team for a year
    optimism_bias: 0
    changes:
      - path: settings.inmss.price_per_child_year
        operation: multiply
        value: {value: 0.9, low: 0.8, high: 1.0, source: assumed}
        from: 2020-04-01
    cost:
      - fund: general_fund
        one_off: {value: 50000, low: 30000, high: 90000, source: "figure bid; range assumed"}
        from: 2020-04-01
      - fund: general_fund
        one_off: {value: 2000, low: 1000, high: 4000, source: "figure bid_exact - figure bid; range assumed"}
        from: 2020-04-01
scenarios:
  baseline: {}
  team: {interventions: [team]}
"""
HEAD, _, _ = SMALL.partition("interventions:\n")
CONFIG = (
    HEAD.replace("years: 3", "years: 1.25").replace("name: small\n", "name: small_paper\n", 1)
    + INTERVENTIONS
    + PAPER
)
