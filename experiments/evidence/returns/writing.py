"""The tables of a return as files, in either dialect."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any, Literal

from experiments.evidence.returns.codes import SETTINGS
from experiments.evidence.returns.dialects import DROPPED_UNREAD, MODULES, Field
from experiments.evidence.vocabulary import SETTINGS as VOCABULARY

Dialect = Literal["short", "long"]
Record = dict[str, Any]
CODE_OF_SETTING = {name: code for code, name in SETTINGS.items() if code not in ("OPA", "NIEC", "NIEO")}
COLLEGES = ("fe", "specialist_post16")
FIRST_SCHOOL, FIRST_COLLEGE = 999_001, 19_999_001
"""Numbers outside those that the registers give."""


def where(setting: str) -> Record:
    """How a return names a setting: a code, or the number of a school or college."""
    if setting in CODE_OF_SETTING:
        return {"sensetting": CODE_OF_SETTING[setting]}
    name = setting if setting in VOCABULARY else "other"
    if name == "resourced_provision":
        return {"urn": _number_of("mainstream"), "resourcedprovisionindicator": 1}
    return {"ukprn" if name in COLLEGES else "urn": _number_of(name)}


def _number_of(setting: str) -> int:
    first = FIRST_COLLEGE if setting in COLLEGES else FIRST_SCHOOL
    return first + VOCABULARY.index(setting)


def establishments() -> str:
    """What the numbers of `where` are: `establishments.csv`."""
    numbered = [name for name in VOCABULARY if name not in CODE_OF_SETTING and name != "resourced_provision"]
    lines = [
        f",{_number_of(name)},{name}" if name in COLLEGES else f"{_number_of(name)},,{name}"
        for name in numbered
    ]
    return "\n".join(["urn,ukprn,setting", *lines]) + "\n"


def as_csv(name: str, rows: list[Record], dialect: Dialect) -> str:
    """A table in one of the two dialects."""
    fields = MODULES[name].fields
    personal = DROPPED_UNREAD if name == "person" else ()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*(each.name if dialect == "short" else each.long for each in fields), *personal])
    words = {each.name: _words(each, dialect) for each in fields}
    for row in rows:
        cells = [_cell(row.get(each.name), words[each.name], dialect) for each in fields]
        writer.writerow([*cells, *("" for _ in personal)])
    return text.getvalue()


def _words(each: Field, dialect: Dialect) -> dict[str, str]:
    """What the long dialect writes for a code: the last word that means the same."""
    if dialect == "short":
        return {}
    word_for = {name: word for word, name in each.codes.items()}
    return {code: word_for[name] for code, name in each.codes.items()}


def _cell(value: Any, words: dict[str, str], dialect: Dialect) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}" if dialect == "long" else f"{value:%Y-%b-%d} 00:00:00"
    return words.get(str(value), str(value))
