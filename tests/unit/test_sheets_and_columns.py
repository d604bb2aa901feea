"""CSV files as people save them, and columns with their rules: what is read, what is refused and how."""

from __future__ import annotations

import csv
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from experiments.errors import BAD_INPUT
from experiments.evidence import sheets
from experiments.evidence.columns import Column, Refused, day, number, one_of, read_rows, share, text
from experiments.evidence.faults import MOST_TOLD, DataError, DataFault
from experiments.evidence.sheets import parse_sheet, read_sheet


def parsed(content: str | bytes, **how):
    return parse_sheet(content.encode() if isinstance(content, str) else content, "t.csv", **how)


def faults_of(content: str | bytes, **how) -> list[str]:
    with pytest.raises(DataError) as caught:
        parsed(content, **how)
    return list(map(str, caught.value.faults))


def rows_of(content: str, *columns: Column, unknown: str = "refuse"):
    return read_rows(parsed(content), columns, unknown)


def faults_in_rows(content: str, *columns: Column) -> list[str]:
    with pytest.raises(DataError) as caught:
        rows_of(content, *columns)
    return list(map(str, caught.value.faults))


def rule_of(read, cell: str) -> str:
    """The rule that a reader gives when it refuses a value."""
    with pytest.raises(Refused) as caught:
        read(cell)
    return str(caught.value)


# Files.


def test_every_row_knows_its_row_in_the_file():
    sheet = parsed("pool,fte\n\nep,1\n , \nep,2\n")
    assert sheet.header == ["pool", "fte"]
    assert sheet.rows == [["ep", "1"], ["ep", "2"]]
    assert sheet.numbers == [3, 5]
    assert sheet.warnings == []


def test_a_row_with_a_line_break_in_a_cell_is_told_by_the_line_on_which_it_begins():
    sheet = parsed('note,fte\n"two\nlines",1\nlast,2\n')
    assert sheet.numbers == [2, 4]
    assert sheet.rows[0][0] == "two\nlines"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(ending):
    assert parsed(ending.join(["a,b", "1,2", ""])).rows == [["1", "2"]]


def test_a_byte_order_mark_is_no_part_of_the_first_heading():
    assert parsed(b"\xef\xbb\xbfneed,plans\nASD,5\n").header == ["need", "plans"]


def test_windows_text_is_read_and_warned_about():
    sheet = parsed("school,places\nCafé,5\n".encode("cp1252"))
    assert sheet.rows == [["Café", "5"]]
    assert sheet.warnings == ["t.csv:2: not UTF-8, read as Windows-1252 (what older Excel writes)"]


def test_a_file_without_a_last_line_end_is_read_and_warned_about():
    sheet = parsed("a,b\n1,2\n3,4")
    assert sheet.rows[-1] == ["3", "4"]
    assert sheet.warnings == ["t.csv:3: no line end after the last row; the file may be cut short"]


def test_headings_lose_the_spaces_around_and_within_them():
    assert parsed("\u00a0start  date ,end\u00a0date\n1,2\n").header == ["start date", "end date"]


def test_blank_columns_of_excel_are_left_out():
    sheet = parsed("a,b,,\n1,2,,\n3,4, ,\n")
    assert sheet.header == ["a", "b"]
    assert sheet.rows == [["1", "2"], ["3", "4"]]


def test_a_table_may_begin_below_blank_rows_and_its_headings_are_told_by_their_row():
    assert faults_in_rows(",\n,\nfte,what\n1,2\n", Column("fte", text())) == [
        "t.csv:3:what: unknown column; known: fte"
    ]


def test_a_column_that_may_repeat_is_read_once_where_both_copies_agree():
    sheet = parsed("a,b,a\n1,2,1\n", may_repeat=["a"])
    assert (sheet.header, sheet.rows) == (["a", "b"], [["1", "2"]])
    assert sheet.warnings == ["t.csv:1:a: repeated column, second copy left out"]


def test_a_column_that_may_repeat_is_refused_where_its_copies_differ():
    assert faults_of("a,b,a\n1,2,9\n", may_repeat=["a"]) == [
        "t.csv:1:a: column 3, a repeated column, must be there once"
    ]


