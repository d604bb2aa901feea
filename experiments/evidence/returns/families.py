"""Figures that add up, as families: what must be held back together.

A family shares people out into atoms, and each of its series counts some of the atoms. A name in
brackets is a sum that is known from elsewhere in what is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping

from experiments.evidence.returns.cases import Return
from experiments.evidence.returns.codes import LEFT_AS
from experiments.evidence.returns.definitions import (
    Defined,
    by_group,
    by_series,
    in_year,
    is_review_expected,
    is_transfer_review,
)
from experiments.evidence.returns.waiting import STAGES, stage_of, stage_pools

Family = tuple[Mapping[str, int], Mapping[str, Collection[str]]]
"""Atoms, which share people out, and the series (`left_all`, or `left_all|reason=died`) that count some of
them; "(...)" is known from elsewhere."""


def families(read: Return, table: list[Defined], threshold: int) -> Iterator[Family]:
    """The figures that add up, family by family, what matters most first."""
    counts = by_series(table)

    def of(name: str) -> int:
        return counts.get(name, 0)

    yield _requests_family(read, of, threshold)
    made = {name: of(f"requests_{name}") for name in ("agreed", "refused")}
    inside, outside = of("decisions_within_6_weeks"), of("decisions_after_6_weeks")
    yield (
        {"within": inside, "after": outside, "undated": sum(made.values()) - inside - outside},
        {
            "(decided)": ("within", "after", "undated"),
            "decisions_within_6_weeks": ("within",),
            "decisions_after_6_weeks": ("after",),
        },
    )
    yield _timeliness_family(of)
    yield _leaving_family(table)
    yield from _reviews_families(read, of)
    for name in ("assessments_withdrawn", "transfers_in"):
        yield {name: of(name)}, {name: (name,)}
    both = of("appeals_after_mediation")
    yield (
        {"only": of("mediations") - both, "both": both},
        {"mediations": ("only", "both"), "appeals_after_mediation": ("both",)},
    )


def _requests_family(read: Return, of: Callable[[str], int], threshold: int) -> Family:
    """Open requests are counted in the opening caseload too, whenever they were received."""
    kinds = ("agreed", "refused", "undecided", "withdrawn")
    atoms = Counter({kind: of(f"requests_{kind}") for kind in kinds})
    atoms["unclear"] = of("requests") - sum(atoms.values())
    for case in read.cases:
        stage = stage_of(read, case)
        if stage == STAGES[0] and not in_year(read, case.received):
            atoms["of another year"] += 1
        elif stage not in (None, STAGES[0]):
            atoms[str(stage)] += 1
    waiting = ("undecided", "of another year")
    opening = {
        f"({'+'.join(stages)})": [
            atom for stage in stages for atom in (waiting if stage == STAGES[0] else (stage,))
        ]
        for stages, _ in stage_pools(read, threshold)
    }
    return atoms, {
        **opening,
        "requests": (*kinds, "unclear"),
        **{f"requests_{kind}": (kind,) for kind in kinds},
        "assessments_undecided": ("advice",),
    }


def _timeliness_family(of: Callable[[str], int]) -> Family:
    on_excl, excl = of("timeliness_on_time_excl"), of("timeliness_denominator_excl")
    on_incl, incl = of("timeliness_on_time_incl"), of("timeliness_denominator_incl")
    atoms = {
        "on time": on_excl,
        "late": excl - on_excl,
        "excepted, on time": on_incl - on_excl,
        "excepted, late": incl - excl - (on_incl - on_excl),
        "outside": of("plans_issued") - incl,
        "no plan": of("assessed_no_plan"),
    }
    counted = ("on time", "late", "excepted, on time", "excepted, late")
    return atoms, {
        "timeliness_denominator_incl": counted,
        "timeliness_on_time_incl": ("on time", "excepted, on time"),
        "plans_issued": (*counted, "outside"),
        "assessed_no_plan": ("no plan",),
        "assessments_completed": tuple(atoms),
        "timeliness_denominator_excl": ("on time", "late"),
        "timeliness_on_time_excl": ("on time",),
    }


def _leaving_family(table: list[Defined]) -> Family:
    atoms = by_group(table, "left_all", "reason")
    kinds = {kind: [reason for reason in atoms if _kind_of(reason) == kind] for kind in LEFT_AS.values()}
    reasons = {f"left_all|reason={reason}": (reason,) for reason in sorted(atoms)}
    return atoms, {"left_all": tuple(atoms), **kinds, **reasons}


def _kind_of(reason: str) -> str:
    return LEFT_AS.get(reason, "left_other")


def _reviews_families(read: Return, of: Callable[[str], int]) -> Iterator[Family]:
    """What became of the last reviews; those that still wait are counted in the opening caseload too."""
    outcomes = ("amend", "maintain", "cease")
    last = [case for case in read.cases if case.active and case.met]
    atoms: dict[str, int] = Counter()
    for case in last:
        outcome = case.review_outcome if case.review_outcome in outcomes else "waiting"
        atoms[_atom(outcome, is_transfer_review(read, case), in_year(read, case.met))] += 1

    def those(*kinds: str, annual: bool = False, ever: bool = False) -> list[str]:
        return [
            _atom(kind, transfer, year)
            for kind in kinds
            for transfer in ((False,) if annual else (False, True))
            for year in ((False, True) if ever else (True,))
        ]

    yield (
        atoms,
        {
            "(waiting)": those("waiting", ever=True),
            "(annual)": those(*outcomes, annual=True, ever=True),
            "(annual, amended)": those("amend", annual=True, ever=True),
            "reviews_met": those(*outcomes, "waiting"),
            "review_decisions": those(*outcomes),
            "review_decisions_outstanding": those("waiting"),
            **{f"review_{name}": those(name) for name in outcomes},
        },
    )
    inside, after = of("review_decisions_within_4w"), of("review_decisions_after_4w")
    yield (
        {"within": inside, "after": after, "undated": of("review_decisions") - inside - after},
        {
            "(decided)": ("within", "after", "undated"),
            "review_decisions_within_4w": ("within",),
            "review_decisions_after_4w": ("after",),
        },
    )
    due = [case for case in read.cases if is_review_expected(read, case)]
    annual = sum(not is_transfer_review(read, case) for case in due)
    yield (
        {"annual": annual, "transfer": len(due) - annual, "not due": of("plans") - len(due)},
        {
            "(plans)": ("annual", "transfer", "not due"),
            "(annual)": ("annual",),
            "reviews_expected": ("annual", "transfer"),
        },
    )


def _atom(outcome: str, transfer: bool, in_the_year: bool) -> str:
    return f"{outcome}{' transfer' if transfer else ''}{'' if in_the_year else ' newer'}"
