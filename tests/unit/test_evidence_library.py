"""The library answers with what was published, by whom, when, and nothing where nothing was."""

from __future__ import annotations

import gzip

import pytest

from experiments.errors import InputError
from experiments.evidence.faults import DataError
from experiments.evidence.library import ENGLAND, Library
from experiments.evidence.library_files import PeopleRow, Row, packed

FENSHIRE, MOORSHIRE_OLD, MOORSHIRE = "E10000003", "E10000023", "E06000065"
LAKESHIRE, EAST_LAKES = "E10000006", "E06000063"
NAMES = {
    ENGLAND: ("England", "national"),
    "E12000006": ("East of England", "region"),
    FENSHIRE: ("Fenshire", "authority"),
    MOORSHIRE_OLD: ("Moorshire", "authority"),
    MOORSHIRE: ("Moorshire", "authority"),
    LAKESHIRE: ("Lakeshire", "authority"),
    EAST_LAKES: ("East Lakes", "authority"),
    "E06000010": ("Wolds upon Hull, City of", "authority"),
    "E09000021": ("Wolds upon Thames", "authority"),
}


def figure(code, series, period, value, group="all", status="published"):
    name, level = NAMES[code]
    return Row(
        code, name, level, period, series, group, value, status, "aggregate", "SEN2 2022, a table, a column"
    )


FIGURES = [
    figure(FENSHIRE, "plans", 2020, 100),
    figure(FENSHIRE, "plans", 2021, 110),
    figure(FENSHIRE, "plans", 2021, 40, "age=7"),
    figure(FENSHIRE, "plans", 2021, 0, "age=0-2"),
    figure(FENSHIRE, "plans", 2021, 70, "need=ASD"),
    figure(FENSHIRE, "plans", 2021, 30, "need=ASD,band=5_to_10"),
    figure(FENSHIRE, "plans", 2021, 20, "need=ASD,setting=inmss"),
    figure(FENSHIRE, "plans", 2021, "", "need=MSI", "suppressed"),
    figure(FENSHIRE, "requests", 2019, 50),
    figure(FENSHIRE, "requests", 2020, "", status="not_available"),
    figure(FENSHIRE, "requests", 2021, 60),
    figure(MOORSHIRE_OLD, "plans", 2020, 10),
    figure(MOORSHIRE_OLD, "plans", 2021, 11),
    figure(MOORSHIRE, "plans", 2021, 12),
    figure(MOORSHIRE, "plans", 2024, 13),
    figure(LAKESHIRE, "plans", 2023, 30),
    figure(EAST_LAKES, "plans", 2024, 20),
    figure("E06000010", "plans", 2021, 5),
    figure("E09000021", "plans", 2021, 5),
    figure("E12000006", "plans", 2021, 5),
    figure(ENGLAND, "plans", 2021, 1000),
]


def people(code, year, kind, each):
    return [PeopleRow(code, "A place", year, kind, str(age), each) for age in range(26)]


def written(folder, figures=FIGURES, population=()):
    (folder / "sen2.csv.gz").write_bytes(packed(Row._fields, figures))
    if population:
        (folder / "population.csv.gz").write_bytes(packed(PeopleRow._fields, population))
    return Library.read(folder)


@pytest.fixture
def library(tmp_path):
    return written(tmp_path)


# Figures.


def test_a_figure_comes_with_its_status_and_source(library):
    found = library.figure(FENSHIRE, "plans", 2021)
    assert found == (110.0, "published", "aggregate", "SEN2 2022, a table, a column")


def test_what_is_suppressed_and_what_is_not_there_are_told_apart_and_neither_is_nought(library):
    assert library.figure(FENSHIRE, "plans", 2021, "need=MSI").status == "suppressed"
    assert library.value(FENSHIRE, "plans", 2021, "need=MSI") is None
    assert library.figure(FENSHIRE, "plans", 2021, "need=VI") is None
    assert library.value(FENSHIRE, "plans", 1999) is None
    assert library.value("E00000000", "plans", 2021) is None


def test_a_published_nought_is_nought(library):
    assert library.value(FENSHIRE, "plans", 2021, "age=0-2") == 0


def test_years_are_those_that_were_published(library):
    assert library.by_year(FENSHIRE, "requests") == {2019: 50, 2021: 60}