def test_a_header_without_rows_may_be_allowed():
    assert parsed("a,b\n", may_be_empty=True).rows == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "t.csv:0:: empty, must have a header and rows"),
        (b"\n , \n", "t.csv:0:: empty, must have a header and rows"),
        (b"a,b\n", "t.csv:1:: a header and no rows, must have at least one row"),
        (b"a,a\n1,2\n", "t.csv:1:a: column 2, a repeated column, must be there once"),
        (b"a,b\n1,2\n3\n", "t.csv:3:: 1 fields, must be 2 as in the header"),
        (b"a,b\n1,2,3\n", "t.csv:2:: 3 fields, must be 2 as in the header"),
        (
            b"a,,b\n1,2,3\n",
            "t.csv:1:column 2: no name, must have one; a merged cell names only its first column",
        ),
        (
            b"Staff 2026,,\na,b,c\n1,2,3\n",
            "t.csv:1:: 'Staff 2026', looks like a title; the first row must be the names of the columns",
        ),
        (
            b"Staff 2026\na,b,c\n1,2,3\n",
            "t.csv:1:: 'Staff 2026', looks like a title; the first row must be the names of the columns",
        ),
        (
            b"a;b\n1;2\n",
            "t.csv:1:: 'a;b', columns must be separated by commas; "
            "in Excel, save as CSV UTF-8 (comma delimited)",
        ),
        (
            b"a\tb\n1\t2\n",
            "t.csv:1:: 'a\\tb', columns must be separated by commas; "
            "in Excel, save as CSV UTF-8 (comma delimited)",
        ),
        (b"sep=,\na,b\n1,2\n", "t.csv:1:: 'sep=', a line for Excel, must be left out"),
        (
            "a,b\n1,2\n".encode("utf-16"),
            "t.csv:0:: UTF-16 text, must be UTF-8; in Excel, save as CSV UTF-8 (comma delimited)",
        ),
        (b"a,b\n1,2\n\0\0\n", "t.csv:3:: a NUL byte, must be plain text; the file may be damaged"),
        (
            b"PK\x03\x04\x14\x00",
            "t.csv:0:: an Excel workbook or zip file, must be a CSV; in Excel, save as CSV UTF-8",
        ),
        (b"a,b\n\x81,2\n", "t.csv:2:: not UTF-8 text, must be UTF-8; in Excel, save as CSV UTF-8"),
        (
            b'a,b\n1,2\n"open,4\n5,6\n',
            "t.csv:3:: a quotation mark that is not closed, must be a well-formed CSV row",
        ),
        (b'a,b\n1,"2"x\n', "t.csv:2:: ',' expected after '\"', must be a well-formed CSV row"),
    ],
)
def test_what_is_no_table_is_refused_by_file_and_row(content, told):
    assert faults_of(content) == [told]


def test_every_fault_of_the_header_and_of_uneven_rows_is_told():
    assert len(faults_of("a,b\n1\n1,2\n1,2,3\n")) == 2
    assert len(faults_of("a,a,,b,b\n1,2,3,4,5\n")) == 3


def test_a_cell_of_endless_text_is_refused(monkeypatch, request):
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit()))
    monkeypatch.setattr(sheets, "LONGEST_FIELD", 10)
    assert faults_of(f"a,b\n1,{'9' * 11}\n") == [
        "t.csv:2:: field larger than field limit (10), must be a well-formed CSV row"
    ]


def test_a_missing_file_a_folder_and_a_huge_file_are_refused(tmp_path, monkeypatch):
    def told(path: Path) -> str:
        with pytest.raises(DataError) as caught:
            read_sheet(path)
        assert caught.value.exit_code == BAD_INPUT
        return str(caught.value)

    assert told(tmp_path / "none.csv") == f"{tmp_path / 'none.csv'}:0:: no such file"
    assert told(tmp_path) == f"{tmp_path}:0:: a folder, must be a file"
    (tmp_path / "big.csv").write_text("a,b\n1,2\n")
    monkeypatch.setattr(sheets, "LARGEST_BYTES", 7)
    assert told(tmp_path / "big.csv") == "big.csv:0:: 8 bytes, must be under 7"


