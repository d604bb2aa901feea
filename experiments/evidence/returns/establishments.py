"""Which kind of setting a school or college is: the return names it by number only.

`establishments.csv` in the folder of the return says it: `urn` or `ukprn` and `setting`, in the words of
a config; or an extract of the register Get Information about Schools (URN, UKPRN, TypeOfEstablishment).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.returns.codes import Codes
from experiments.evidence.returns.dialects import FIRST_COLLECTION, Field, Module
from experiments.evidence.returns.door import Table, read_table
from experiments.evidence.vocabulary import SETTINGS

FILE = "establishments.csv"
UNKNOWN = "unknown"
TYPES: Codes = {
    **dict.fromkeys(
        (
            "Community school",
            "Voluntary aided school",
            "Voluntary controlled school",
            "Foundation school",
            "Academy converter",
            "Academy sponsor led",
            "Academy 16-19 converter",
            "Academy 16 to 19 sponsor led",
            "Free schools",
            "Free schools 16 to 19",
            "Studio schools",
            "University technical college",
            "City technology college",
            "Other independent school",
            "Local authority nursery school",
        ),
        "mainstream",
    ),
    **dict.fromkeys(
        (
            "Community special school",
            "Foundation special school",
            "Academy special converter",
            "Academy special sponsor led",
            "Free schools special",
        ),
        "state_special",
    ),
    **dict.fromkeys(("Other independent special school", "Non-maintained special school"), "inmss"),
    **dict.fromkeys(
        (
            "Pupil referral unit",
            "Academy alternative provision converter",
            "Academy alternative provision sponsor led",
            "Free schools alternative provision",
        ),
        "ap",
    ),
    **dict.fromkeys(("Further education", "Sixth form centres", "Higher education institutions"), "fe"),
    "Special post 16 institution": "specialist_post16",
    "Online provider": "other",
    "Welsh establishment": "other",
    "Miscellaneous": "other",
}
"""Types of establishment in the register, as the published tables group them."""
ESTABLISHMENTS = Module(
    "establishments",
    (
        Field("urn", "reference", "Unique Reference Number"),
        Field("ukprn", "reference", "UK Provider Reference Number"),
        Field(
            "setting",
            "code",
            "TypeOfEstablishment (name)",
            ("Type Of Establishment",),
            {**{name: name for name in SETTINGS}, **TYPES},
            required=True,
        ),
    ),
)


@dataclass
class Establishments:
    """Settings by number; `asked` counts placements whose number no table explains."""

    by_urn: dict[str, str] = field(default_factory=dict)
    by_ukprn: dict[str, str] = field(default_factory=dict)

    def setting(self, table: Table, position: int) -> str:
        """The setting of one row of a table of placements."""
        row = {name: column[position] for name, column in table.columns.items()}
        found = self.by_urn.get(row.get("urn") or "") or self.by_ukprn.get(row.get("ukprn") or "")
        in_unit = "yes" in (row.get("senunitindicator"), row.get("resourcedprovisionindicator"))
        if in_unit and found in (None, "mainstream"):
            return "resourced_provision"
        return found or row.get("sensetting") or UNKNOWN


def read_establishments(folder: Path) -> Establishments:
    """The table in the folder of a return; empty where there is none. Raises DataError."""
    path = folder / FILE
    if not path.exists():
        return Establishments()
    table = read_table(path, ESTABLISHMENTS, FIRST_COLLECTION, may_be_empty=False)
    if not {"urn", "ukprn"} & set(table.columns):
        raise DataError([DataFault(path.name, 1, "urn", "missing column, urn or ukprn must be there")])
    known = Establishments()
    for name, numbers in (("urn", known.by_urn), ("ukprn", known.by_ukprn)):
        for number, setting in zip(table.column(name), table.column("setting"), strict=True):
            if number and setting:
                numbers[number] = setting
    return known
