"""The lines of the section 251 statement that a SEND planner needs, and what each is used as.

Codes and names are meant to be those of the budget statement since 2013-14, but have not been held against
one. A code with other words beside it than here is refused, because a renumbered line would be another line.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from typing import NamedTuple

from experiments.evidence.columns import Refused, heading_key

TOTAL, TOP_UP, INMSS, OTHER = "total", "top_up", "inmss", "other_spending"
TRANSPORT, ALLOCATION, SUMS_ALONE = "transport", "allocation", "sums alone"
ALIKE = 0.6
"""How alike words beside a code must be to its name."""


class StatementLine(NamedTuple):
    code: str
    name: str
    use: str


LINES = [
    StatementLine(*line)
    for line in (
        ("1.0.2", "High needs place funding within individual schools budget", SUMS_ALONE),
        ("1.2", "Total high needs budget", TOTAL),
        ("1.2.1", "Top-up funding - maintained schools", TOP_UP),
        ("1.2.2", "Top-up funding - academies, free schools and colleges", TOP_UP),
        ("1.2.3", "Top-up and other funding - non-maintained and independent providers", INMSS),
        ("1.2.4", "Additional high needs targeted funding for mainstream schools and academies", OTHER),
        ("1.2.5", "SEN support services", OTHER),
        ("1.2.6", "Hospital education services", OTHER),
        ("1.2.7", "Other alternative provision services", OTHER),
        ("1.2.8", "Support for inclusion", OTHER),
        ("1.2.9", "Special schools and PRUs in financial difficulty", OTHER),
        ("1.2.10", "PFI and BSF costs at special schools, AP/PRUs and post-16 institutions only", OTHER),
        ("1.2.11", "Direct payments (SEN and disability)", OTHER),
        ("1.2.13", "Therapies and other health related services", OTHER),
        ("2.1.1", "Educational psychology service", SUMS_ALONE),
        ("2.1.2", "SEN administration, assessment and coordination and monitoring", SUMS_ALONE),
        ("2.1.4", "Home to school transport (pre 16): SEN transport expenditure", TRANSPORT),
        ("2.1.6", "Home to post-16 provision: SEN/LLDD transport expenditure (aged 16-18)", TRANSPORT),
        ("2.1.7", "Home to post-16 provision: SEN/LLDD transport expenditure (aged 19-25)", TRANSPORT),
        ("HNB", "High needs block allocation", ALLOCATION),
    )
]
BY_CODE = {line.code: line for line in LINES}
HIGH_NEEDS = tuple(line.code for line in LINES if line.code.startswith("1.2."))
OTHER_LINES = tuple(line.code for line in LINES if line.use == OTHER)
PARTS = {"1.2": HIGH_NEEDS}
"""The lines of each total."""
SETTING_OF_PHASE = {
    "early_years": "early_years",
    "primary": "mainstream",
    "secondary": "mainstream",
    "special": "state_special",
    "ap": "ap",
    "post_school": "fe",
}
"""Where a top-up of a phase is paid; primary and secondary hold resourced provision too."""
PHASES = tuple(SETTING_OF_PHASE)
CODE = re.compile(r"(\d(?:\.\d{1,2}){1,2}|HNB)\b[ :.\u2013-]*(.*)")
BY_NAME = {heading_key(line.name): line.code for line in LINES}


def read_line(cell: str) -> str:
    """The code of a line given as a code, a name or both. Raises Refused."""
    match = CODE.fullmatch(cell)
    if match is None:
        return _named(cell)
    code, words = match.groups()
    if code not in BY_CODE:
        raise Refused(f"must be one of the lines {', '.join(BY_CODE)}")
    name = BY_CODE[code].name
    if words and SequenceMatcher(None, heading_key(words), heading_key(name)).ratio() < ALIKE:
        raise Refused(f"must be line {code} as it is known here, {name!r}; is it another year's numbering?")
    return code


def _named(cell: str) -> str:
    found = BY_NAME.get(heading_key(cell))
    if found is None:
        near = get_close_matches(heading_key(cell), BY_NAME, n=1, cutoff=ALIKE)
        hint = f", did you mean {BY_CODE[BY_NAME[near[0]]].name!r}?" if near else ""
        raise Refused(f"must be a line's code or name{hint}")
    return found
