"""The small config with every optional section, and the slips a planner can make in them.

Each slip is (what is wrong, text of the config, what stands there instead, words on the line that the
message must name, what the message must say).
"""

from __future__ import annotations

from small_config import SMALL

DISTRICTS = """\
  code: "000"
  districts: {Hill: 0.4, Dale: 0.6}
  district_population: {Hill: 10_000, Dale: 16_000}
"""
POOLS = """\
  ep:
    fte: 6
    cost_per_fte_year: 75_000
    agency_cost_per_day: 500
    turnover:
      leave_per_year: 0.1
      recruitment: {days: 90, cv: 0.3}
      agency: {cover: 0.5, budget_per_year: 50_000}
    trainees:
      - {from: 2020-09-01, count: 2}
    trainee_cost_per_year: 30_000
    preventive: {fte: 1, from_weeks: 6, full_weeks: 12, requests: 0.2}
    bought: {waiting_per_fte: 15, price: 1_250, delay: {days: 30}}
"""
THERAPISTS = """\
  ot:
    fte: 5
    cost_per_fte_year: 45_000
    caseload: {share_of_plans: 0.1, fte: 10, recommended: 23, most: 40}
    bought: {price: 1_400, delay: {days: 30}}
"""
SPECIAL = """\
    price_per_child_year: 24_000
    bands:
      lower: {share: 0.7, price_per_child_year: 20_000}
      upper: {share: 0.3, price_per_child_year: 34_000}
    contract: {block_places: 110, block_price_per_place_year: 23_000}
    recouped: 0.4
"""
PROJECT = """\
    label: Recruit three educational psychologists
    slip: {value: 0 weeks, low: 0 weeks, high: 26 weeks, source: assumed}
    optimism_bias: 0.1
    displaces:
      - path: decisions.refuse_to_assess
        operation: multiply
        value: 1.1
        from: {value: 2021-04-01, low: 2021-04-01, high: 2021-09-01, source: assumed}
        delivered_share: 0.8
        decay: 12 months
"""
PAID_BACK = (
    "{fund: reserve, one_off: 9_000, from: 2021-04-01, repaid_on: 2022-04-01, repaid_by: general_fund}"
)


def dispute(name: str) -> str:
    return (
        f"  {name}: {{share: 0.1, mediate: 0.5, agreed: 0.5, appeal_after_mediation: 0.5, "
        "withdrawn: 0.2, conceded: 0.4, upheld: 0.9}\n"
    )


DECISIONS = (
    "refusal_to_assess",
    "refusal_to_issue",
    "contents",
    "amended",
    "placement",
    "ceasing",
    "refusal_to_amend",
)
SECTIONS = f"""\
disputes:
{"".join(map(dispute, DECISIONS))}\
  rather:
    mainstream: {{special: 0.8, inmss: 0.2}}
    special: {{inmss: 1.0}}
  act: {{days: 40}}
  mediation: {{days: 25}}
  hearing: {{days: 150}}
  settled: {{days: 90}}
  mediation_tasks:
    - {{pool: tribunal_officer, hours: 5}}
  appeal_tasks: []
  hearing_tasks:
    - {{pool: ot, hours: 4, share: 0.2}}
  mediation_price: 500
  appeal_price: 0
  hearing_price: 2_000
  complaints:
    after_weeks: 4
    per_year: 0.2
    upheld: 0.7
    remedy: 1_000
    tasks: [{{pool: casework_officer, hours: 4}}]
account:
  opening_balance: -1_000_000
  allocation_per_year: 5_000_000
  grants:
    stability: {{on: 2021-10-01, share_of_deficit: 0.9, deficit_on: 2021-03-31}}
    valve: {{on: 2022-03-31, amount: 100_000}}
case_reviews:
  dear:
    settings: [inmss, special]
    pool: casework_officer
    hours: 3
    starts_per_week: {{2020-01-01: 0, 2020-09-01: 2}}
    price_cut: {{share: 0.4, fraction: {{value: 0.3, low: 0.2, high: 0.5}}}}
    moves:
      inmss: {{special: 0.2}}
loops:
  turnover: {{strength: 0.5}}
"""
STATEMENTS = """\
  statements:
    statement: {count: 75, ages: [0, 19], convert_by: 2022-03-31, begin_by: 2021-07-31}
    assessment:
      {count: 10, ages: [16, 25], settings: [mainstream], convert_by: 2020-12-31, counted_with_plans: false}
"""
EVERYTHING = (
    SMALL.replace("  ep:\n    fte: 6\n    cost_per_fte_year: 75_000\n", POOLS)
    .replace("  ot: {fte: 5, cost_per_fte_year: 45_000}\n", THERAPISTS)
    .replace("    price_per_child_year: 24_000\n", SPECIAL)
    .replace('  code: "000"\n', DISTRICTS)
    .replace("  shocks:", "  district_multipliers: {Hill: 1.2}\n  shocks:")
    .replace("interventions:\n", f"{SECTIONS}interventions:\n", 1)
    .replace("    label: Recruit three educational psychologists\n    optimism_bias: 0\n", PROJECT)
    .replace("per_year: 210_000}]", f"per_year: 210_000}}, {PAID_BACK}]")
    .replace("  cases:\n", f"{STATEMENTS}  cases:\n")
    .replace("advice:\n  ep:", "  transfer_review: [{pool: review_officer, hours: 9}]\nadvice:\n  ep:")
)