def test_a_file_that_excel_holds_is_refused_with_what_to_do(tmp_path, monkeypatch):
    path = tmp_path / "held.csv"
    path.write_text("a,b\n1,2\n")

    def held(_self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", held)
    with pytest.raises(DataError) as caught:
        read_sheet(path)
    assert (
        str(caught.value)
        == "held.csv:0:: cannot be read (Permission denied); if it is open in Excel, close it"
    )


def test_many_faults_are_told_as_fifty_and_a_count():
    faults = [DataFault("t.csv", row, "fte", "must not be blank") for row in range(2, 63)]
    lines = str(DataError(faults)).splitlines()
    assert len(faults) == 61
    assert len(lines) == MOST_TOLD + 1
    assert lines[-1] == "and 11 more faults like these"


# Columns.

FTE = Column("fte", number(0, 1, "FTE"))


def test_columns_may_stand_in_any_order_and_go_by_other_names_and_cases():
    columns = [Column("pool", text()), Column("start_date", text(), aliases=("from",))]
    told = rows_of("Start Date,POOL\n1,ep\n", *columns)
    assert told.rows == [{"pool": "ep", "start_date": "1"}]
    assert rows_of("pool,From\nep,1\n", *columns).rows == told.rows
    assert told.columns == ["start_date", "pool"]


def test_two_headings_for_one_column_are_refused():
    columns = [Column("start", text(), aliases=("from",))]
    assert faults_in_rows("start,from\n1,2\n", *columns) == [
        "t.csv:1:from: means the same as 'start', must be there once"
    ]


def test_a_missing_column_is_refused_and_an_optional_one_is_not():
    columns = [FTE, Column("fund", text(), required=False)]
    assert faults_in_rows("fund\ndsg\n", *columns) == ["t.csv:1:fte: missing column, must be there"]
    assert rows_of("fte\n0.5\n", *columns).rows == [{"fte": 0.5}]


def test_an_unknown_column_is_refused_with_the_nearest_name_warned_about_or_ignored():
    assert faults_in_rows("fte,found\n1,2\n", FTE, Column("fund", text(), required=False)) == [
        "t.csv:1:found: unknown column, did you mean 'fund'?"
    ]
    warned = rows_of("fte,what\n1,2\n", FTE, unknown="warn")
    assert warned.warnings == ["t.csv:1:what: unknown column, left out"]
    assert warned.rows == [{"fte": 1.0}]
    assert rows_of("fte,what\n1,2\n", FTE, unknown="ignore").warnings == []


def test_a_blank_is_refused_or_nothing_but_never_nought():
    assert faults_in_rows("fte,b\n\u00a0,1\n", FTE, Column("b", text())) == [
        "t.csv:2:fte: '\\xa0', must not be blank"
    ]
    may_be = Column("fte", number(0, 1, "FTE"), may_be_blank=True)
    assert rows_of("fte,b\n ,1\n", may_be, Column("b", text())).rows == [{"fte": None, "b": "1"}]


def test_every_fault_of_every_row_is_told():
    columns = [FTE, Column("day", day(date(2020, 1, 1), date(2030, 1, 1)))]
    told = faults_in_rows("fte,day\n2,2020-13-01\n0.5,2024-01-01\nx,2019-12-31\n", *columns)
    assert [fault.split(":")[1:3] for fault in told] == [
        ["2", "fte"],
        ["2", "day"],
        ["4", "fte"],
        ["4", "day"],
    ]


def test_a_personal_value_is_never_shown():
    told = faults_in_rows("pay\nSmith 71k\n", Column("pay", number(0, 1, "GBP"), private=True))
    assert told == ["t.csv:2:pay: a personal value, not shown, must be a number"]


def test_a_long_value_is_cut_and_control_characters_are_made_visible():
    told = faults_in_rows(f"fte,b\n{'9' * 80},1\n\x1b[31m,1\n", FTE, Column("b", text()))
    assert told[0].startswith(f"t.csv:2:fte: '{'9' * 57}...', must be")
    assert told[1].startswith("t.csv:3:fte: '\\x1b[31m', must be a number")


def test_text_may_not_be_endless():
    assert text(3)("abc") == "abc"
    assert rule_of(text(3), "abcd") == "4 characters, must be at most 3"


# Numbers.


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0.0),
        ("12.5", 12.5),
        (".5", 0.5),
        ("-3", -3.0),
        ("1,234", 1234.0),
        ("1,234,567.25", 1234567.25),
        ("1 234", 1234.0),
        ("£1,234", 1234.0),
        ("£ 50", 50.0),
        ("-£50", -50.0),
        ("£-50", -50.0),
        ("(1,234)", -1234.0),
        ("(£1,234.50)", -1234.5),
    ],
)
def test_numbers_as_excel_shows_them_are_read(cell, value):
    assert number(-1e9, 1e9, "GBP")(cell) == value


