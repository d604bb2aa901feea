"""Who asks and when, what first plans name, and where children move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from experiments.evidence.disclosure import is_small, pooled_counts, pooled_within, publishable, span_label
from experiments.evidence.returns.cases import Case, Return
from experiments.evidence.returns.decisions import DAYS_A_YEAR, days_in_year
from experiments.evidence.returns.definitions import (
    BAND_AGES,
    SPECIAL,
    Defined,
    in_year,
    moves,
    received_in_year,
    single_ages,
)
from experiments.evidence.returns.fitted import EXACT, Fitted, count, poisson_interval, rate, share
from experiments.evidence.returns.groups import mix, one_rate
from experiments.evidence.returns.vocabulary import Names
from sim.settings import AGE_BANDS, age_band

BANDS = list(AGE_BANDS)
PHASES = {"school_entry": 4, "secondary": 10, "post_16": 15}
"""Phase transfer → the age, on the 31 August a year before, of the children who move in September."""
SERIES_OF_MOVES = ("moves_mainstream_to_special", "moves_special_to_mainstream")


def fit_demand(
    read: Return, table: list[Defined], people: Sequence[float] | None, names: Names, threshold: int
) -> Iterator[Fitted]:
    """Requests by age (where the population is known), month and source, and their needs by age band."""
    if people is not None:
        yield from _requests_per_1000(table, people, threshold)
    asked = received_in_year(read)
    yield from _months([case.received for case in asked if case.received], threshold)
    sources = Counter(case.source or "unknown" for case in asked)
    if "unknown" not in sources:
        yield from mix("source_share", "", "source", sources, {"other": "school"}, threshold)
    issued = [case for case in read.cases if case.is_new_plan and in_year(read, case.began)]
    needs = [(_band(read, case.began, case), case.need) for case in issued if case.need]
    yield from _mix_by_band("need_share", "need", needs, names.need_parents(), threshold)
    named = [(_band(read, case.began, case), case.named) for case in issued if case.named]
    yield from _mix_by_band("named_setting", "setting", named, names.setting_parents(), threshold)
    arrived = sum(case.transferred_in for case in read.cases)
    yield from one_rate("transfers_in_per_year", arrived, arrived, 1.0, threshold)


def _band(read: Return, day: date | None, case: Case) -> str:
    return age_band(read.age_on(case, day or read.census))


def _requests_per_1000(table: list[Defined], people: Sequence[float], threshold: int) -> Iterator[Fitted]:
    """Requests for each 1,000 people of the mid-year population, by the pools of the aggregates."""
    counts = single_ages(table, "requests")
    for pool in pooled_within(counts, BAND_AGES, threshold):
        members = tuple(map(str, pool))
        events, there = sum(counts[age] for age in pool), sum(people[age] for age in pool)
        if there > 0:
            low, high = poisson_interval(events)
            yield Fitted(
                "requests_per_1000",
                span_label("age", members),
                1000 * events / there,
                1000 * low / there,
                1000 * high / there,
                events,
                events,
                "per 1,000 people",
                EXACT,
                there,
                members,
            )


def _months(days: Sequence[date], threshold: int) -> Iterator[Fitted]:
    """The share of requests in each month; months with few are pooled and get equal shares."""
    counts = [sum(day.month == month for day in days) for month in range(1, 13)]
    for pool in pooled_counts(counts, threshold) if len(days) >= threshold else ():
        members = tuple(str(place + 1) for place in pool)
        events = sum(counts[place] for place in pool)
        yield share("month_share", f"month={'-'.join(members)}", events, len(days), members)


def _mix_by_band(
    parameter: str,
    kind: str,
    pairs: Sequence[tuple[str, str]],
    parents: Mapping[str, str],
    threshold: int,
) -> Iterator[Fitted]:
    """How each pool of bands shares out over needs or settings; bands with few are pooled first."""
    sizes = Counter(band for band, _ in pairs)
    for pool in pooled_counts([sizes[band] for band in BANDS], threshold):
        bands = [BANDS[place] for place in pool]
        counts = Counter(name for band, name in pairs if band in bands)
        if counts:
            yield from mix(parameter, span_label("band", bands), kind, counts, parents, threshold)


# Moves of plans that are in force at the census: those of plans since ended are not in the return.


def fit_moves(read: Return, threshold: int) -> Iterator[Fitted]:
    """Moves at phase transfers as shares, and other moves a year by the setting left."""
    atoms: Counter[str] = Counter()
    for case in read.cases:
        for before, after, day in moves(read, case) if case.active else ():
            atoms[f"{_phase_of(read, case, day) or 'other'}|{before}|{after}"] += 1
    sets = _sets_of_moves(atoms)
    shown = set(publishable(sets, atoms, threshold))
    for name in SERIES_OF_MOVES:
        if name in shown and (number := sum(atoms[atom] for atom in sets[name])):
            yield count(name, "all", number, "moves")
    stood, moved = _stood_at_phase(read)
    for (phase, before), stayed in sorted(stood.items()):
        targets = {a: n for (p, b, a), n in moved.items() if (p, b) == (phase, before)}
        total = stayed + sum(targets.values())
        for after, number in sorted(targets.items()):
            safe = f"{phase}|{before}|{after}" in shown and number >= threshold
            if safe and not is_small(total - number, threshold):
                yield share(phase, f"from={before},to={after}", number, total, (before, after))
    yield from _other_moves(read, atoms, shown, threshold)


def _sets_of_moves(atoms: Mapping[str, int]) -> dict[str, list[str]]:
    """The sums of moves that are wanted, those of the published definitions first."""
    special = {
        SERIES_OF_MOVES[0]: [a for a in atoms if _is_move(a, ("mainstream",), SPECIAL)],
        SERIES_OF_MOVES[1]: [a for a in atoms if _is_move(a, SPECIAL, ("mainstream",))],
    }
    phases = {atom: [atom] for atom in sorted(atoms) if not atom.startswith("other|")}
    left = sorted({atom.split("|")[1] for atom in atoms})
    others = {f"other|{name}": [a for a in atoms if a.startswith(f"other|{name}|")] for name in left}
    return special | phases | others


def _is_move(atom: str, before: Sequence[str], after: Sequence[str]) -> bool:
    _, left, entered = atom.split("|")
    return left in before and entered in after


def _phase_of(read: Return, case: Case, day: date) -> str | None:
    """The phase transfer of a move: one of August or September, at the age of the phase."""
    if day.month not in (8, 9):
        return None
    age = read.age_on(case, date(day.year, 8, 1))
    return next((phase for phase, at in PHASES.items() if at == age), None)


def _stood_at_phase(read: Return) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str, str]]]:
    """Children at the age of a phase transfer: who stayed, by phase and setting, and who moved where."""
    stayed: Counter[tuple[str, str]] = Counter()
    moved: Counter[tuple[str, str, str]] = Counter()
    summer = date(read.year, 7, 31)
    for case in read.cases:
        age = read.age_on(case, summer)
        phase = next((phase for phase, at in PHASES.items() if at == age), None)
        before = _setting_on(case, summer)
        if not case.active or phase is None or before is None:
            continue
        there = [(a, day) for _, a, day in moves(read, case) if _phase_of(read, case, day) == phase]
        if there:
            moved[phase, before, there[-1][0]] += 1
        else:
            stayed[phase, before] += 1
    return stayed, moved


def _setting_on(case: Case, day: date) -> str | None:
    for stay in case.stays:
        if stay.entered and stay.entered <= day and (stay.left is None or stay.left > day):
            return stay.setting
    return None


def _other_moves(read: Return, atoms: Mapping[str, int], shown: set[str], threshold: int) -> Iterator[Fitted]:
    days: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for case in read.cases:
        for stay in case.stays if case.active else ():
            time = days_in_year(read, stay.entered, stay.left)
            days[stay.setting] += time
            people[stay.setting] += time > 0
    for setting in sorted(days):
        events = sum(n for atom, n in atoms.items() if atom.startswith(f"other|{setting}|"))
        if f"other|{setting}" in shown and events >= threshold:
            years = days[setting] / DAYS_A_YEAR
            yield rate("moves_per_year", f"setting={setting}", events, people[setting], years, (setting,))
