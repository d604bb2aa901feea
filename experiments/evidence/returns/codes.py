"""The codes of the SEN2 person-level return, and the words that reports write for them.

Meant to be those of the DfE's SEN2 person level guides, 2023 to 2026; those of request sources and review
outcomes have not been held against one. A code that is not here is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

Codes = Mapping[str, str]

REQUEST_OUTCOMES: Codes = {
    "Y": "agreed",
    "Yes": "agreed",
    "N": "refused",
    "No": "refused",
    "A": "undecided",
    "Awaiting decision": "undecided",
    "W": "withdrawn",
    "Withdrawn": "withdrawn",
    "H": "historical",
    "Historical": "historical",
}
"""Decided to assess or not; H is a decision of before the collection's year."""
ASSESSMENT_OUTCOMES: Codes = {
    **{
        code: name
        for code, name in REQUEST_OUTCOMES.items()
        if name in ("undecided", "withdrawn", "historical")
    },
    "Y": "to_issue",
    "Yes": "to_issue",
    "N": "not_to_issue",
    "No": "not_to_issue",
}
REVIEW_OUTCOMES: Codes = {
    "M": "maintain",
    "Maintain": "maintain",
    "N": "maintain",
    "No change": "maintain",
    "A": "amend",
    "Amend": "amend",
    "C": "cease",
    "Cease": "cease",
    "P": "undecided",
    "Awaiting decision": "undecided",
}
SOURCES: Codes = {
    "1": "school",
    "Early years provider": "school",
    "2": "school",
    "School": "school",
    "3": "school",
    "Further education": "school",
    "4": "parent",
    "Parent or carer": "parent",
    "5": "parent",
    "Young person": "parent",
    "6": "other",
    "Health": "other",
    "7": "other",
    "Social care": "other",
    "8": "other",
    "Other": "other",
}
"""Who asked: settings, families, and others."""
CEASE_REASONS: Codes = {
    "1": "max_age",
    "Reached maximum age": "max_age",
    "2": "needs_met",
    "Needs met without a plan": "needs_met",
    "3": "higher_education",
    "Moved on to higher education": "higher_education",
    "4": "employment",
    "Moved on to paid employment": "employment",
    "5": "transfer",
    "Transferred to another LA": "transfer",
    "6": "no_engagement",
    "No longer wishes to engage": "no_engagement",
    "7": "moved_abroad",
    "Moved outside England": "moved_abroad",
    "8": "died",
    "Deceased": "died",
    "9": "other",
    "Other": "other",
}
LEFT_AS: Codes = {
    "max_age": "left_education",
    "higher_education": "left_education",
    "employment": "left_education",
    "no_engagement": "left_education",
    "needs_met": "left_needs_met",
    "transfer": "left_transfer",
    "moved_abroad": "left_other",
    "died": "left_other",
    "other": "left_other",
}
"""Reasons as the kinds of leaving that are published."""
PRIMARY_NEEDS = ("ASD", "SEMH", "SLCN", "MLD", "SLD", "PMLD", "SPLD", "PD", "HI", "VI", "MSI", "OTH")
NEEDS: Codes = {
    **{code: code for code in PRIMARY_NEEDS},
    "BESD": "SEMH",
    "DS": "OTH",
    "NSA": "OTH",
    "Autistic Spectrum Disorder": "ASD",
    "Social, Emotional and Mental Health": "SEMH",
    "Speech, Language and Communication Needs": "SLCN",
    "Moderate Learning Difficulty": "MLD",
    "Severe Learning Difficulty": "SLD",
    "Profound and Multiple Learning Difficulty": "PMLD",
    "Specific Learning Difficulty": "SPLD",
    "Physical Disability": "PD",
    "Hearing Impairment": "HI",
    "Vision Impairment": "VI",
    "Visual Impairment": "VI",
    "Multi-Sensory Impairment": "MSI",
    "Down Syndrome": "OTH",
    "Other Difficulty": "OTH",
    "Other Difficulty or Disability": "OTH",
}
"""BESD was used before 2015; DS, Down syndrome, came with the collection of 2026."""
SETTINGS: Codes = {
    "OLA": "tuition",
    "OPA": "tuition",
    "EHE": "home_education",
    "EYP": "early_years",
    "OTH": "other",
    "NEET": "neet",
    "NIEC": "neet",
    "NIEO": "neet",
}
"""Placements that are no school or college, as the published tables are read in `evidence/dfe`."""
FLAGS: Codes = {
    **dict.fromkeys(("Y", "Yes", "1", "true", "T"), "yes"),
    **dict.fromkeys(("N", "No", "0", "false", "F"), "no"),
}
