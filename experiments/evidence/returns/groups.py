"""Shares and rates by groups that are first made large enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from experiments.evidence.disclosure import is_small, merged_up, pooled, span_label
from experiments.evidence.returns.fitted import Fitted, rate, share


def shares_by(
    parameter: str,
    kind: str,
    names: Sequence[str],
    events: Mapping[str, int],
    n: Mapping[str, int],
    threshold: int,
) -> Iterator[Fitted]:
    """A share for each pool of neighbours that has enough people with the event and without it."""
    for pool in share_pools([(events.get(name, 0), n.get(name, 0)) for name in names], threshold):
        members = tuple(names[place] for place in pool)
        happened, people = (sum(counts.get(name, 0) for name in members) for counts in (events, n))
        if people:
            yield share(parameter, span_label(kind, members), happened, people, members)


def share_pools(cells: Sequence[tuple[int, int]], threshold: int) -> list[list[int]]:
    """Neighbouring (events, people) pooled until neither events nor the others are few."""

    def too_small(pool: Sequence[int]) -> bool:
        events, people = (sum(cells[place][part] for place in pool) for part in (0, 1))
        return any(is_small(count, threshold) for count in (events, people - events))

    return pooled(len(cells), too_small)


def one_share(parameter: str, events: int, n: int, threshold: int) -> Iterator[Fitted]:
    """A share of everybody, if there are enough with and without."""
    if n and not is_small(events, threshold) and not is_small(n - events, threshold):
        yield share(parameter, "all", events, n)


def one_rate(parameter: str, events: int, n: int, years: float, threshold: int) -> Iterator[Fitted]:
    """A rate of everybody, if there are enough events."""
    if events >= threshold and years > 0:
        yield rate(parameter, "all", events, n, years)


def mix(
    parameter: str,
    group: str,
    kind: str,
    counts: Mapping[str, int],
    parents: Mapping[str, str],
    threshold: int,
) -> Iterator[Fitted]:
    """How people share out over kinds, the small ones merged; `members` are the kinds in each.

    Nothing where all had to be merged into one.
    """
    kept, went = merged_up(counts, parents, threshold)
    if len(kept) == 1 < len(went):
        return
    total = sum(kept.values())
    before = f"{group}," if group else ""
    for name, count in kept.items():
        members = tuple(each for each, into in went.items() if into == name)
        yield share(parameter, f"{before}{kind}={name}", count, total, members)