def test_groups_of_one_dimension_are_without_those_of_two(library):
    assert library.by_group(FENSHIRE, "plans", 2021, "age") == {"7": 40, "0-2": 0}
    assert library.by_group(FENSHIRE, "plans", 2021, "need") == {"ASD": 70}
    assert library.by_group(FENSHIRE, "plans", 2020, "need") == {}


def test_groups_of_two_dimensions_come_in_the_order_that_is_asked(library):
    assert library.by_two(FENSHIRE, "plans", 2021, "need", "band") == {("ASD", "5_to_10"): 30}
    assert library.by_two(FENSHIRE, "plans", 2021, "band", "need") == {("5_to_10", "ASD"): 30}
    assert library.by_two(FENSHIRE, "plans", 2021, "setting", "band") == {}


# What was known.


def test_a_january_knows_its_stock_and_the_activity_of_the_year_before(library):
    known = library.known_by(2020)
    assert known.by_year(FENSHIRE, "plans") == {2020: 100}
    assert known.by_year(FENSHIRE, "requests") == {2019: 50}
    assert library.known_by(2021).by_year(FENSHIRE, "requests") == {2019: 50}, "not those of 2021 itself"
    assert library.known_by(2022).by_year(FENSHIRE, "requests") == {2019: 50, 2021: 60}
    assert known.figure(FENSHIRE, "plans", 2021) is None
    assert known.by_group(FENSHIRE, "plans", 2021, "age") == {}
    assert known.by_two(FENSHIRE, "plans", 2021, "need", "band") == {}
    assert library.by_year(FENSHIRE, "plans") == {2020: 100, 2021: 110}, "the library itself is as before"


def test_what_was_not_known_stays_unknown(library):
    assert library.known_by(2020).known_by(2024).by_year(FENSHIRE, "plans") == {2020: 100}


def test_estimates_of_population_are_known_the_january_after_and_projections_when_published(tmp_path):
    rows = [
        *people(FENSHIRE, 2019, "estimate", 10),
        *people(FENSHIRE, 2022, "estimate", 12),
        *people(FENSHIRE, 2022, "projection", 99),
        *people(FENSHIRE, 2030, "projection", 20),
    ]
    library = written(tmp_path, population=rows)
    assert {year: ages[0] for year, ages in library.people(FENSHIRE).items()} == {
        2019: 10,
        2022: 12,
        2030: 20,
    }
    assert list(library.known_by(2022).people(FENSHIRE)) == [2019]
    assert list(library.known_by(2024).people(FENSHIRE)) == [2019, 2022]
    assert list(library.known_by(2025).people(FENSHIRE)) == [2019, 2022, 2030]


# Places.


def test_current_authorities_are_listed_once_under_their_newest_code(library):
    assert library.authorities() == {
        EAST_LAKES: "East Lakes",
        FENSHIRE: "Fenshire",
        MOORSHIRE: "Moorshire",
        "E06000010": "Wolds upon Hull, City of",
        "E09000021": "Wolds upon Thames",
    }


def test_an_abolished_authority_is_one_of_its_own_time(library):
    assert LAKESHIRE in library.known_by(2023).authorities()
    assert EAST_LAKES not in library.known_by(2023).authorities()
    assert LAKESHIRE not in library.known_by(2024).authorities()
    assert EAST_LAKES in library.known_by(2024).authorities()


@pytest.mark.parametrize("code", [MOORSHIRE_OLD, MOORSHIRE])
def test_an_authority_that_changed_its_code_is_one_by_either_and_the_newer_stands(library, code):
    assert library.by_year(code, "plans") == {2020: 10, 2021: 12, 2024: 13}
    assert library.value(code, "plans", 2020) == 10
    assert library.value(code, "plans", 2021) == 12


