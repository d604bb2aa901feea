"""What must make no difference in a run makes none, to the byte, whoever does the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments import experiment, plan

CI_SMALL = Path(__file__).resolve().parents[2] / "configs" / "ci_small.yaml"
RUN = "extends: ci_small.yaml\nname: options\nrun: {years: 1.25}\n"
OPTIONS = """\
interventions:
  after_the_run:
    changes:
      - {path: staff_pools.ep.fte, operation: add, value: 2, from: 2021-04-01, ramp: 8 weeks, decay: 9 months}
      - {path: settings.state_special.places, operation: set, value: 900, from: 2022-01-01}
    displaces: [{path: decisions.refuse_to_assess, operation: multiply, value: 2, from: 2021-04-01}]
    optimism_bias: 0.1
    cost:
      - {fund: dsg, one_off: 60_000, per_year: 10_000}
      - {fund: reserve, one_off: 5_000, from: 2021-08-01, repaid_on: 2022-03-31, repaid_by: general_fund}
  slips_out_of_the_run:
    slip: 4 months
    changes: [{path: staff_pools.ep.fte, operation: add, value: 2, from: 2020-09-01, slip: 26 weeks}]
    optimism_bias: 0.1
    cost: [{fund: dsg, one_off: 60_000, per_year: 10_000}]
  not_delivered:
    changes:
      - {path: staff_pools.ep.fte, operation: add, value: 2, from: 2020-04-01, delivered_share: 0}
      - {path: panels.assess.cases, operation: add, value: 3, delivered_share: 0}
  fewer_refusals:
    changes:
      - {path: decisions.refuse_to_assess, operation: multiply, value: 0.5, from: 2020-03-01}
      - {path: staff_pools.ep.fte, operation: add, value: 0.3, from: 2020-03-01, decay: 6 months}
    cost: [{fund: reserve, one_off: 9_000, repaid_on: 2021-03-01, repaid_by: dsg}]
    optimism_bias: 0.2
  a_sterner_panel:
    changes:
      - {path: decisions.refuse_to_assess, operation: add, value: 0.1, from: 2020-06-01, delivered_share: 0.6}
      - {path: staff_pools.ep.fte, operation: multiply, value: 0.9, from: 2020-06-01}
      - {path: staff_pools.ep.fte, operation: set, value: 1.9, from: 2020-05-01}
    cost: [{fund: general_fund, per_year: 4_000}]
    optimism_bias: 0.2
scenarios:
  after_the_run: {interventions: [after_the_run]}
  slips_out: {interventions: [slips_out_of_the_run]}
  not_delivered: {interventions: [not_delivered]}
  one_way: {interventions: [fewer_refusals, a_sterner_panel]}
  other_way: {interventions: [a_sterner_panel, fewer_refusals]}
"""
IDLE = ("same_again", "after_the_run", "slips_out", "not_delivered")
TABLES = ("yearly.csv", "monthly.csv")


def carried_out(folder: Path, text: str, scenarios: tuple[str, ...], jobs: int = 1) -> Path:
    """A run of two replications by the command's own way."""
    folder.mkdir()
    (folder / "ci_small.yaml").write_bytes(CI_SMALL.read_bytes())
    config = folder / "options.yaml"
    config.write_text(text, encoding="utf-8")
    made = plan.make(config, plan.Options(replications="2", scenarios=scenarios))
    experiment.carry_out(made, folder / "out", jobs, lambda results, _total: iter(results), False)
    return folder / "out"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[str]]:
    """The lines of each table without their scenario, by table and scenario."""
    names = (*IDLE, "one_way", "other_way")
    out = carried_out(tmp_path_factory.mktemp("options") / "run", RUN + OPTIONS, names)
    found: dict[tuple[str, str], list[str]] = {}
    for table in TABLES:
        for line in (out / table).read_text(encoding="utf-8").splitlines()[1:]:
            scenario, _, rest = line.partition(",")
            found.setdefault((table, scenario), []).append(rest)
    return found


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("scenario", IDLE)
def test_what_changes_nothing_in_the_run_gives_the_tables_of_the_baseline(tables, table, scenario) -> None:
    assert tables[table, scenario] == tables[table, "baseline"]


@pytest.mark.parametrize("scenario", ["baseline", *IDLE])
def test_what_changes_nothing_in_the_run_costs_nothing(tables, scenario) -> None:
    costs = [line for line in tables["yearly.csv", scenario] if ",cost,line=interventions," in line]
    assert len(costs) > 3
    assert all(line.endswith(",0") for line in costs)
    assert any(",cost,fund=reserve,0" in line for line in tables["yearly.csv", scenario])


@pytest.mark.parametrize("table", TABLES)
def test_the_order_in_which_interventions_are_listed_changes_nothing(tables, table) -> None:
    assert tables[table, "one_way"] == tables[table, "other_way"]
    assert tables[table, "one_way"] != tables[table, "baseline"]


def test_uncertain_dates_are_drawn_the_same_by_any_number_of_workers(tmp_path) -> None:
    weeks = "{value: 2 weeks, low: 0 weeks, high: 6 weeks, source: assumed}"
    begins = "{value: 2020-01-20, low: 2020-01-01, high: 2020-02-10, source: assumed}"
    more = (
        f"interventions:\n  late:\n    slip: {weeks}\n    changes: [{{path: staff_pools.ep.fte, operation: "
        f"multiply, value: 0.2, from: {begins}}}]\nscenarios:\n  late: {{interventions: [late]}}\n"
    )
    text = RUN.replace("1.25", "0.25") + more
    one, two = (carried_out(tmp_path / f"{jobs}", text, ("late",), jobs) for jobs in (1, 2))
    for table in (*TABLES, "summary.csv"):
        assert (one / table).read_bytes() == (two / table).read_bytes()
    lines = (one / "yearly.csv").read_text(encoding="utf-8").splitlines()
    late, baseline = (
        [line.partition(",")[2] for line in lines if line.startswith(f"{name},")]
        for name in ("late", "baseline")
    )
    assert late != baseline
