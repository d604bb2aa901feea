"""Columns that say who somebody is have no place in a log: they are refused and never shown.

Found by their heading, or by values in the form of a unique pupil number, an NHS number or a postcode.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from experiments.evidence.columns import heading_key, tidy
from experiments.evidence.faults import DataFault
from experiments.evidence.sheets import Sheet

HEADINGS = {
    "a name": r"names?|.*(surname|forename|firstname|lastname|givenname|familyname|middlename|fullname).*"
    r"|.*(child|children|pupil|student|person|client|parent|carer|guardian|preferred|legal)s?name"
    r"|.*(officer|caseworker|worker|psychologist|staff|manager)s?name|knownas",
    "a date of birth": r"dob|.*(dateofbirth|birthdate|birthday|dayofbirth).*",
    "an address": r".*postcode.*|.*address(line)?\d*|uprn",
    "a personal number": r"(former|child|pupil|student)?s?upn(number|unknown)?|uln|nino|nhs"
    r"|.*(nhsno|nhsnumber|nhsid|uniquelearnernumber|uniquepupilnumber|nationalinsurance).*",
    "a way to reach somebody": r".*(email|telephone).*|(phone|mobile).*",
}
PUPIL_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.ASCII)
PUPIL = re.compile(r"[A-Z]\d{11}[0-9A-Z]", re.ASCII)
NHS = re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}", re.ASCII)
A_THIRD = 1 / 3
"""Other references pass a number's check by chance once in 23 (pupil) or 11 (NHS) times."""


def is_pupil_number(value: str) -> bool:
    """A UPN with the right check letter: digits weighted 2 to 13, modulo 23."""
    if not PUPIL.fullmatch(value):
        return False
    digits = [*map(int, value[1:12]), _last_of(value[12])]
    return PUPIL_LETTERS[sum(place * digit for place, digit in enumerate(digits, 2)) % 23] == value[0]


def _last_of(letter: str) -> int:
    """A temporary number ends in a letter, which counts as its place in the alphabet of letters used."""
    return int(letter) if letter.isdigit() else max(PUPIL_LETTERS.find(letter), 0)


def is_nhs_number(value: str) -> bool:
    """Ten digits with the right check digit: weights 10 to 2, modulo 11."""
    if not NHS.fullmatch(value):
        return False
    digits = [int(digit) for digit in value if digit.isdigit()]
    check = -sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return check == digits[9]


def is_postcode(value: str) -> bool:
    return bool(POSTCODE.fullmatch(value.upper()))


FORMS: tuple[tuple[str, Callable[[str], bool], float], ...] = (
    ("unique pupil numbers", is_pupil_number, A_THIRD),
    ("NHS numbers", is_nhs_number, A_THIRD),
    ("postcodes", is_postcode, 0.0),
)
"""What values look like, how to tell, and from what share of a column's values on it is refused."""


def personal_columns(sheet: Sheet) -> list[DataFault]:
    """A fault for each column of a sheet that says who somebody is. No value is in them."""
    return [
        DataFault(
            sheet.name,
            sheet.header_row,
            heading,
            f"holds {found}, must not be in the file: take the column out",
        )
        for place, heading in enumerate(sheet.header)
        if (found := by_heading(heading) or by_values(row[place] for row in sheet.rows))
    ]


def by_heading(heading: str) -> str:
    """What a column with this heading holds of a person; nothing if it is no such column."""
    key = heading_key(heading)
    return next((what for what, form in HEADINGS.items() if re.fullmatch(form, key)), "")


def by_values(values: Iterable[str]) -> str:
    """What most values look like, where that is a personal number or any is a postcode."""
    told = [value for value in map(tidy, values) if value]
    for what, is_one, most in FORMS:
        found = sum(map(is_one, told))
        if found and found >= most * len(told):
            return f"values in the form of {what}"
    return ""
