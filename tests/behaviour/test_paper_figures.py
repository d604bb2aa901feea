"""Every figure in the config of a paper is the one the paper prints, by the project's own table of them."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from experiments.papers.papers import NAMES
from sim.config.documents import ConfigError, read
from sim.settings import Figure, Paper

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
TABLE = CONFIGS / "council_papers.csv"
KINDS = {"printed", "computed", "text"}
NAMED = re.compile(r'source: "[^"\n]*figure ([A-Za-z0-9_]+)')
WITHOUT_NUMBERS = ("growth_2031",)
"""What this paper prints is a forecast, and a claim is no input to its own simulation."""


def printed(text: str) -> float | date | str:
    """A cell of the table as a config holds it."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


@cache
def table() -> dict[str, dict[str, dict[str, str]]]:
    """Paper → figure → row of the table."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    with open(TABLE, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            of_paper = found.setdefault(row["paper"], {})
            assert row["figure"] not in of_paper, f"{row['paper']}: {row['figure']} stands twice"
            of_paper[row["figure"]] = row
    return found


def config_of(name: str) -> Path:
    path = CONFIGS / f"{name}.yaml"
    if not path.is_file():
        pytest.fail(f"{path.name} is not there")
    return path


@cache
def paper(path: Path) -> Paper:
    found = read(path).settings().paper
    assert found is not None, f"{path.name} has no paper"
    return found


def differences(figures: Mapping[str, Figure], rows: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Where figures are not what the table prints, and printed figures that are missing."""
    found = [f"{name}: not in the table" for name in figures if name not in rows]
    for name, row in rows.items():
        figure = figures.get(name)
        if figure is None:
            found += [f"{name}: missing"] if row["kind"] == "printed" else []
            continue
        pairs = {
            "printed": (figure.printed, printed(row["printed"])),
            "unit": (figure.unit, row["unit"]),
            "period": (figure.period, row["period"]),
        }
        found += [
            f"{name}: {what} {ours!r}, the table has {theirs!r}"
            for what, (ours, theirs) in pairs.items()
            if ours != theirs
        ]
    return found


def test_the_table_is_of_the_nine_papers_and_says_what_each_figure_is() -> None:
    assert tuple(table()) == NAMES
    rows = [row for of_paper in table().values() for row in of_paper.values()]
    assert {row["kind"] for row in rows} == KINDS
    assert all(re.fullmatch("[a-z][a-z0-9_]*", row["figure"]) and row["printed"] for row in rows)
    assert all(row["unit"] or not isinstance(printed(row["printed"]), float) for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_a_config_is_the_printed_one_and_none_is_missing(name: str) -> None:
    assert differences(paper(config_of(name)).figures, table()[name]) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_says_where_it_stands(name: str) -> None:
    assert all(figure.where for figure in paper(config_of(name)).figures.values())


def test_a_wrong_digit_unit_or_year_is_found() -> None:
    rows = table()["raise_2019"]
    right = {
        name: Figure(printed=printed(row["printed"]), unit=row["unit"], period=row["period"], where="x")
        for name, row in rows.items()
    }
    assert differences(right, rows) == []
    for wrong in ({"printed": 275.0}, {"unit": "million pounds"}, {"period": "2020/21"}):
        planted = right | {"bid": right["bid"].model_copy(update=wrong)}
        assert len(differences(planted, rows)) == 1
    assert differences({name: each for name, each in right.items() if name != "bid"}, rows) == [
        "bid: missing"
    ]
    assert differences(right | {"bud": right["bid"]}, rows) == ["bud: not in the table"]


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_the_mechanism_are_held_to_the_figures_they_name(name: str, tmp_path: Path) -> None:
    """With one digit of a figure changed, the number that is that figure is a fault of the config."""
    text = config_of(name).read_text(encoding="utf-8")
    planted = [(figure, changed(text, figure)) for figure in dict.fromkeys(NAMED.findall(text))]
    planted = [(figure, config) for figure, config in planted if config]
    assert planted or name in WITHOUT_NUMBERS, "no number of the mechanism says which figure it is"
    for path in [*CONFIGS.glob("*.yaml"), *CONFIGS.glob("*.csv")]:
        shutil.copy(path, tmp_path / path.name)
    for figure, config in planted[:3]:
        (tmp_path / f"{name}.yaml").write_text(config, encoding="utf-8")
        with pytest.raises(ConfigError) as told:
            read(tmp_path / f"{name}.yaml")
        assert any(f"figure {figure}" in fault.message for fault in told.value.faults)


def changed(text: str, figure: str) -> str:
    """The config with the first digit of a figure's number changed; nothing where it is no number."""
    found = re.search(rf"^ +{figure}: {{printed: -?([0-9])[0-9_.]*,", text, re.MULTILINE)
    return text[: found.start(1)] + str(int(found[1]) % 9 + 1) + text[found.end(1) :] if found else ""