def test_an_abolished_authority_keeps_its_figures_and_its_successor_has_none_of_them(library):
    assert library.by_year(LAKESHIRE, "plans") == {2023: 30}
    assert library.by_year(EAST_LAKES, "plans") == {2024: 20}
    assert library.predecessors(EAST_LAKES) == [LAKESHIRE]
    assert library.predecessors(MOORSHIRE) == [MOORSHIRE_OLD]
    assert library.predecessors(FENSHIRE) == []
    assert library.predecessors("E06000058") == ["E06000028", "E06000029", "E10000009"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("Fenshire", FENSHIRE),
        (" fenshire ", FENSHIRE),
        ("e10000003", FENSHIRE),
        (MOORSHIRE_OLD, MOORSHIRE),
        ("City of Wolds upon Hull", "E06000010"),
        ("hull", "E06000010"),
        ("England", ENGLAND),
        ("East of England", "E12000006"),
        ("Lakeshire", LAKESHIRE),
    ],
)
def test_a_place_is_found_by_its_name_or_code(library, asked, code):
    assert library.find(asked) == code


def test_a_name_that_could_be_two_is_refused_with_both(library):
    with pytest.raises(InputError, match="could be Wolds upon Hull, City of, Wolds upon Thames"):
        library.find("Wolds")


def test_an_unknown_name_is_refused_with_the_nearest(library):
    with pytest.raises(InputError, match=r"'Fensire': no authority .*; nearest: Fenshire"):
        library.find("Fensire")


# People.


def test_a_year_that_lacks_an_age_is_not_used(tmp_path):
    rows = [*people(FENSHIRE, 2019, "estimate", 10)[:-1], *people(FENSHIRE, 2020, "estimate", 10)]
    assert list(written(tmp_path, population=rows).people(FENSHIRE)) == [2020]


def test_a_library_without_population_has_no_people(library):
    assert library.people(FENSHIRE) == {}


def test_england_is_all_authorities_of_today_and_abolished_ones_are_not_counted_beside_them(tmp_path):
    codes = [f"E08001{number:03}" for number in range(150)]
    rows = [row for code in [*codes, LAKESHIRE] for row in people(code, 2022, "estimate", 2)]
    rows += [row for code in codes[:-1] for row in people(code, 2023, "estimate", 2)]
    assert written(tmp_path, population=rows).people(ENGLAND) == {2022: [300.0] * 26}


def test_a_few_authorities_are_not_england(tmp_path):
    assert written(tmp_path, population=people(FENSHIRE, 2022, "estimate", 2)).people(ENGLAND) == {}


# Damage.


def refused(folder) -> str:
    with pytest.raises(DataError) as error:
        Library.read(folder)
    return str(error.value)


def test_a_folder_without_a_library_is_refused(tmp_path):
    assert "sen2.csv.gz:0:: no such file; `send-sim import dfe` and" in refused(tmp_path)


def test_a_library_cut_short_is_refused(tmp_path):
    written(tmp_path)
    content = (tmp_path / "sen2.csv.gz").read_bytes()
    (tmp_path / "sen2.csv.gz").write_bytes(content[:-20])
    assert refused(tmp_path).startswith("sen2.csv.gz:0:: cannot be unpacked")


@pytest.mark.parametrize(
    ("column", "value"),
    [("value", "many"), ("value", ""), ("status", "suppressed"), ("status", "guessed"), ("period", "soon")],
)
def test_a_damaged_row_is_refused_by_its_number(tmp_path, column, value):
    bad = figure(FENSHIRE, "plans", 2022, 120)._replace(**{column: value})
    (tmp_path / "sen2.csv.gz").write_bytes(packed(Row._fields, [*FIGURES, bad]))
    assert refused(tmp_path).startswith(f"sen2.csv.gz:{len(FIGURES) + 2}:")


def test_a_row_with_too_few_fields_and_other_columns_are_refused(tmp_path):
    (tmp_path / "sen2.csv.gz").write_bytes(packed(Row._fields, [["E10000003", "Fenshire"]]))
    assert refused(tmp_path).startswith("sen2.csv.gz:2:: 2 fields")
    (tmp_path / "sen2.csv.gz").write_bytes(gzip.compress(b"code,name\nE10000003,Fenshire\n"))
    assert refused(tmp_path).startswith("sen2.csv.gz:1:: must have the columns code, name, level")


def test_damaged_population_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"population.csv.gz:3:people: 'nan'"):
        written(
            tmp_path,
            population=[*people(FENSHIRE, 2022, "estimate", 1)[:1], *people(FENSHIRE, 2022, "x", "nan")],
        )
