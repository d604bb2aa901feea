"""Published figures that disagree are told, the later release wins, and nothing is written by halves."""

from __future__ import annotations

import pytest
from synthetic_imports import imported
from synthetic_release import (
    EAST_LAKES,
    ENGLAND,
    FENSHIRE,
    LAKESHIRE,
    NORTH,
    PLANS,
    release_2022,
    release_2025,
    tables_2022,
    tables_2025,
    where,
)

from experiments.errors import InputError
from experiments.evidence.dfe.importing import import_dfe, in_words
from experiments.evidence.library import Library


def test_parts_that_do_not_make_the_total_are_told_with_the_difference(tmp_path):
    tables = tables_2022()
    where(
        tables["sen2_age_caseload"],
        {"Total_all": 8},
        characteristic_age="Under 5",
        la_name="Fenshire",
        time_period="2022",
    )
    _, warnings = imported(tmp_path, tables)
    largest = "1 figure; the largest Fenshire 2022, plans all: 80, its parts 83"
    assert warnings == [f"plans by band: parts do not make the total: {largest}"]


def test_two_tables_that_disagree_are_told_and_the_first_stands(tmp_path):
    tables = tables_2022()
    where(
        tables["sen2_age_new_plans"],
        {"Total_new_ehc": 99},
        characteristic_age="Total",
        la_name="Fenshire",
        time_period="2021",
    )
    library, warnings = imported(tmp_path, tables)
    assert library.value(FENSHIRE, "plans_issued", 2021) == PLANS
    assert any(
        "sen2_age_new_plans: differs from a table before it, left out: 1 figure" in line
        and "Fenshire 2021, plans_issued all: 99, not 80 as in sen2_mi, NewallEHC" in line
        for line in warnings
    )


def test_a_region_s_total_in_an_authority_s_row_gives_way_to_its_own_ages(tmp_path):
    tables = tables_2025()
    for name in ("North", "East Lakes"):
        level = "la_name" if name == "East Lakes" else "region_name"
        chosen = {level: name, "time_period": "2024", "breakdown": "New EHC plans"}
        chosen |= {} if level == "la_name" else {"geographic_level": "Regional"}
        where(tables["newplans"], {"new_ehc_plans": 300}, **chosen)
    library, warnings = imported(tmp_path, new=tables)
    assert library.value(EAST_LAKES, "plans_issued", 2024) == PLANS
    assert library.value(NORTH, "plans_issued", 2024) == 300
    assert any("East Lakes 2024, new_ehc_plans: 300, its ages 80" in line for line in warnings)


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_later_of_two_releases_wins_in_whatever_order_they_come(tmp_path, order, together):
    old, new = tables_2022(), tables_2025()
    for each in new["caseload"]:
        if each["time_period"] == "202324":
            each["time_period"] = "202122"
    where(
        new["caseload"], {"ehcplans": 85}, time_period="202122", breakdown="All EHC plans", la_name="Fenshire"
    )
    where(
        new["caseload"],
        {"ehcplans": "x"},
        time_period="202122",
        breakdown="All EHC plans",
        geographic_level="National",
    )
    files = [release_2022(tmp_path / "old.zip", old), release_2025(tmp_path / "new.zip", new)]
    chosen = [files[place] for place in order]
    told = [
        import_dfe(each, tmp_path / "data")
        for each in ([chosen] if together else [[file] for file in chosen])
    ]
    library = Library.read(tmp_path / "data")
    assert library.value(FENSHIRE, "plans", 2022) == 85
    assert library.value(ENGLAND, "plans", 2022) == 4 * PLANS, (
        "a figure that a later release leaves out stays"
    )
    assert library.figure(FENSHIRE, "plans", 2022).source.startswith("SEN2 2025")
    largest = "1 figure; the largest Fenshire 2022, plans all: 80 became 85"
    revised = f"published differently by two releases, the later one taken: {largest}"
    assert revised in told[-1]["warnings"]


def test_the_same_releases_make_the_same_bytes(tmp_path):
    files = [release_2022(tmp_path / "old.zip"), release_2025(tmp_path / "new.zip")]
    import_dfe(files, tmp_path / "once")
    import_dfe(files[1:], tmp_path / "twice")
    import_dfe(files[:1], tmp_path / "twice")
    name = "sen2.csv.gz"
    assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "twice" / name).read_bytes()


def test_nothing_is_written_where_one_of_the_files_is_faulty(tmp_path):
    bad = tables_2025()
    bad["requests"][3]["time_period"] = "soon"
    files = [release_2022(tmp_path / "old.zip"), release_2025(tmp_path / "new.zip", bad)]
    with pytest.raises(InputError, match=r"requests.csv:5:time_period: 'soon'"):
        import_dfe(files, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_what_was_imported_is_told_in_words(tmp_path):
    told = import_dfe([release_2022(tmp_path / "old.zip")], tmp_path / "data")
    words = in_words(told)
    assert "SEN2 2022 read from old.zip" in words
    assert "756 figures of 4 authorities, 2019 to 2022" in words
    assert told["series"]["requests"] == 2 * 7
    assert LAKESHIRE in Library.read(tmp_path / "data").known_by(2022).authorities()
