"""The way from downloaded files to a report, typed as a planner would; and what wrong files say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from synthetic_release import release_2022, release_2025, tables_2022
from typer.testing import CliRunner

from experiments.command_line import app
from experiments.evidence.library import Library

RUNNER = CliRunner()


def typed(*words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    done = RUNNER.invoke(app, list(words))
    return done.exit_code, done.stdout, done.stderr


def people_file(folder: Path, library: Library) -> Path:
    rows = [
        f"{code},{name},{year},estimate,{age},1000"
        for code, name in library.authorities().items()
        for year in (2020, 2023)
        for age in range(26)
    ]
    path = folder / "people.csv"
    path.write_text("\n".join(["la_code,la,year,kind,age,population", *rows]) + "\n")
    return path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    files = [str(release_2022(folder / "2022.zip")), str(release_2025(folder / "2025.zip"))]
    assert typed("import", "dfe", *files, "--out", str(folder / "data"))[0] == 0
    people = people_file(folder, Library.read(folder / "data"))
    assert typed("import", "population", str(people), "--out", str(folder / "data"))[0] == 0
    return folder / "data"


def test_from_downloaded_files_to_a_report_in_four_commands(library: Path, tmp_path: Path) -> None:
    config, run = tmp_path / "mine.yaml", tmp_path / "run"
    code, told, _ = typed("new", "Fenshire", "--data", str(library), "--out", str(config))
    assert code == 0 and f"send-sim run {config}" in told
    code, told, _ = typed(
        "run", str(config), "--quick", "--set", "run.years=1.25", "--out", str(run), "--json"
    )
    assert code == 0
    assert json.loads(told)["folder"] == str(run)
    assert (run / "report.html").is_file()


def test_a_broken_release_is_told_by_file_row_and_column_and_leaves_nothing(tmp_path: Path) -> None:
    tables = tables_2022()
    tables["sen2_mi"][3]["InreqEHC"] = "many"
    path = release_2022(tmp_path / "broken.zip", tables)
    code, _, error = typed("import", "dfe", str(path), "--out", str(tmp_path / "data"))
    assert code == 2
    assert "sen2_mi.csv:5:InreqEHC: 'many'" in error
    assert not (tmp_path / "data").exists()


def test_an_empty_library_says_how_to_fill_it(tmp_path: Path) -> None:
    code, _, error = typed("new", "Fenshire", "--data", str(tmp_path))
    assert code == 2
    assert "send-sim import dfe" in error


def test_an_unknown_form_of_export_and_kind_of_table_are_refused_with_the_known_ones(tmp_path: Path) -> None:
    code, _, error = typed("import", "table", "payroll", str(tmp_path / "x.csv"))
    assert code == 2 and "establishment" in error
    code, _, error = typed("export", str(tmp_path), "--to", "pdf")
    assert code == 2 and "xes" in error
