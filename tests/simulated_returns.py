"""Runs whose event logs become returns, and the authority in which nothing drifts that they are of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from experiments.evidence.returns.checks import check
from experiments.evidence.returns.definitions import Defined, definitions
from experiments.evidence.returns.reading import read_return
from experiments.evidence.returns.simulated import write_return
from experiments.evidence.returns.writing import Dialect
from experiments.plan import Unit
from experiments.task import CHILD_COLUMNS, EVENT_COLUMNS, child_lines, event_lines, packed
from sim.config.documents import Document, read
from sim.replication import Outcome, replicate

CONFIG = Path(__file__).resolve().parents[1] / "configs" / "ci_small.yaml"
SCALE = 4
"""Times the small authority, so that its return has enough of most things."""


@dataclass(frozen=True)
class Run:
    """One replication, its event log in a folder."""

    outcome: Outcome
    folder: Path
    replication: int

    def write(self, census: date, out: Path, dialect: Dialect = "short") -> Path:
        write_return(self.folder, "baseline", self.replication, census, out, dialect)
        return out

    def table(self, census: date, out: Path, dialect: Dialect = "short") -> list[Defined]:
        """The definitions of the return of a census, which is checked as it is read."""
        found = read_return(self.write(census, out, dialect))
        check(found)
        return definitions(found)


def run(document: Document, replication: int, folder: Path) -> Run:
    """Run the baseline and keep its events as `--event-log` does."""
    outcome = replicate(document.settings("baseline"), replication, keep_log=True)
    assert outcome.log is not None
    unit = Unit("baseline", 0, replication)
    folder.mkdir(parents=True)
    for name, columns, lines in (
        ("events.csv.gz", EVENT_COLUMNS, event_lines(outcome.log, unit)),
        ("children.csv.gz", CHILD_COLUMNS, child_lines(outcome.log, unit)),
    ):
        (folder / name).write_bytes(packed([columns]) + packed(lines))
    return Run(outcome, folder, replication)


def steady(folder: Path) -> Path:
    """The small authority several times over, with staff enough and nothing that grows or drifts."""
    plans = read(CONFIG).settings("baseline").opening.plans
    people = [SCALE * each for each in read(CONFIG).settings("baseline").authority.population[2019]]
    by_age = [SCALE * each for each in plans.by_age]
    by_need, by_setting = (
        {name: SCALE * number for name, number in margin.items()}
        for margin in (plans.by_need, plans.by_setting)
    )
    steady_need = "{growth_per_year: 0, volatility: 0}"
    staff = {"ep": 2, "casework_officer": 2, "review_officer": 4}
    staff |= dict.fromkeys(("business_support", "tribunal_officer", "ot"), 1)
    text = f"""
extends: ci_small.yaml
authority: {{population: {{2019: {people}, 2023: {people}}}}}
needs: {{{", ".join(f"{need}: {steady_need}" for need in ("ASD", "SEMH", "SLCN", "MLD"))}}}
demand: {{common_volatility: 0, shocks: 1}}
decisions: {{refuse_to_assess: 0.2, exception: 0.06}}
staff_pools: {{{", ".join(f"{pool}: {{fte: {SCALE * fte}}}" for pool, fte in staff.items())}}}
panels: {{{", ".join(f"{panel}: {{cases: {SCALE * 8}}}" for panel in ("assess", "issue", "placement"))}}}
settings: {{state_special: {{places: {SCALE * 200}}}}}
opening: {{plans: {{by_age: {by_age}, by_need: {by_need}, by_setting: {by_setting}}}}}
loops: {{preventive_time: {{on: false}}, turnover: {{on: false}}}}
"""
    (folder / "ci_small.yaml").write_bytes(CONFIG.read_bytes())
    (folder / "steady.yaml").write_text(text.replace("'", ""))
    return folder / "steady.yaml"


ANOTHER = """
extends: steady.yaml
run: {start: 2021-01-01, years: 2.0833333333333335}
demand:
  requests_per_1000: [0, 1, 8, 24, 22, 20, 15, 10, 9, 10, 8, 12, 12, 9, 7, 6, 6, 3, 1, 0.4,
    0.2, 0, 0, 0, 0, 0]
  month_weights: [14, 9, 14, 4, 10, 12, 9, 2, 6, 9, 12, 5]
  need_shares:
    under_5: {ASD: 0.2, SEMH: 0.2, SLCN: 0.4, MLD: 0.1, OTH: 0.1}
    5_to_10: {ASD: 0.5, SEMH: 0.1, SLCN: 0.2, MLD: 0.1, OTH: 0.1}
    11_to_15: {ASD: 0.5, SEMH: 0.3, SLCN: 0.1, MLD: 0.05, OTH: 0.05}
  sources: {school: {share: 0.35, refusal_odds: 0.5}, parent: {share: 0.65, refusal_odds: 1.0}}
  transfers_in_per_year: 40
decisions:
  refuse_to_assess: 0.32
  refusal_odds_by_age: {under_5: 0.4, 5_to_10: 1.0, 11_to_15: 2.0, 16_to_19: 2.0}
  refuse_to_issue: 0.12
  withdraw_per_year: 0.3
  exception: 0.2
  outside_timeliness: 0.12
placement:
  new_plans:
    under_5: {mainstream: 0.5, state_special: 0.30, early_years: 0.20}
    5_to_10: {mainstream: 0.74, state_special: 0.15, inmss: 0.1, tuition: 0.01}
    11_to_15: {mainstream: 0.6, state_special: 0.25, inmss: 0.1, tuition: 0.05}
leaving: {transferred_out_per_year: 0.05, local_multiplier: 1.2}
reviews: {held: 0.7}
"""
"""Another authority: whoever reads only its return must find out what is different."""


def another(folder: Path) -> Path:
    (folder / "another.yaml").write_text(ANOTHER)
    return folder / "another.yaml"
