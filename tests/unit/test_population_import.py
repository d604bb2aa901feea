"""People by age come into the library from our table and from that of the statistics office."""

from __future__ import annotations

import pytest

from experiments.errors import InputError
from experiments.evidence.faults import DataError
from experiments.evidence.library import Library
from experiments.evidence.library_files import Row, packed, read_people
from experiments.evidence.population import import_population, in_words

FENSHIRE = "E10000003"
HEADER = "la_code,la,year,kind,age,population"


def single_years(year=2022, kind="estimate", each=100, code=FENSHIRE, ages=range(26)):
    return [f"{code},Fenshire,{year},{kind},{age},{each}" for age in ages]


def tidy(path, rows):
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def wide(path, rows, title=""):
    header = ["Code", "Name", "Geography", "All ages", *map(str, range(90)), "90+"]
    lines = [",".join(header), *(",".join([*row[:3], "9999", *map(str, row[3:])]) for row in rows)]
    path.write_text(title + "\n".join(lines) + "\n")
    return path


FEN = (FENSHIRE, "FENSHIRE", "County", *range(1000, 1091))


def people(folder):
    (folder / "sen2.csv.gz").write_bytes(packed(Row._fields, []))
    return Library.read(folder).people(FENSHIRE)


def refused(path, folder, **options) -> str:
    with pytest.raises(DataError) as error:
        import_population([path], folder / "data", **options)
    assert not (folder / "data").exists(), "nothing is written"
    return str(error.value)


def test_single_years_of_age_come_in_order_of_age(tmp_path):
    rows = [f"{FENSHIRE},Fenshire,2022,estimate,{age},{100 + age}" for age in reversed(range(26))]
    told = import_population([tidy(tmp_path / "population.csv", rows)], tmp_path)
    assert people(tmp_path) == {2022: [100.0 + age for age in range(26)]}
    assert (told["figures"], told["areas"], told["warnings"]) == (26, 1, [])


def test_ages_above_25_are_left_out(tmp_path):
    rows = [*single_years(ages=range(100)), f"{FENSHIRE},Fenshire,2022,estimate,100+,3"]
    assert import_population([tidy(tmp_path / "population.csv", rows)], tmp_path)["figures"] == 26


def test_an_estimate_stands_before_a_projection_of_the_same_year(tmp_path):
    rows = single_years(2022) + single_years(2022, "projection", 999) + single_years(2023, "projection", 90)
    import_population([tidy(tmp_path / "population.csv", rows)], tmp_path)
    assert {year: ages[0] for year, ages in people(tmp_path).items()} == {2022: 100, 2023: 90}


def test_totals_that_were_revised_are_told_and_nothing_is_scaled(tmp_path):
    rows = [*single_years(2020), f"{FENSHIRE},Fenshire,2020,estimate_0_17,0-17,1750"]
    told = import_population([tidy(tmp_path / "population.csv", rows)], tmp_path)
    assert told["warnings"][0].startswith(
        "2020: single ages 0 to 17 make 1,800 and the published totals 1,750 (+2.9%; 1 of 1 areas differ)"
    )
    assert people(tmp_path)[2020] == [100.0] * 26


def test_a_total_that_agrees_is_no_break(tmp_path):
    rows = [*single_years(2020), f"{FENSHIRE},Fenshire,2020,estimate_0_17,0-17,1800"]
    assert import_population([tidy(tmp_path / "population.csv", rows)], tmp_path)["warnings"] == []


