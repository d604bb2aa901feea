"""Numbers and short sentences as a committee expects to read them.

Every number of the report, in a sentence, a table or a chart, is written by `say`, so the same
value looks the same wherever it stands. Names that come from configs are turned into plain words
here too.
"""

from __future__ import annotations

import math
import re
from datetime import date

NO_BREAK = "\u00a0"
MINUS = "\u2212"
POINTS = f"{NO_BREAK}points"
BREAKS = re.compile(r"[ \t\r\n\v\f\x85\u2028\u2029]+")

POOLS = {
    "ep": "Educational psychologists",
    "casework_officer": "Casework officers",
    "review_officer": "Review officers",
    "business_support": "Business support",
    "tribunal_officer": "Tribunal officers",
    "ot": "Occupational therapists",
    "slt": "Speech and language therapists",
    "send_manager": "SEND managers",
}
STAGES = {
    "deciding_to_assess": "Deciding to assess",
    "advice": "Gathering advice",
    "deciding_to_issue": "Deciding to issue",
    "drafting": "Drafting",
    "finalising": "Finalising",
}
FUNDS = {"dsg": "Dedicated schools grant", "general_fund": "General fund", "nhs": "NHS"}
NEEDS = {
    "ASD": "Autism (ASD)",
    "HI": "Hearing impairment (HI)",
    "MLD": "Moderate learning difficulty (MLD)",
    "MSI": "Multi-sensory impairment (MSI)",
    "OTH": "Other needs (OTH)",
    "PD": "Physical disability (PD)",
    "PMLD": "Profound and multiple learning difficulty (PMLD)",
    "SEMH": "Social, emotional and mental health (SEMH)",
    "SLCN": "Speech, language and communication (SLCN)",
    "SLD": "Severe learning difficulty (SLD)",
    "SPLD": "Specific learning difficulty (SPLD)",
    "VI": "Vision impairment (VI)",
}
SOURCES = {
    "school": "Asked for by a school",
    "parent": "Asked for by parents",
    "other": "Asked for by others",
}
PHASES = {
    "early_years": "Early years, under 4",
    "primary": "Primary, 4 to 10",
    "secondary": "Secondary, 11 to 15",
    "post_16": "Post-16",
}
DECISIONS = {
    "refusal_to_assess": "Refusing to assess",
    "refusal_to_issue": "Refusing a plan",
    "contents": "What a first plan says",
    "amended": "What an amended plan says",
    "placement": "The setting named",
    "ceasing": "Ending a plan",
    "refusal_to_amend": "Leaving a plan as it is",
}
OUTCOMES_OF_APPEALS = {
    "withdrawn": "Withdrawn by the family",
    "conceded": "Conceded by the authority",
    "upheld": "Won by the family",
    "dismissed": "Lost by the family",
}
OTHER_WORDS = {
    "inmss": "INMSS",
    "post_16": "Post-16",
    "ep_advice": "EP advice",
    "ap": "Alternative provision",
    "fe": "Further education",
    "block_contract": "Block contracts",
    "over_number": "Places over number",
    "commissioned_reports": "Reports bought outside",
    "back_dating": "Back-dated provision",
    "tribunal": "Tribunal",
}


def say(value: float, unit: str) -> str:
    """One number with its unit: 1,234; 77 %; 23.4 weeks is said as 23.4; £12.3 million."""
    if not math.isfinite(value):
        return "not known"
    sign = MINUS if value < 0 else ""
    size = abs(value)
    if unit == "GBP":
        text = _pounds(size)
    elif unit == "percent":
        text = f"{size:.0f}{NO_BREAK}%"
    elif unit == "weeks" or (size < 9.95 and size != round(size)):
        text = f"{size:.1f}"
    else:
        text = f"{size:,.0f}"
    return text if text.strip("£0.%" + NO_BREAK) == "" else sign + text


def _pounds(size: float) -> str:
    """Millions with three figures, thousands to the nearest thousand, below that whole pounds."""
    if size >= 99_950_000:
        return f"£{size / 1e6:,.0f}{NO_BREAK}million"
    if size >= 999_500:
        return f"£{size / 1e6:.1f}{NO_BREAK}million"
    if size >= 10_000:
        return f"£{round(size, -3):,.0f}"
    return f"£{size:,.0f}"


def say_short(value: float, unit: str) -> str:
    """The same number where room is scarce, as on an axis: £12.3m."""
    return say(value, unit).replace(f"{NO_BREAK}million", "m")


def say_on_axis(value: float, unit: str) -> str:
    """Round numbers of an axis, without needless decimals."""
    if unit == "weeks" and value == round(value):
        return f"{value:.0f}"
    return say_short(value, unit).replace(".0m", "m")


def say_change(value: float, unit: str) -> str:
    """A difference, always with its sign. Percentages differ by points."""
    text = say(value, unit)
    if unit == "percent":
        text = f"{text.removesuffix('%').strip(NO_BREAK)}{POINTS}"
    return text if text.startswith(MINUS) or value <= 0 else f"+{text}"


def say_range(low: float, high: float, unit: str) -> str:
    return f"{say(low, unit)} to {say(high, unit)}"


def with_unit(text: str, unit: str) -> str:
    """Adds the unit where `say` leaves it out."""
    return f"{text} {unit}" if unit in ("weeks", "hours", "months", "child-weeks", "child-months") else text


def month_name(month: str) -> str:
    """2024-03 → March 2024."""
    year, number = month.split("-")
    return f"{date(2000, int(number), 1):%B} {year}"


def day_name(day: object) -> str:
    """A date of the config in words; any other text as it stands."""
    return f"{day.day} {day:%B %Y}" if isinstance(day, date) else str(day)


def group_name(kind: str, name: str) -> str:
    """A group of children in plain words: need=ASD → Autism (ASD)."""
    if name == "unknown":
        return "Not known"
    if kind == "need":
        return NEEDS.get(name, name)
    return plain_name(name, SOURCES) if kind == "source" else name.replace("_", " ")


def on_one_line(text: str) -> str:
    """A label of a config without its line breaks, tabs and spaces at the ends; a space that binds stays."""
    return BREAKS.sub(" ", text).strip(" ")


def plain_name(identifier: str, known: dict[str, str] | None = None) -> str:
    """A name from a config in plain words: `block_places` → Block places."""
    words = {**OTHER_WORDS, **(known or {})}
    return words.get(identifier) or identifier.replace("_", " ").strip().capitalize() or identifier


def inside_sentence(name: str) -> str:
    """A name with a small first letter, unless it starts with an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def listed(items: list[str]) -> str:
    """a, b and c."""
    return " and ".join(", ".join(part) for part in (items[:-1], items[-1:]) if part)


def moves(first: float, last: float, unit: str, plural: bool = True) -> str:
    """What a line does between its two ends: rise, fall or stay."""
    verb = "stay" if say(first, unit) == say(last, unit) else "rise" if last > first else "fall"
    return verb if plural else f"{verb}s"