CONTENTS = dispute("contents")
BOUGHT = "bought: {waiting_per_fte: 15, price"
PRICE_CUT = "    price_cut: {share: 0.4, fraction: {value: 0.3, low: 0.2, high: 0.5}}\n"
STABILITY = "{on: 2021-10-01, share_of_deficit: 0.9, deficit_on: 2021-03-31}"
SLIPS = [
    # Names
    (
        "an unknown decision",
        CONTENTS,
        CONTENTS.replace("contents", "content"),
        "  content:",
        "disputes.content: unknown key, did you mean 'contents'?",
    ),
    (
        "an unknown pool in a dispute",
        "pool: tribunal_officer",
        "pool: tribunal",
        "pool: tribunal",
        "disputes.mediation_tasks.0.pool: 'tribunal', no such staff pool, did you mean 'tribunal_officer'?",
    ),
    (
        "an unknown pool for complaints",
        "tasks: [{pool: casework_officer",
        "tasks: [{pool: caseworker",
        "tasks: [{pool: caseworker",
        "disputes.complaints.tasks.0.pool: 'caseworker', no such staff pool",
    ),
    (
        "an unknown setting that families would rather have",
        "special: 0.8, inmss: 0.2",
        "spezial: 0.8, inmss: 0.2",
        "spezial",
        "disputes.rather.mainstream.spezial: 'spezial', no such setting, did you mean 'special'?",
    ),
    (
        "an unknown setting in dispute",
        "    special: {inmss: 1.0}",
        "    specials: {inmss: 1.0}",
        "specials:",
        "disputes.rather.specials: 'specials', no such setting, did you mean 'special'?",
    ),
    (
        "requests of an unknown district",
        "district_multipliers: {Hill",
        "district_multipliers: {Hills",
        "Hills",
        "demand.district_multipliers.Hills: 'Hills', no such district, did you mean 'Hill'?",
    ),
    (
        "people of an unknown district",
        "Hill: 10_000, Dale: 16_000",
        "Hill: 10_000, Dale: 16_000, Vale: 2_000",
        "Vale",
        "authority.district_population.Vale: 'Vale', no such district",
    ),
    (
        "a district whose people are not known",
        "Hill: 10_000, Dale: 16_000",
        "Hill: 10_000",
        "district_population",
        "authority.district_population: no 'Dale', give the people of every district",
    ),
    (
        "a district without people",
        "Hill: 10_000",
        "Hill: 0",
        "Hill: 0,",
        "authority.district_population.Hill: must be more than 0",
    ),
    (
        "an unknown pool for transfer reviews",
        "transfer_review: [{pool: review_officer",
        "transfer_review: [{pool: reviewer",
        "transfer_review:",
        "stages.transfer_review.0.pool: 'reviewer', no such staff pool",
    ),
    (
        "more statements than plans",
        "{count: 10, ages: [16, 25]",
        "{count: 30, ages: [16, 25]",
        "count: 30",
        "opening.statements.assessment.count: 30, only 25 plans of these ages and settings are free",
    ),
    (
        "statements of nobody's age",
        "ages: [16, 25]",
        "ages: [25, 16]",
        "ages: [25, 16]",
        "opening.statements.assessment.ages: from 25 to 16, the first must not be above the second",
    ),
    (
        "statements that begin when all should be plans",
        "begin_by: 2021-07-31",
        "begin_by: 2022-03-31",
        "begin_by",
        "opening.statements.statement.begin_by: 2022-03-31, must be before convert_by, 2022-03-31",
    ),
    (
        "a statement without its last day",
        "convert_by: 2022-03-31",
        "weeks: 20",
        "weeks: 20",
        "opening.statements.statement.convert_by",
    ),
    (
        "two kinds of statement of one name",
        "    assessment:",
        "    Statement:",
        "    Statement:",
        "'Statement', differs from 'statement' only by capital letters",
    ),
    (
        "an unknown pool for case reviews",
        "pool: casework_officer\n    hours: 3",
        "pool: caseworker\n    hours: 3",
        "pool: caseworker",
        "case_reviews.dear.pool: 'caseworker', no such staff pool",
    ),
    (
        "case reviews in an unknown setting",
        "settings: [inmss, special]",
        "settings: [inmss, spezial]",
        "spezial",
        "case_reviews.dear.settings.1: 'spezial', no such setting, did you mean 'special'?",
    ),
    (
        "case reviews of nobody",
        "settings: [inmss, special]",
        "settings: []",
        "settings: []",
        "case_reviews.dear.settings:",
    ),
    (
        "a case review that moves to an unknown setting",
        "inmss: {special: 0.2}",
        "inmss: {specials: 0.2}",
        "specials",
        "case_reviews.dear.moves.inmss.specials: 'specials', no such setting, did you mean 'special'?",
    ),
    (
        "a case review that moves children it does not look at",
        "inmss: {special: 0.2}",
        "mainstream: {special: 0.2}",
        "mainstream: {special: 0.2}",
        "case_reviews.dear.moves.mainstream: 'mainstream', its children are not looked at",
    ),
    (
        "a case review that moves nowhere",
        "inmss: {special: 0.2}",
        "inmss: {inmss: 0.2}",
        "inmss: {inmss: 0.2}",
        "case_reviews.dear.moves.inmss.inmss: 'inmss', is no move",
    ),
    (
        "a case review that ends in two ways",
        "inmss: {special: 0.2}",
        "inmss: {special: 0.7}",
        "inmss: {special: 0.7}",
        "case_reviews.dear.moves.inmss: price_cut.share and the moves sum to 1.1, must be 1 or less",
    ),
    (
        "an unknown loop",
        "  turnover: {strength",
        "  turnovers: {strength",
        "turnovers",
        "did you mean 'turnover'?",
    ),
    (
        "a grant without its day",
        "valve: {on: 2022-03-31, ",
        "valve: {",
        "valve:",
        "account.grants.valve.on: missing",
    ),
    # Numbers
    (
        "a switch in words",
        "{strength: 0.5}",
        '{on: "no"}',
        '"no"',
        "loops.turnover.on: 'no', must be true or false, write true or false without quotes",
    ),
    (
        "a strength below zero",
        "{strength: 0.5}",
        "{strength: -1}",
        "-1}",
        "loops.turnover.strength: -1, must be 0 or more",
    ),
    (
        "a percentage of disputes",
        "contents: {share: 0.1",
        "contents: {share: 10",
        "contents: {share: 10",
        "disputes.contents.share: 10, must be between 0 and 1, write 10 % as 0.1",
    ),
    (
        "an opening balance in words",
        "-1_000_000",
        "-£1,000,000",
        "-£1,000,000",
        "account.opening_balance: '-£1,000,000', must be a number",
    ),
    (
        "a discount in per cent",
        "  opening_balance",
        "  discount_per_year: 3.5\n  opening_balance",
        "3.5\n",
        "account.discount_per_year: 3.5, more than doubles every year; write 3.5 % as 0.035",
    ),
    (
        "money that would be worth nothing",
        "  opening_balance",
        "  deflator_per_year: -1\n  opening_balance",
        "deflator_per_year: -1\n",
        "account.deflator_per_year: -1, must be between -0.5 and 10",
    ),
    # What does not fit together
    (
        "wishes that do not sum to 1",
        "special: 0.8, inmss: 0.2",
        "special: 0.8, inmss: 0.1",
        "mainstream: {special: 0.8, inmss: 0.1",
        "disputes.rather.mainstream: the shares sum to 0.9, must sum to 1",
    ),
    (
        "a family that would rather have what it disputes",
        "special: 0.8, inmss: 0.2",
        "special: 0.8, mainstream: 0.2",
        "mainstream: 0.2",
        "'mainstream', a family that disputes it would not rather have it",
    ),
    (
        "no wish at all",
        "    special: {inmss: 1.0}",
        "    special: {}",
        "    special: {}",
        "disputes.rather.special: empty, say where the family would rather go",
    ),
    (
        "more appeals settled than made",
        CONTENTS,
        CONTENTS.replace("withdrawn: 0.2", "withdrawn: 0.7"),
        "contents:",
        "disputes.contents: withdrawn and conceded sum to 1.1, must be 1 or less",
    ),
    (
        "bands that do not sum to 1",
        "lower: {share: 0.7",
        "lower: {share: 0.6",
        "bands:",
        "settings.special.bands: the shares sum to 0.9, must sum to 1",
    ),
    (
        "bands beside a spread",
        "    bands:\n",
        "    price_cv: 0.3\n    bands:\n",
        "price_cv",
        "settings.special.price_cv: 0.3, give bands or price_cv, not both",
    ),
    (
        "bands of nothing",
        "    price_per_child_year: 24_000\n",
        "    price_per_child_year: 0\n",
        "price_per_child_year: 0\n",
        "settings.special.price_per_child_year: must be more than 0, its bands rise with it",
    ),
    (
        "a block of more places than there are",
        "block_places: 110",
        "block_places: {2020-01-01: 110, 2021-01-01: 130}",
        "block_places",
        "settings.special.contract.block_places: 130, must be within its 120 places",
    ),
    (
        "preventive time that goes at once",
        "full_weeks: 12",
        "full_weeks: 6",
        "full_weeks: 6",
        "staff_pools.ep.preventive.full_weeks: 6, must be more than from_weeks, 6",
    ),
    (
        "reports bought on no occasion",
        BOUGHT,
        "bought: {price",
        "bought: {price: 1_250",
        "staff_pools.ep.bought: nothing says when the pool is overloaded; give waiting_per_fte",
    ),
    (
        "a caseload of nobody",
        "share_of_plans: 0.1, fte: 10",
        "share_of_plans: 0.1, fte: 0",
        "fte: 0,",
        "staff_pools.ot.caseload.fte: must be more than 0",
    ),
    (
        "a caseload of people without cases",
        "leave_per_year: 0.1",
        "usual_caseload: 20\n      leave_per_year: 0.1",
        "usual_caseload",
        "ep.turnover.usual_caseload: only casework_officer and review_officer carry cases; leave it out",
    ),
    (
        "a grant for the deficit of no day",
        STABILITY,
        "{on: 2021-10-01, share_of_deficit: 0.9}",
        "share_of_deficit",
        "account.grants.stability.share_of_deficit: of which day's deficit? give deficit_on",
    ),
    (
        "a grant before its deficit is known",
        STABILITY,
        STABILITY.replace("on: 2021-10-01", "on: 2021-02-01"),
        "deficit_on",
        "account.grants.stability.deficit_on: 2021-03-31, must be before the grant, 2021-02-01",
    ),
    (
        "a grant for a deficit before the run",
        STABILITY,
        STABILITY.replace("2021-03-31", "2019-03-31"),
        "deficit_on",
        "account.grants.stability.deficit_on: 2019-03-31, before the run, which starts 2020-01-01",
    ),
    (
        "two grants of one name",
        "    valve:",
        "    Stability:",
        "    Stability:",
        "'Stability', differs from 'stability' only by capital letters",
    ),
]