def test_a_year_that_lacks_ages_and_an_abolished_authority_are_told(tmp_path):
    rows = single_years(ages=range(20)) + single_years(code="E10000006")
    told = import_population([tidy(tmp_path / "population.csv", rows)], tmp_path)
    assert told["warnings"] == [
        "Fenshire 2022, estimate: 20 of 26 ages, so the year is not used",
        "abolished authorities overlap their successors: Fenshire",
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("E07000008,Fen,2022,estimate,3,10", "la_code: 'E07000008', must be the code of an authority"),
        (f"{FENSHIRE},Fen,2022,guess,3,10", "kind: 'guess', must be one of estimate"),
        (f"{FENSHIRE},Fen,2022,estimate,young,10", "age: 'young', must be a single year of age"),
        (f"{FENSHIRE},Fen,2022,estimate,0-17,10", "age: '0-17', a total of ages 0-17"),
        (f"{FENSHIRE},Fen,2022,estimate_0_17,7,10", "age: '7', a total of ages 0-17"),
        (f"{FENSHIRE},Fen,2022,estimate,3,-1", "population: '-1', must be between 0"),
        (f"{FENSHIRE},Fen,2022,estimate,3,:", "population: ':', a sign for a missing figure"),
        (f"{FENSHIRE},Fen,2022,estimate,3,", "population: '', must not be blank"),
        (f"{FENSHIRE},Fen,22,estimate,3,10", "year: '22', must be a mid-year such as 2023"),
        (f"{FENSHIRE},Fenshire,2022,estimate,0,10", "age: '0', the same place, year, kind and age twice"),
    ],
)
def test_a_faulty_row_is_refused_by_row_and_column(tmp_path, row, fault):
    path = tidy(tmp_path / "population.csv", [*single_years(ages=range(2)), row])
    assert refused(path, tmp_path).startswith(f"population.csv:4:{fault}")


def test_a_published_table_is_read_for_the_year_in_its_name(tmp_path):
    other = ("W06000001", "ANGLESEY", "Unitary Authority", *range(91))
    district = ("E07000008", "FENTOWN", "Non-metropolitan District", *range(91))
    import_population([wide(tmp_path / "mye2023 persons.csv", [FEN, other, district])], tmp_path)
    assert people(tmp_path) == {2023: [1000.0 + age for age in range(26)]}
    assert {row.code for row in read_people(tmp_path / "population.csv.gz")} == {FENSHIRE}


def test_the_year_of_a_published_table_can_be_given(tmp_path):
    import_population([wide(tmp_path / "persons.csv", [FEN])], tmp_path, year=2021)
    assert list(people(tmp_path)) == [2021]


def test_a_published_table_of_no_year_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"persons.csv: of which mid-year\?"):
        import_population([wide(tmp_path / "persons.csv", [FEN])], tmp_path)


def test_titles_above_a_published_table_are_passed_over_and_rows_keep_their_numbers(tmp_path):
    title = '"MYE2: Population estimates, mid-2023",,\nNotes,,\n,,\n'
    import_population([wide(tmp_path / "mye2023.csv", [FEN], title)], tmp_path)
    assert list(people(tmp_path)) == [2023]
    bad = wide(tmp_path / "mye2022.csv", [(*FEN[:5], "unknown", *FEN[6:])], title)
    assert refused(bad, tmp_path).startswith("mye2022.csv:5:2: 'unknown', must be a number")


def test_a_published_table_without_an_age_or_without_england_is_refused(tmp_path):
    path = tmp_path / "mye2023.csv"
    path.write_text(f"Code,Name,0,1\n{FENSHIRE},Fenshire,10,11\n")
    assert "mye2023.csv:1:25: missing column, must be there" in refused(path, tmp_path)
    wales = wide(tmp_path / "mye2022.csv", [("W06000001", "ANGLESEY", "Unitary Authority", *range(91))])
    assert "no authority of England in it" in refused(wales, tmp_path)
    twice = wide(tmp_path / "mye2021.csv", [FEN, FEN])
    assert f"mye2021.csv:3:Code: '{FENSHIRE}' twice" in refused(twice, tmp_path)


def test_a_later_file_wins_beside_what_is_there_and_says_so(tmp_path):
    first = tidy(tmp_path / "first.csv", single_years(2021) + single_years(2022))
    second = tidy(tmp_path / "second.csv", single_years(2022, each=105))
    import_population([first], tmp_path)
    told = import_population([second], tmp_path)
    assert {year: ages[0] for year, ages in people(tmp_path).items()} == {2021: 100, 2022: 105}
    assert told["warnings"] == ["second.csv: 26 figures replaced by other ones"]


def test_the_same_files_make_the_same_bytes(tmp_path):
    path = tidy(tmp_path / "population.csv", single_years())
    for name in ("once", "again"):
        import_population([path], tmp_path / name)
    once, again = ((tmp_path / name / "population.csv.gz").read_bytes() for name in ("once", "again"))
    assert once == again


def test_what_was_imported_is_told_in_words(tmp_path):
    rows = single_years(2022) + single_years(2023, "projection")
    words = in_words(import_population([tidy(tmp_path / "population.csv", rows)], tmp_path))
    assert words.startswith("52 figures of 1 areas: ")
    assert "  estimate: 2022\n  projection: 2023" in words
