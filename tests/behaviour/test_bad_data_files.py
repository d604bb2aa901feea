"""Data files as they really come: every slip is told by file, row and column, and nothing is read as nought.

The slips stand in `tests/unit`, in `bad_data_files.py` and `bad_evidence_files.py`, the right files that
they change in `data_slips.py`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from unit.bad_data_files import SLIPS as IN_TABLES
from unit.bad_evidence_files import SLIPS as IN_EVIDENCE
from unit.data_slips import GOOD, Slip

from experiments.errors import BAD_INPUT
from experiments.evidence import sheets
from experiments.evidence.dfe.importing import import_dfe
from experiments.evidence.faults import DataError
from experiments.evidence.library import Library
from experiments.evidence.library_files import POPULATION_FILE, read_people
from experiments.evidence.population import import_population
from experiments.evidence.returns.cases import Return
from experiments.evidence.returns.checks import check
from experiments.evidence.returns.importing import import_sen2
from experiments.evidence.returns.reading import read_return
from experiments.evidence.tables.importing import KINDS, import_table
from experiments.logs.case_logs import read_case_log
from experiments.logs.commands import import_log, import_witan
from experiments.logs.witan_files import read_witan
from sim.config.documents import Addition, Document, read

SLIPS = [*IN_TABLES, *IN_EVIDENCE]
SMALL = Path(__file__).resolve().parents[2] / "configs" / "ci_small.yaml"


def imported(importer: str, folder: Path, out: Path) -> Any:
    """Import the files in a folder, as a command would."""
    files = sorted(folder.iterdir())
    if importer in KINDS:
        return import_table(importer, files, out)
    return {
        "dfe": lambda: import_dfe([folder], out),
        "population": lambda: import_population(files, out),
        "witan": lambda: import_witan(folder, out),
        "case log": lambda: import_log(folder / "log.csv", folder / "map.yaml", out),
        "sen2": lambda: import_sen2(folder, out, collection_year=2025),
    }[importer]()


def checked_return(folder: Path) -> Return:
    found = read_return(folder, 2025)
    check(found)
    return found


def put(files: dict[str, bytes], tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def good(importer: str) -> dict[str, bytes]:
    return {name: text.encode() for name, text in GOOD[importer].items()}


# What is refused.


@pytest.mark.parametrize("importer", GOOD)
def test_the_files_that_the_slips_change_are_right(importer, tmp_path):
    folder = put(good(importer), tmp_path)
    if importer == "sen2":  # too few children for anything of them to be written
        assert len(checked_return(folder).cases) == 2
    else:
        assert imported(importer, folder, tmp_path / "out")
        assert list((tmp_path / "out").iterdir())


def test_the_catalogue_is_large_and_spread_over_the_importers():
    assert len({slip.what for slip in SLIPS}) == len(SLIPS) >= 128
    assert {slip.importer for slip in SLIPS} == set(GOOD)


@pytest.mark.parametrize("slip", SLIPS, ids=[slip.what for slip in SLIPS])
def test_a_slip_is_told_by_file_row_column_and_rule_and_nothing_is_written(slip: Slip, tmp_path):
    folder, out = put(slip.files(), tmp_path), tmp_path / "out"
    with pytest.raises(DataError) as caught:
        imported(slip.importer, folder, out)
    assert tuple(map(str, caught.value.faults)) == slip.faults
    assert caught.value.exit_code == BAD_INPUT == 2
    assert not out.exists()


NEVER_SHOWN = {
    "names of staff": "P1",
    "a National Insurance number for a post": "QQ123456C",
    "a name for a post": "Quill",
    "pay in words": "60k",
    "NHS numbers under a harmless heading": "943 476 5919",
    "a post that is there twice": "P1",
    "a case on two rows": "C1",
    "a birthday on no day": "2015-02-29",
    "somebody of 40": "1984",
    "a date of another form, not shown": "4 March",
    "a need that no list has": "AUT",
}


@pytest.mark.parametrize("what", NEVER_SHOWN)
def test_what_says_who_somebody_is_is_never_shown(what):
    slip = next(each for each in SLIPS if each.what == what)
    assert any(NEVER_SHOWN[what].encode() in content for content in slip.files().values())
    assert NEVER_SHOWN[what] not in "\n".join(slip.faults)


def test_every_slip_of_a_file_is_told_at_once(tmp_path):
    wrong = GOOD["establishment"]["establishment.csv"]
    for right, slip in (("ep,1.0", "ep,x"), ("2020-01-06", "43836"), ("P3,ep", "P3,portage")):
        wrong = wrong.replace(right, slip)
    with pytest.raises(DataError) as caught:
        imported("establishment", put({"establishment.csv": wrong.encode()}, tmp_path), tmp_path / "out")
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [
        (2, "fte"),
        (3, "start_date"),
        (4, "pool"),
    ]


def test_slips_of_several_files_are_told_together(tmp_path):
    folder = put(
        {name: GOOD["contracts"]["contracts.csv"].replace("spot", "sport").encode() for name in "ab"},
        tmp_path,
    )
    with pytest.raises(DataError) as caught:
        imported("contracts", folder, tmp_path / "out")
    assert [fault.file for fault in caught.value.faults] == ["a", "b"]


# Files that are not there, or cannot be had.


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_that_is_not_there_or_is_a_folder_is_refused(kind, tmp_path):
    for path, rule in ((tmp_path / "none.csv", "no such file"), (tmp_path, "a folder, must be a file")):
        with pytest.raises(DataError) as caught:
            import_table(kind, [path], tmp_path / "out")
        assert str(caught.value) == f"{path}:0:: {rule}"


@pytest.mark.parametrize("importer", GOOD)
def test_a_file_that_excel_holds_is_refused_with_what_to_do(importer, tmp_path, monkeypatch):
    folder = put(good(importer), tmp_path)

    def held(_self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", held)
    with pytest.raises(DataError) as caught:
        imported(importer, folder, tmp_path / "out")
    assert all("if it is open in Excel, close it" in str(fault) for fault in caught.value.faults)
    assert {fault.row for fault in caught.value.faults} == {0}


@pytest.mark.parametrize("importer", GOOD)
def test_a_huge_file_is_refused_before_it_is_read(importer, tmp_path, monkeypatch):
    folder = put(good(importer), tmp_path)
    monkeypatch.setattr(sheets, "LARGEST_BYTES", 20)
    with pytest.raises(DataError, match="bytes, must be under 20"):
        imported(importer, folder, tmp_path / "out")


# Habits that are put up with: what is read is exactly what is meant.


def layered(importer: str, right: str, wrong: str | bytes, tmp_path: Path) -> Document:
    """A small config with the layer of a changed table over it."""
    slip = Slip("a habit", importer, right, wrong if isinstance(wrong, bytes) else wrong.encode(), ())
    imported(importer, put(slip.files(), tmp_path), tmp_path / "out")
    text = (tmp_path / "out" / f"{importer}.yaml").read_text()
    return read(SMALL, addition=Addition("layer", text))


HABITS = [
    ("a byte-order mark", "contracts", "setting,", "\ufeffsetting,", "inmss.contract.block_places", 8),
    (
        "pounds and thousands",
        "contracts",
        '"£50,000"',
        '"£ 50,000.00"',
        "inmss.contract.block_price_per_place_year",
        50_000,
    ),
    (
        "non-breaking spaces for thousands",
        "contracts",
        '"£50,000"',
        "50\u00a0000",
        "inmss.contract.block_price_per_place_year",
        50_000,
    ),
    (
        "Windows text",
        "contracts",
        "",
        GOOD["contracts"]["contracts.csv"].encode("cp1252"),
        "inmss.contract.spot_price_per_child_year",
        60_000,
    ),
    (
        "lines of Windows",
        "contracts",
        "",
        GOOD["contracts"]["contracts.csv"].replace("\n", "\r\n"),
        "inmss.contract.block_places",
        8,
    ),
    (
        "blank rows at the end",
        "contracts",
        "2020-01-01,\n",
        "2020-01-01,\n,,,,,,\n\n",
        "inmss.contract.spot_price_per_child_year",
        60_000,
    ),
    (
        "capitals and spaces",
        "contracts",
        "setting,provider,kind",
        " Setting ,PROVIDER,Kind ",
        "inmss.contract.block_places",
        8,
    ),
    (
        "dashes and spaces in codes",
        "contracts",
        "inmss,Provider A,block",
        "Non\u2013maintained special\u00a0,Provider A, BLOCK ",
        "inmss.contract.block_places",
        8,
    ),
    ("dates day first", "contracts", "2022-08-31", "31/08/2022", "inmss.contract.block_places", 8),
    (
        "no line end at the end",
        "contracts",
        "2020-01-01,\n",
        "2020-01-01,",
        "inmss.contract.spot_price_per_child_year",
        60_000,
    ),
    (
        "a line break within a cell",
        "contracts",
        "Provider A",
        '"Provider\nA"',
        "inmss.contract.block_places",
        8,
    ),
    (
        "quotation marks within a cell",
        "contracts",
        "Provider A",
        '"Provider ""A"""',
        "inmss.contract.block_places",
        8,
    ),
    ("another heading", "contracts", "from,until", "Start date,End date", "inmss.contract.block_places", 8),
    (
        "a 29 February",
        "contracts",
        '"£60,000",2020-01-01',
        '"£60,000",29/02/2020',
        "inmss.contract.spot_price_per_child_year",
        60_000,
    ),
]


