"""Authorities whose code or boundary changed, in the codes of the Office for National Statistics."""

from __future__ import annotations

ENGLAND = "E92000001"

RECODED = {
    "E06000048": "E06000057",  # Northumberland, 2013
    "E08000020": "E08000037",  # Gateshead, 2013
    "E10000002": "E06000060",  # Buckinghamshire, 2020
    "E10000023": "E06000065",  # North Yorkshire, 2023
    "E10000027": "E06000066",  # Somerset, 2023
    "E08000016": "E08000038",  # Barnsley, 2025
    "E08000019": "E08000039",  # Sheffield, 2025
}
"""Old code and new code of the same authority; its boundary stayed, or moved by a few houses."""

ABOLISHED: dict[str, tuple[int, tuple[str, ...]]] = {
    "E06000028": (2020, ("E06000058",)),  # Bournemouth
    "E06000029": (2020, ("E06000058",)),  # Poole
    "E10000009": (2020, ("E06000059", "E06000058")),  # Dorset; Christchurch went to Bournemouth
    "E10000021": (2022, ("E06000061", "E06000062")),  # Northamptonshire
    "E10000006": (2024, ("E06000063", "E06000064")),  # Cumbria
}
"""Authorities that are no more: the first January without them, and those that took their place."""

_OLD_CODE = {new: old for old, new in RECODED.items()}


def same_authority(code: str) -> tuple[str, ...]:
    """All codes of the authority that has this one, the newest first."""
    new = RECODED.get(code, code)
    return (new, _OLD_CODE[new]) if new in _OLD_CODE else (new,)


def predecessors(code: str) -> list[str]:
    """Codes of the authorities that this one came from, whole or in part; its own older code too."""
    newest, *older = same_authority(code)
    before = [old for old, (_, successors) in ABOLISHED.items() if newest in successors]
    return sorted(before + (older if code == newest else []))
