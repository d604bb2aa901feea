"""`send-sim explain` tells where a value comes from; `send-sim diff` tells two configs apart."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from unit.small_config import SMALL, line_of

from experiments.change_wording import cost_in_words, in_words, intervention_in_words
from experiments.config_differences import NO_DIFFERENCE, diff
from experiments.config_differences import in_words as differences_in_words
from experiments.errors import InputError
from experiments.explanation import explain
from experiments.explanation import in_words as explanation_in_words
from experiments.path_wording import PHRASES, path_in_words
from experiments.plan import Options
from sim.config.documents import read

ROOT = Path(__file__).resolve().parents[2]
CHILD = """\
extends: small.yaml
name: child
staff_pools:
  ep:
    fte: {value: 7, low: 5, high: 9, source: the council's establishment}
decisions:
  source: a survey
  refuse_to_issue: 0.06
"""
GRANDCHILD = """\
extends: child.yaml
staff_pools:
  ep: {fte: 8}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three configs, each over the one before."""
    for name, text in (("small", SMALL), ("child", CHILD), ("grandchild", GRANDCHILD)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def explained(folder: Path, name: str, path: str, *overrides: str, **options):
    return explain(folder / f"{name}.yaml", path, Options(overrides=overrides, **options))


def written(told) -> list[tuple[str, int, object]]:
    """Each layer's file, line and value."""
    return [(Path(layer["file"]).name, layer["line"], layer["value"]) for layer in told["written"]]


# Where a value is written


def test_every_layer_that_wrote_a_value_is_told_the_uppermost_first(folder) -> None:
    told = explained(folder, "grandchild", "staff_pools.ep.fte")
    assert told["value"] == 8
    assert [layer[:2] for layer in written(told)] == [
        ("grandchild.yaml", line_of(GRANDCHILD, "ep:")),
        ("child.yaml", line_of(CHILD, "fte:")),
        ("small.yaml", line_of(SMALL, "fte: 6")),
    ]
    assert written(told)[2][2] == 6
    assert "written in grandchild.yaml:3" in explanation_in_words(told)
    assert "over child.yaml:5: 7 (5 to 9)" in explanation_in_words(told)


def test_a_source_counts_only_for_values_of_its_own_file(folder) -> None:
    told = explained(folder, "grandchild", "staff_pools.ep.fte")
    assert [layer["source"] for layer in told["written"]] == ["", "the council's establishment", ""]
    here = explained(folder, "child", "decisions.refuse_to_issue")
    assert [layer["source"] for layer in here["written"]] == ["a survey", ""]
    below = explained(folder, "child", "decisions.advice_reuse")
    assert written(below)[0][0] == "small.yaml"
    assert below["written"][0]["source"] == ""


def test_a_table_that_a_layer_replaces_whole_is_still_told_beneath(folder) -> None:
    told = explained(
        folder, "small", "demand.requests_per_1000", "demand.requests_per_1000=[" + "1, " * 25 + "1]"
    )
    assert [Path(layer["file"]).name for layer in told["written"]] == ["--set", "small.yaml"]
    assert told["value"] == [1] * 26
    assert told["written"][1]["value"]["value"] == [4.5] * 26


def test_a_value_that_no_file_writes_is_told_as_a_default(folder) -> None:
    told = explained(folder, "small", "loops.turnover.strength")
    assert told["default"] and told["written"] == [] and told["value"] == 1.0
    assert "1 by default" in explanation_in_words(told)


def test_a_calibrated_number_comes_with_its_median_and_file() -> None:
    config = ROOT / "configs" / "cambridgeshire.yaml"
    told = explain(config, "staff_pools.ep.fte", Options())
    document = read(config)
    median = document.posterior.medians()["staff_pools", "ep", "fte"]
    assert told["calibrated"]["median"] == median
    assert told["scenarios"][0]["values"] == [{"from": None, "value": pytest.approx(median)}]
    fixed = explain(config, "staff_pools.ep.fte", Options(overrides=("staff_pools.ep.fte=12",)))
    assert fixed["calibrated"] is None and fixed["scenarios"][0]["values"] == [{"from": None, "value": 12}]


def test_a_section_lists_its_entries_those_by_default_too(folder) -> None:
    told = explained(folder, "small", "decisions")
    entries = {entry["path"]: entry for entry in told["entries"]}
    assert entries["decisions.refuse_to_assess"]["value"] == 0.2
    assert entries["decisions.refusal_odds_by_need"]["default"]
    assert "scenarios" not in told


# What scenarios make of it


def test_each_scenario_tells_the_dated_values_and_the_change_that_made_them(folder) -> None:
    told = explained(folder, "small", "staff_pools.ep.fte")
    baseline, more, both = told["scenarios"]
    assert baseline["values"] == [{"from": None, "value": 6}] and baseline["changes"] == []
    assert more["values"][0] == {"from": None, "value": 6}
    assert more["values"][1] == {"from": "2021-04-01", "value": 6 + 3 / 26}
    assert more["values"][-1] == {"from": "2021-09-23", "value": 9}
    assert len(more["values"]) == 27 and both["values"] == more["values"]
    (change,) = more["changes"]
    assert (change["intervention"], change["operation"], change["value"]) == ("recruit_eps", "add", 3)
    assert change["line"] == line_of(SMALL, "- {path: staff_pools.ep.fte")
    assert "recruit_eps (small.yaml:" in explanation_in_words(told)


def test_a_scenarios_own_setting_is_told_as_its_own(folder) -> None:
    told = explained(folder, "small", "staff_pools.ep.agency_fte", scenarios=("more_eps",))
    (scenario,) = told["scenarios"]
    assert scenario["values"] == [{"from": None, "value": 2}]
    assert scenario["changes"][0]["intervention"] == ""
    assert scenario["changes"][0]["line"] == line_of(SMALL, "set: {staff_pools.ep.agency_fte")


def test_what_a_scenario_says_otherwise_of_an_intervention_is_told(folder) -> None:
    text = SMALL.replace(
        "set: {staff_pools.ep.agency_fte: 2}", "set: {interventions.recruit_eps.slip: 7 months}"
    )
    (folder / "late.yaml").write_text(text, encoding="utf-8")
    (told,) = explained(folder, "late", "interventions.recruit_eps.slip")["scenarios"]
    assert told["scenario"] == "more_eps" and told["values"] == [{"from": None, "value": "7 months"}]
    assert told["changes"][0]["line"] == line_of(text, "set: {interventions")
    posts = explained(folder, "late", "staff_pools.ep.fte", scenarios=("more_eps",))["scenarios"][0]
    assert posts["values"][1]["from"] == "2021-11-01" == posts["changes"][0]["from"]
    assert "7 months late" in posts["changes"][0]["words"]


def test_values_on_dates_before_the_run_are_not_listed(folder) -> None:
    told = explained(folder, "small", "settings.special.places", "run.start=2021-01-01")
    values = told["scenarios"][0]["values"]
    assert values == [{"from": None, "value": 120}, {"from": "2021-09-01", "value": 140}]


def test_what_is_the_same_in_every_scenario_is_told_once(folder) -> None:
    assert "scenarios" not in explained(folder, "small", "run.years")


def test_a_wrong_path_gets_the_nearest_right_one(folder) -> None:
    with pytest.raises(InputError, match=r"did you mean 'staff_pools\.ep\.fte'"):
        explained(folder, "small", "staff_pools.ep.fet")
    with pytest.raises(InputError, match="'more_ep' is not in the config; the nearest is 'more_eps'"):
        explained(folder, "small", "staff_pools.ep.fte", scenarios=("more_ep",))


# What differs


def test_a_config_does_not_differ_from_itself_or_from_an_empty_layer_over_it(folder) -> None:
    (folder / "same.yaml").write_text("extends: small.yaml\n", encoding="utf-8")
    for other in ("small.yaml", "same.yaml"):
        told = diff(folder / "small.yaml", folder / other)
        assert told["same"] and differences_in_words(told) == NO_DIFFERENCE


def changes_between(folder: Path, text: str) -> dict[str, dict]:
    """What a layer over the small config changes, by path."""
    (folder / "other.yaml").write_text(f"extends: small.yaml\n{text}", encoding="utf-8")
    return {
        change["path"]: change for change in diff(folder / "small.yaml", folder / "other.yaml")["changes"]
    }


def test_a_number_is_told_with_both_ranges_and_places(folder) -> None:
    told = diff(folder / "small.yaml", folder / "child.yaml")
    words = differences_in_words(told)
    assert "posts (staff_pools.ep.fte): 6 in small.yaml:" in words
    assert "→ 7 (5 to 9) in child.yaml:5" in words
    change = next(change for change in told["changes"] if change["path"] == "staff_pools.ep.fte")
    assert change["before"]["value"] == 6 and change["before"]["line"] == line_of(SMALL, "fte: 6")
    back = diff(folder / "child.yaml", folder / "small.yaml")
    assert {change["path"] for change in back["changes"]} == {change["path"] for change in told["changes"]}


def test_writing_a_default_or_the_same_number_in_another_form_is_no_difference(folder) -> None:
    same = "loops: {turnover: {on: true}}\nstaff_pools: {ep: {agency_fte: 0, fte: {2020-01-01: 6.0}}}\n"
    assert changes_between(folder, same) == {}


def test_another_source_is_told_only_where_the_number_is_the_same(folder) -> None:
    range_of = "{{value: 0.08, low: 0.04, high: {}, source: SEN2 2024, quality: official}}"
    same = changes_between(folder, f"needs: {{ASD: {{growth_per_year: {range_of.format(0.12)}}}}}\n")
    assert {path: change["kind"] for path, change in same.items()} == {"needs.ASD.growth_per_year": "source"}
    assert "same number, other source: SEN2 2016-2020 in small.yaml" in differences_in_words(
        diff(folder / "small.yaml", folder / "other.yaml")
    )
    other = changes_between(folder, f"needs: {{ASD: {{growth_per_year: {range_of.format(0.2)}}}}}\n")
    assert {path: change["kind"] for path, change in other.items()} == {
        "needs.ASD.growth_per_year": "changed"
    }
    section = changes_between(folder, "decisions: {source: a survey}\n")
    assert section["decisions"]["kind"] == "source" and section["decisions"]["words"] == "numbers"


def test_entries_that_come_and_go_are_told(folder) -> None:
    (folder / "other.yaml").write_text(
        SMALL.replace(
            "  SLCN: {growth_per_year: 0.03}", "  SLCN: {growth_per_year: 0.03, volatility: 0.2}"
        ).replace(", cv: 0.4, reusable: true", ""),
        encoding="utf-8",
    )
    told = {
        change["path"]: change for change in diff(folder / "small.yaml", folder / "other.yaml")["changes"]
    }
    assert {path: change["kind"] for path, change in told.items()} == {
        "needs.SLCN.volatility": "changed",
        "advice.ep.cv": "changed",
        "advice.ep.reusable": "changed",
    }
    assert told["needs.SLCN.volatility"]["before"]["words"] == "0"
    added = changes_between(folder, "settings: {fe: {price_per_child_year: 6_000, label: College}}\n")
    assert added["settings.fe"]["kind"] == "added" and added["settings.fe"]["label"] == "College"


def test_a_long_list_is_told_by_its_first_difference(folder) -> None:
    (folder / "other.yaml").write_text(
        SMALL.replace("2024: [1100, ", "2024: [1100, 1101, ", 1), encoding="utf-8"
    )
    text = (folder / "other.yaml").read_text().replace("1100, 1100]", "1100]", 1)
    (folder / "other.yaml").write_text(text, encoding="utf-8")
    words = differences_in_words(diff(folder / "small.yaml", folder / "other.yaml"))
    assert (
        "population, 2024 (authority.population.2024): 1 of 26 numbers differ, first number 2: 1100 → 1101"
        in words
    )


def test_interventions_and_scenarios_are_told_in_words(folder) -> None:
    told = changes_between(
        folder,
        "interventions:\n"
        "  recruit_eps:\n"
        "    slip: 3 months\n"
        "    cost: [{fund: general_fund, one_off: 50_000, per_year: 210_000}]\n"
        "  panel:\n"
        "    changes:\n"
        "      - {path: decisions.refuse_to_assess, operation: multiply, value: 1.5, from: 2021-09-01}\n"
        "scenarios:\n"
        "  both: {interventions: [earlier_support, recruit_eps]}\n"
        "  strict: {interventions: [panel, recruit_eps]}\n",
    )
    assert told["interventions.recruit_eps.slip"]["after"]["words"] == "3 months"
    cost = told["interventions.recruit_eps.cost.0"]
    assert cost["before"]["words"] == "costs £45,000 once and £210,000 a year from the general fund"
    assert cost["after"]["words"] == "costs £50,000 once and £210,000 a year from the general fund"
    assert told["interventions.panel"]["after"]["words"] == (
        "from 2021-09-01 multiplies decisions.refuse_to_assess by 1.5"
    )
    assert told["scenarios.strict"]["after"]["words"] == "with panel and recruit_eps"
    assert "scenarios.both" not in told, "the order in which interventions are listed is no difference"


# Words for changes


def test_a_change_is_told_the_same_from_settings_and_from_a_config(folder) -> None:
    document = read(folder / "small.yaml")
    told = "from 2021-04-01 adds 3 to staff_pools.ep.fte over 26 weeks"
    (change,) = document.settings("more_eps").interventions["recruit_eps"].changes
    assert in_words(change) == told
    assert in_words(document.data["interventions"]["recruit_eps"]["changes"][0]) == told


def test_lateness_ranges_fading_and_advances_are_told() -> None:
    change = {
        "path": "settings.inmss.price_per_child_year",
        "operation": "multiply",
        "value": {"value": 0.9, "low": 0.8, "high": 1},
        "slip": {"value": "0 weeks", "low": "0 weeks", "high": "52 weeks", "source": "assumed"},
        "delivered_share": 0.5,
        "decay": "12 months",
    }
    assert in_words(change) == (
        "multiplies settings.inmss.price_per_child_year by 0.9 (0.8 to 1), "
        "0 weeks (0 weeks to 52 weeks) late, a share of 0.5 of it delivered, "
        "half of what is left gone after every 12 months"
    )
    cost = {"fund": "reserve", "one_off": 274_000, "repaid_on": "2020-04-01", "repaid_by": "dsg"}
    assert cost_in_words(cost) == (
        "costs £274,000 once from the reserve, an advance repaid on 2020-04-01 by the dedicated schools grant"
    )
    assert (
        intervention_in_words({"changes": [], "optimism_bias": 0.2}) == "an optimism bias of 0.2 allowed for"
    )


# The commands


def send_sim(*arguments) -> subprocess.CompletedProcess:
    program = (
        "import sys; from experiments.command_line import main\n"
        "try:\n    main()\nfinally:\n"
        "    heavy = {'pandas', 'matplotlib', 'scipy'} & {name.partition('.')[0] for name in sys.modules}\n"
        "    sys.stderr.write(f'heavy: {sorted(heavy)}')"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_commands_print_exit_and_import_nothing_heavy(folder) -> None:
    small, child = folder / "small.yaml", folder / "child.yaml"
    told = send_sim("explain", child, "staff_pools.ep.fte", "--set", "staff_pools.ep.fte=9", "--json")
    assert told.returncode == 0 and told.stderr.endswith("heavy: []")
    assert json.loads(told.stdout)["written"][0]["file"] == "--set"
    differ = send_sim("diff", small, child)
    assert differ.returncode == 0 and "child.yaml:5" in differ.stdout and differ.stderr == "heavy: []"
    assert send_sim("diff", small, small).stdout == f"{NO_DIFFERENCE}\n"
    wrong = send_sim("explain", small, "staff_pools.ep.fet")
    assert wrong.returncode == 2 and "did you mean" in wrong.stderr and wrong.stdout == ""


def test_a_path_that_has_words_of_its_own_is_told_by_them() -> None:
    labels = {"settings": {"inmss": {"label": "INMSS"}, "mainstream": {"label": "Mainstream"}}}
    told = {
        "short_breaks.opening": "Children with short breaks on the first day",
        "edge_of_care.placements.semi_independent.weeks": "Weeks that a stay in semi-independent care lasts",
        "placement.at_review.inmss.mainstream": "Share who move at a review from INMSS to mainstream",
        "short_breaks.carers.vacant.2023-04-01": "Share of carers’ posts that nobody holds, from 2023-04-01",
        "short_breaks.bands.lower": "Short breaks: bands, lower",
    }
    assert {path: path_in_words(tuple(path.split(".")), labels) for path in told} == told


def test_every_path_with_words_of_its_own_has_as_many_places_as_names() -> None:
    assert all(path.count("*") == words.count("{}") for path, words in PHRASES.items())