@pytest.mark.parametrize(
    ("habit", "importer", "right", "wrong", "path", "value"), HABITS, ids=[each[0] for each in HABITS]
)
def test_a_habit_that_needs_no_guess_is_read_exactly(habit, importer, right, wrong, path, value, tmp_path):
    found: Any = layered(importer, right, wrong, tmp_path).settings().settings
    name, *fields = path.split(".")
    found = found[name]
    for field in fields:
        found = getattr(found, field)
    assert found.values[0] == value


def test_columns_in_another_order_are_the_same_table(tmp_path):
    rows = [line.split(",") for line in GOOD["school_places"]["school_places.csv"].splitlines()]
    turned = "\n".join(",".join(reversed(row)) for row in rows) + "\n"
    written = []
    for name, text in (("usual", GOOD["school_places"]["school_places.csv"]), ("turned", turned)):
        (tmp_path / name).mkdir()
        folder = put({"school_places.csv": text.encode()}, tmp_path / name)
        imported("school_places", folder, tmp_path / name / "out")
        written.append((tmp_path / name / "out" / "school_places.csv").read_text())
    assert written[0] == written[1]


def test_the_codes_none_and_na_are_words_like_others(tmp_path):
    files = {
        name: text.replace("ASD", "None").replace("MAIN", "NA").encode()
        for name, text in GOOD["witan"].items()
    }
    assert read_witan(put(files, tmp_path)).costs == {("None", "NA"): 8_000}