CAUTIONS = [
    (
        "- {from: 2020-09-01",
        "- {from: 2035-09-01",
        "staff_pools.ep.trainees.0.from: 2035-09-01, outside the run",
    ),
    (
        "    trainee_cost_per_year: 30_000\n",
        "",
        "staff_pools.ep.trainees: they cost nothing while they train",
    ),
    ("    agency_cost_per_day: 500\n", "", "staff_pools.ep.turnover.agency: its people cost nothing"),
    (
        "leave_per_year: 0.1",
        "handover_hours: 2\n      leave_per_year: 0.1",
        "handover_hours: only casework_officer and review_officer have cases to hand over",
    ),
    (
        f"{PRICE_CUT}    moves:\n      inmss: {{special: 0.2}}\n",
        "",
        "case_reviews.dear: neither price_cut nor moves",
    ),
    (
        "block_price_per_place_year: 23_000",
        "block_price_per_place_year: 23_000, spot_price_per_child_year: 24_000",
        "case_reviews.dear.price_cut: all children in 'special' have the framework's price",
    ),
    (
        "convert_by: 2020-12-31",
        "convert_by: 2019-12-31",
        "opening.statements.assessment.convert_by: 2019-12-31, before the run",
    ),
    (
        "  transfer_review: [{pool: review_officer, hours: 9}]\n",
        "",
        "opening.statements: stages.transfer_review has no tasks",
    ),
    ("block_places: 110", "block_places: 0", "settings.special.contract: no block places and no spot price"),
    (", amount: 100_000", "", "account.grants.valve: no amount and no share_of_deficit, so it pays nothing"),
    ("{on: 2022-03-31", "{on: 2019-12-31", "account.grants.valve.on: 2019-12-31, before the run"),
]
"""What is probably not meant: text of the config, what stands there instead, and what is told."""