@pytest.mark.parametrize("cell", ["x", "Z", "c", "low", "k", "u", ":", "..", "~", "*", "-", "n/a", "#N/A"])
def test_a_sign_for_a_missing_figure_is_no_number_and_no_nought(cell):
    assert rule_of(number(-1e9, 1e9, "GBP"), cell) == (
        "a sign for a missing figure, must be a number; leave the row out if it is not known"
    )


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("0,5", "must be a number; write 12.5 with a point, not a comma"),
        ("0,123", "must be a number; write 12.5 with a point, not a comma"),
        ("1.234,50", "must be a number; write 12.5 with a point, not a comma"),
        ("12,34", "must be a number; write 12.5 with a point, not a comma"),
        ("1,234 567", "must be a number; write 12.5 with a point, not a comma"),
        ("12 34", "must be a number"),
        ("1 2", "must be a number"),
        ("12£34", "must be a number"),
        ("35%", "must be a number; write it without the percentage sign"),
        ("1e3", "must be a number"),
        ("nan", "must be a number"),
        ("inf", "must be a number"),
        ("(5", "must be a number"),
        ("()", "must be a number"),
        ("--5", "must be a number"),
        ("1_000", "must be a number"),
        ("٣", "must be a number"),
        ("#REF!", "must be a number"),
        ("12 FTE", "must be a number"),
        ("9" * 400, "must be a finite number"),
    ],
)
def test_what_would_have_to_be_guessed_is_no_number(cell, rule):
    assert rule_of(number(-1e9, 1e9, "GBP"), cell) == rule


def test_a_number_keeps_its_range_and_may_have_to_be_whole():
    assert number(0, 10, "places", whole=True)("7.0") == 7
    assert rule_of(number(0, 10, "places", whole=True), "7.5") == "must be a whole number of places"
    assert rule_of(number(0, 1_000, "hours"), "1001") == "must be between 0 and 1,000 hours"
    assert rule_of(number(0, 1_000, "hours"), "-0.1") == "must be between 0 and 1,000 hours"
    assert number(0, 10, "hours")("10") == 10


def test_a_share_is_written_as_a_share_or_as_a_percentage_with_its_sign():
    assert [share()(cell) for cell in ("0", "0.35", "35%", "35 %", "100%")] == [0, 0.35, 0.35, 0.35, 1]
    rule = "must be a share between 0 and 1, or a percentage with its sign such as 35%"
    assert [rule_of(share(), cell) for cell in ("35", "101%", "-1%")] == [rule] * 3
    assert rule_of(share(), "%") == "must be a number"


# Dates.

ANY_DAY = day(date(1990, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2024-09-30", date(2024, 9, 30)),
        ("30/09/2024", date(2024, 9, 30)),
        ("3/4/2024", date(2024, 4, 3)),
        ("29/02/2024", date(2024, 2, 29)),
        ("2022-Sep-28 00:00:00", date(2022, 9, 28)),
        ("28-Sep-2022", date(2022, 9, 28)),
    ],
)
def test_dates_are_read_day_first(cell, value):
    assert ANY_DAY(cell) == value


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        (
            "45170",
            "an Excel day number (perhaps 2023-09-01, or 2027-09-02 in a workbook of a Macintosh); "
            "format the column as a date, then save again",
        ),
        (
            "45170.5",
            "an Excel day number (perhaps 2023-09-01, or 2027-09-02 in a workbook of a Macintosh); "
            "format the column as a date, then save again",
        ),
        ("09/30/2024", "the month first, must be day first as 30/09/2024; so may be others of the column"),
        (
            "2024-09-30T23:30:00+01:00",
            "a time of day or a time zone, must be a date alone such as 2024-09-30",
        ),
        ("2024-09-30 23:30", "a time of day or a time zone, must be a date alone such as 2024-09-30"),
        ("29/02/2023", "must be a date such as 2024-09-30 or, day first, 30/09/2024"),
        ("30/09/24", "must be a date such as 2024-09-30 or, day first, 30/09/2024"),
        ("2024", "must be a date such as 2024-09-30 or, day first, 30/09/2024"),
        ("x", "must be a date such as 2024-09-30 or, day first, 30/09/2024"),
        ("1989-12-31", "must be a date from 1990-01-01 to 2100-01-01"),
    ],
)
def test_what_is_no_date_or_not_surely_one_is_refused(cell, rule):
    assert rule_of(ANY_DAY, cell) == rule


# Codes.


def test_a_code_is_found_whatever_its_case_spaces_and_dashes():
    read = one_of({"inmss": "inmss", "Non-maintained special": "inmss"})
    cells = ("INMSS", "non\u2013maintained special", "non maintained  special")
    assert {read(cell) for cell in cells} == {"inmss"}


def test_the_codes_none_and_na_are_codes():
    read = one_of(("None", "NA", "ASD"))
    assert (read("None"), read("NA")) == ("None", "NA")


def test_an_unknown_code_is_refused_with_the_nearest():
    assert rule_of(one_of(("ASD", "SEMH")), "SEHM") == "must be one of ASD, SEMH, did you mean 'SEMH'?"
    assert rule_of(one_of(("ASD", "SEMH")), "-") == "must be one of ASD, SEMH"
