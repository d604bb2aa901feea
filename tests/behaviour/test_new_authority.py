"""A config for any authority: complete, honest about what is England's, and blind to what came later."""

from __future__ import annotations

import copy
import os
import random
from pathlib import Path

import pytest
from synthetic_imports import imported
from synthetic_release import FENSHIRE, WASHSHIRE, tables_2022, tables_2025, where

from experiments import experiment, plan
from experiments.authorities.margins import nearest_that_fit, whole_parts
from experiments.authorities.new import frozen_config, new
from experiments.errors import InputError
from experiments.evidence.library import Library
from experiments.evidence.population import import_population
from sim.config.documents import read
from sim.service.opening import joint_table

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of both synthetic releases and of the people of the authorities in them."""
    folder = tmp_path_factory.mktemp("evidence")
    library, _ = imported(folder, tables_2022(), tables_2025())
    with_people(folder, library)
    return folder / "data"


def with_people(folder: Path, library: Library) -> None:
    rows = [
        f"{code},{name},{year},estimate,{age},{1000 + 10 * age}"
        for code, name in library.authorities().items()
        for year in (2019, 2020, 2023)
        for age in range(26)
    ]
    (folder / "people.csv").write_text("\n".join(["la_code,la,year,kind,age,population", *rows]) + "\n")
    import_population([folder / "people.csv"], folder / "data")


def test_every_authority_of_a_release_has_a_config_that_runs_as_written(data: Path, tmp_path: Path) -> None:
    for code, name in Library.read(data).authorities().items():
        told = new(data, code, tmp_path / f"{code}.yaml")
        made = plan.make(Path(told["config"]), plan.Options(quick=True, overrides=("run.years=1.25",)))
        finished = experiment.carry_out(
            made, tmp_path / code, 1, lambda results, _: iter(results), report=False
        )
        assert (name, finished.manifest["status"]) == (name, "complete")
        assert sum(finished.manifest["audit"].values()) == 0


def test_opening_plans_are_the_published_ones(data: Path, tmp_path: Path) -> None:
    library = Library.read(data)
    told = new(data, "Fenshire", tmp_path / "fenshire.yaml")
    plans = read(told["config"]).settings().opening.plans
    january = told["january"]
    assert sum(plans.by_age) == library.value(FENSHIRE, "plans", january)
    published = library.by_group(FENSHIRE, "plans", january, "setting")
    assert plans.by_setting["state_special"] == published["state_special"]
    assert joint_table(read(told["config"]).settings()).sum() == sum(plans.by_age)


def test_what_is_missing_is_englands_and_said_to_be(tmp_path: Path) -> None:
    old = tables_2022()
    where(old["sen2_mi"], {"InreqEHC": "x"}, new_la_code=FENSHIRE)
    library, _ = imported(tmp_path, old)
    with_people(tmp_path, library)
    told = new(tmp_path / "data", "Fenshire", tmp_path / "fenshire.yaml")
    assert {"requests", "plans by need"} <= set(told["national"])
    text = (tmp_path / "fenshire.yaml").read_text()
    assert "nothing is published for Fenshire: " in text
    assert read(tmp_path / "fenshire.yaml").settings().demand.requests_per_1000


def test_nothing_published_later_changes_a_frozen_config(tmp_path: Path) -> None:
    first, later = tables_2025(), copy.deepcopy(tables_2025())
    where(later["requests"], {"requests_received_in_year": "999"}, time_period="2024")
    where(later["caseload"], {"ehcplans": "888"}, time_period="202425")
    texts = []
    for number, tables in enumerate((first, later)):
        folder = tmp_path / str(number)
        folder.mkdir()
        library, _ = imported(folder, tables_2022(), tables)
        with_people(folder, library)
        texts.append(frozen_config(Library.read(folder / "data"), FENSHIRE, 2022, CONFIGS))
    assert texts[0] == texts[1]


def test_a_config_that_is_there_is_not_overwritten(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("my own work\n")
    with pytest.raises(InputError, match="already there"):
        new(data, WASHSHIRE, path)
    assert path.read_text() == "my own work\n"


def test_an_unknown_authority_or_january_is_refused_with_what_is_known(data: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Fenshire"):
        new(data, "Fenshir", tmp_path / "x.yaml")
    with pytest.raises(InputError, match="known: "):
        new(data, "Fenshire", tmp_path / "x.yaml", january=1999)
    assert not (tmp_path / "x.yaml").exists()


def test_a_whole_number_is_split_without_losing_any() -> None:
    assert whole_parts(10, [1, 1, 1]) == [4, 3, 3]
    assert whole_parts(7, [0, 2, 5]) == [0, 2, 5]
    assert whole_parts(3, [0, 0]) == [2, 1]


def test_settings_hold_only_children_of_their_ages_and_the_rest_are_other() -> None:
    ages = {"early_years": (0, 4), "school": (5, 18), "college": (16, 25), "other": (0, 25)}
    by_age = [2] * 5 + [10] * 11 + [10] * 3 + [0] * 7
    wanted = {"early_years": 20, "school": 90, "college": 50, "other": 0}
    held = nearest_that_fit(wanted, by_age, ages)
    # Ten children are under 5 and nine in ten of an age is the most: 9; 30 are 16 to 18: 27.
    assert held["early_years"] == 9
    assert held["college"] <= 27
    assert sum(held.values()) == sum(by_age) == 150


@pytest.mark.skipif("SEND_SIM_EVIDENCE" not in os.environ, reason="needs the published files")
def test_five_authorities_picked_at_random_run(tmp_path: Path) -> None:
    from experiments.authorities.every_authority import run_quickly
    from experiments.evidence.dfe.importing import import_dfe

    evidence = Path(os.environ["SEND_SIM_EVIDENCE"])
    import_dfe(sorted((evidence / "dfe").glob("*.zip")), tmp_path / "data")
    import_population([evidence / "population.csv"], tmp_path / "data")
    names = sorted(Library.read(tmp_path / "data").authorities().values())
    for name in random.Random(4).sample(names, 5):
        assert (name, run_quickly(tmp_path / "data", tmp_path / "out", name)) == (name, "done")
