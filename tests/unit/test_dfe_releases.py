"""A release as downloaded is recognised by its tables; what is damaged or is no release is refused."""

from __future__ import annotations

import zipfile

import pytest
from synthetic_release import (
    FENSHIRE,
    PLANS,
    as_csv,
    files_of,
    release_2022,
    release_2025,
    tables_2022,
    tables_2025,
    write_zip,
)

from experiments.evidence.dfe import releases
from experiments.evidence.dfe.releases import read_release
from experiments.evidence.faults import DataError


def plans(release, january):
    return release.figures.values[FENSHIRE, january, "plans", "all"].value


def without(tables, *names):
    return {name: table for name, table in tables.items() if name not in names}


def refused(path) -> str:
    with pytest.raises(DataError) as error:
        read_release(path)
    return str(error.value)


def test_a_release_is_known_by_its_tables_and_dated_by_its_latest_january(tmp_path):
    old, new = (
        read_release(release_2022(tmp_path / "a.zip")),
        read_release(release_2025(tmp_path / "b.zip")),
    )
    assert (old.layout, old.year) == ("2022", 2022)
    assert (new.layout, new.year) == ("2025", 2025)


def test_a_folder_of_the_tables_says_what_the_zip_file_says(tmp_path):
    folder = tmp_path / "release"
    folder.mkdir()
    for name, content in files_of(tables_2025()).items():
        (folder / name.removeprefix("data/")).write_bytes(content)
    unpacked, zipped = read_release(folder), read_release(release_2025(tmp_path / "release.zip"))
    assert unpacked.figures.values == zipped.figures.values
    assert unpacked.warnings == zipped.warnings


def test_one_table_can_be_read_by_itself(tmp_path):
    path = tmp_path / "requests.csv"
    path.write_bytes(as_csv(tables_2025()["requests"], mark=True))
    release = read_release(path)
    assert release.figures.values[FENSHIRE, 2024, "requests", "all"].value == 70
    assert release.year == 2025
    assert "requests.csv: no caseload.csv, its figures are left out" in release.warnings


def test_a_renamed_table_is_known_by_its_headings(tmp_path):
    files = files_of(tables_2025())
    files["data/my download.csv"] = files.pop("data/requests.csv")
    release = read_release(write_zip(tmp_path / "release.zip", files))
    assert "data/my download.csv: read as requests, by its headings" in release.warnings
    assert release.figures.values[FENSHIRE, 2024, "requests", "all"].value == 70


def test_files_that_are_not_used_and_tables_that_are_missing_are_told(tmp_path):
    files = files_of(without(tables_2022(), "sen2_mi"))
    files["data/sen2_tribunal.csv"] = b"time_period,appeals\n2021,3\n"
    release = read_release(write_zip(tmp_path / "release.zip", files))
    assert "data/sen2_tribunal.csv: not used, left out" in release.warnings
    assert "release.zip: no sen2_mi.csv, its figures are left out" in release.warnings
    assert plans(release, 2022) == PLANS


def test_a_release_without_a_known_table_is_refused(tmp_path):
    path = write_zip(tmp_path / "pupils.zip", {"data/pupils.csv": b"year,pupils\n2021,3\n"})
    assert refused(path).startswith("pupils.zip:0:: no table of SEN2 statistics in it, must have some of ")


def test_tables_of_two_layouts_are_refused(tmp_path):
    both = files_of(tables_2022()) | files_of(tables_2025())
    assert "tables of two layouts, must be one release" in refused(write_zip(tmp_path / "both.zip", both))


def test_a_table_that_is_there_twice_is_refused(tmp_path):
    files = files_of(tables_2025())
    files["older/requests.csv"] = files["data/requests.csv"]
    path = write_zip(tmp_path / "release.zip", files)
    assert refused(path) == "older/requests.csv:0:: a second table requests, must be there once"


def test_a_file_that_is_no_zip_file_is_refused(tmp_path):
    path = tmp_path / "release.zip"
    path.write_bytes(b"<html>Not found</html>")
    assert "release.zip:0:: cannot be unpacked" in refused(path)


def test_a_zip_file_cut_short_is_refused(tmp_path):
    whole = release_2025(tmp_path / "whole.zip").read_bytes()
    path = tmp_path / "release.zip"
    path.write_bytes(whole[: len(whole) // 2])
    assert "cannot be unpacked" in refused(path)


def test_a_zip_file_with_a_damaged_table_is_refused(tmp_path):
    path = tmp_path / "release.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("data/requests.csv", as_csv(tables_2025()["requests"]))
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Fenshire", b"Penshire", 1))
    assert "cannot be unpacked" in refused(path)


def test_a_zip_file_that_unpacks_to_an_absurd_size_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(releases, "LARGEST_TABLE_BYTES", 1_000_000)
    path = write_zip(tmp_path / "bomb.zip", {"data/requests.csv": bytes(1_000_001)})
    assert path.stat().st_size < 10_000
    assert "'data/requests.csv', 1,000,001 bytes when unpacked, must be under 1,000,000" in refused(path)


def test_many_tables_that_are_too_large_together_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(releases, "LARGEST_RELEASE_BYTES", 1_000)
    path = write_zip(tmp_path / "bomb.zip", {f"{number}.csv": bytes(600) for number in range(2)})
    assert "1,200 bytes when unpacked, must be under 1,000" in refused(path)


@pytest.mark.parametrize("name", ["../requests.csv", "data/../../requests.csv", "/tmp/requests.csv"])
def test_a_path_that_leads_out_of_the_zip_file_is_refused(tmp_path, name):
    path = write_zip(tmp_path / "release.zip", {name: b"x"})
    assert f"{name!r}, must be a path inside the zip file" in refused(path)


def test_what_a_mac_adds_to_a_zip_file_is_left_alone(tmp_path):
    files = files_of(tables_2025()) | {"__MACOSX/data/._requests.csv": b"\0\5\26\7"}
    assert plans(read_release(write_zip(tmp_path / "release.zip", files)), 2025) == PLANS


def test_a_missing_column_is_refused_by_its_name(tmp_path):
    tables = tables_2025()
    for row in tables["requests"]:
        del row["requests_withdrawn"]
    path = release_2025(tmp_path / "release.zip", tables)
    assert refused(path) == "requests.csv:1:requests_withdrawn: missing column, must be there"


def test_a_missing_label_is_refused_by_its_name(tmp_path):
    tables = tables_2022()
    for row in tables["sen2_age_caseload"]:
        del row["characteristic_age"]
    path = release_2022(tmp_path / "release.zip", tables)
    assert refused(path) == "sen2_age_caseload.csv:1:characteristic_age: missing column, must be there"


def test_an_unknown_column_is_told_and_a_percentage_is_not(tmp_path):
    tables = tables_2025()
    for row in tables["requests"]:
        row |= {"requests_by_parents": "1", "requests_by_parents_pc": "10"}
    release = read_release(release_2025(tmp_path / "release.zip", tables))
    told = [line for line in release.warnings if "unknown column" in line]
    assert told == ["requests.csv:1:requests_by_parents: unknown column, left out"]