@pytest.mark.parametrize(
    ("sign", "status"),
    [
        ("c", "suppressed"),
        ("low", "suppressed"),
        ("x", "not_available"),
        (":", "not_available"),
        ("z", "not_applicable"),
        ("", "not_available"),
    ],
)
def test_a_sign_for_a_missing_figure_is_typed_and_never_nought(sign, status, tmp_path):
    slip = Slip("a sign", "dfe", "Under 5,10", f"Under 5,{sign}".encode(), ())
    imported("dfe", put(slip.files(), tmp_path), tmp_path / "out")
    library = Library.read(tmp_path / "out")
    assert library.value("E10000003", "plans", 2021, "band=under_5") is None
    figure = library.figure("E10000003", "plans", 2021, "band=under_5")
    assert figure is None or (figure.value, figure.status) == (None, status)
    assert library.value("E10000003", "plans", 2021, "band=5_to_10") == 20


def test_a_nought_that_is_published_is_a_nought(tmp_path):
    slip = Slip("a nought", "dfe", "Under 5,10", b"Under 5,0", ())
    imported("dfe", put(slip.files(), tmp_path), tmp_path / "out")
    assert Library.read(tmp_path / "out").value("E10000003", "plans", 2021, "band=under_5") == 0


def test_people_with_thousands_separators_are_counted(tmp_path):
    slip = Slip("thousands", "population", "1,6571", b'1,"6,571"', ())
    imported("population", put(slip.files(), tmp_path), tmp_path / "out")
    assert {row.age: row.people for row in read_people(tmp_path / "out" / POPULATION_FILE)} == {
        "0": 6385,
        "1": 6571,
    }


def test_the_day_of_a_time_with_its_zone_is_kept_as_written_in_a_log_and_warned_about(tmp_path):
    slip = Slip("a zone", "case log", "2023-05-30", b"2023-05-30T23:30:00+01:00", ())
    folder = put(slip.files(), tmp_path)
    log = read_case_log(folder / "log.csv", folder / "map.yaml")
    issued = log.events.loc[log.events["activity"] == "plan_issued", "day"].tolist()
    assert issued == [date(2023, 5, 30).toordinal()]
    assert any("1 times carry a time zone" in warning for warning in log.warnings)


def test_a_child_born_on_29_february_has_its_birthday(tmp_path):
    found = checked_return(put(good("sen2"), tmp_path))
    assert [case.age for case in found.cases] == [10, 8]


def test_a_need_by_a_newer_or_older_name_is_known(tmp_path):
    for place, (name, need) in enumerate(
        (("DS", "OTH"), ("BESD", "SEMH"), ("Autistic Spectrum Disorder", "ASD"))
    ):
        slip = Slip("a name", "sen2", "ASD", name.encode(), (), "senneed.csv")
        (tmp_path / str(place)).mkdir()
        found = checked_return(put(slip.files(), tmp_path / str(place)))
        assert found.cases[0].need == need
