"""Names that every kind of evidence is turned into."""

from __future__ import annotations

SETTINGS = (
    "mainstream",
    "resourced_provision",
    "state_special",
    "inmss",
    "ap",
    "fe",
    "specialist_post16",
    "early_years",
    "home_education",
    "tuition",
    "neet",
    "other",
)
"""Settings of the shipped configs; a config of one's own may have others."""
