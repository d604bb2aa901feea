"""`send-sim loops`: the same config without each closed loop, and what each is worth."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from small_settings import small_config, small_settings

from experiments import experiment, loops
from experiments.errors import InputError
from experiments.plan import Options
from sim.config.documents import read
from sim.settings import Loops, Settings

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
CONFIG = CONFIGS / "ci_small.yaml"
ONE_YEAR = Options(overrides=("run.years=1",), replications="2")


def cut_in(settings) -> set[str]:
    """The loops that are off."""
    return {name for name in loops.LOOPS if not getattr(settings.loops, name).on}


def test_every_loop_of_the_settings_has_its_name() -> None:
    assert set(loops.LOOPS) == set(Loops.model_fields) - {"source"}


def test_each_scenario_cuts_one_loop_and_the_last_cuts_all() -> None:
    made = loops.plan(CONFIG, ONE_YEAR)
    assert made.scenarios[0] == "baseline"
    assert cut_in(made.document.settings("baseline")) == set()
    for name in loops.LOOPS:
        assert cut_in(made.document.settings(f"without_{name}")) == {name}
    assert made.scenarios[-1] == loops.ALL
    assert cut_in(made.document.settings(loops.ALL)) == set(loops.LOOPS)
    assert len(made.scenarios) == 3 + len(loops.LOOPS)


def test_turnover_is_also_run_with_people_leaving_at_their_usual_rate() -> None:
    made = loops.plan(CONFIG, ONE_YEAR)
    place = made.scenarios.index("without_turnover")
    assert made.scenarios[place + 1] == "without_workload"
    without = made.document.settings("without_workload")
    assert without.loops.turnover.on and without.loops.turnover.strength == 0
    assert cut_in(without) == set()
    same = Options(overrides=("run.years=1", "loops.turnover.strength=0"), replications="2")
    assert "without_workload" not in loops.plan(CONFIG, same).scenarios


def test_nothing_but_the_loop_differs_between_the_settings() -> None:
    made = loops.plan(CONFIG, ONE_YEAR)
    baseline = made.document.settings("baseline", draw=1)
    without = made.document.settings("without_disputes", draw=1)
    apart = {"loops", "scenarios"}
    assert baseline.model_dump(exclude=apart) == without.model_dump(exclude=apart)


def test_a_loop_that_is_off_or_has_nothing_to_work_on_is_left_out() -> None:
    assert list(loops.at_work(small_settings())) == ["late_reviews"]
    options = Options(overrides=("run.years=1", "loops.turnover.on=false"), replications="2")
    assert "without_turnover" not in loops.plan(CONFIG, options).scenarios


def test_a_config_without_loops_is_told_so() -> None:
    config = small_config()
    config["reviews"]["unattended_multiplier"] = 1.0
    assert list(loops.at_work(Settings.model_validate(config))) == []
    off = tuple(f"loops.{name}.on=false" for name in loops.LOOPS)
    with pytest.raises(InputError, match="no loop is on"):
        loops.plan(CONFIG, Options(overrides=off))


def test_a_scenario_of_the_same_name_is_not_written_over(tmp_path) -> None:
    config = tmp_path / "named.yaml"
    text = CONFIG.read_text(encoding="utf-8")
    config.write_text(text.replace("  same_again:", "  without_disputes:"), encoding="utf-8")
    with pytest.raises(InputError, match="'without_disputes' must have another name"):
        loops.plan(config, ONE_YEAR)


def test_the_resolved_config_says_who_wrote_the_scenarios_and_gives_them_again(tmp_path) -> None:
    made = loops.plan(CONFIG, ONE_YEAR)
    resolved = tmp_path / "resolved.yaml"
    resolved.write_text(made.document.resolved(), encoding="utf-8")
    again = read(resolved)
    for name in made.scenarios:
        assert again.settings(name) == made.document.settings(name)
    lines = made.document.resolved().splitlines()
    assert any("loops.disputes.on" in line and line.endswith("# send-sim loops:3") for line in lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = loops.plan(CONFIG, ONE_YEAR)
    out = tmp_path_factory.mktemp("loops") / "run"
    return experiment.carry_out(made, out, 1, lambda results, _total: iter(results), report=False).folder


def test_a_loop_is_worth_the_run_with_it_less_the_run_without(folder) -> None:
    with (folder / "yearly.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["group"] == "all"]
    found = loops.worth(folder)
    assert set(found["loop"]) == {*loops.NAMES, "loops"}
    assert set(found["measure"]) <= set(loops.MEASURES)
    assert len(found) >= 3 * (len(loops.NAMES) + 1)
    for row in found.to_dict(orient="records"):
        means = []
        for scenario in ("baseline", f"without_{row['loop']}"):
            key = (scenario, row["measure"], row["calendar"], row["period"])
            values = [
                float(each["value"])
                for each in rows
                if (each["scenario"], each["measure"], each["calendar"], each["period"].split(" ")[0]) == key
            ]
            means.append(sum(values) / len(values))
        assert row["with"] == pytest.approx(means[0])
        assert row["without"] == pytest.approx(means[1])
        assert row["worth"] == pytest.approx(means[0] - means[1], abs=1e-6)


def test_the_table_names_every_loop_and_says_that_parts_need_not_add_up(folder) -> None:
    words = loops.in_words(loops.told(folder))
    assert all(f"  {name}  " in words for name in (*loops.NAMES.values(), "all of them"))
    assert "people leaving at all: without it every post is always filled" in words
    assert "workload on turnover: without it people leave and fall ill at their usual rate" in words
    assert "need not add up" in words
    assert "children wait can lower the cost" in words
