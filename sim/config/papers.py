"""Checks of a council paper in a config: what its claims name, the years they speak of, its figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sim.config.faults import Fault, Key, Path, nearest, shown
from sim.config.fields import NoSuchPath, find
from sim.config.paper_figures import figure_faults, number_of
from sim.config.parameters import Plain
from sim.config.posterior import is_overridden
from sim.config.tables import member
from sim.config.yaml_nodes import Node
from sim.lengths import months_after
from sim.settings import Claim, Paper, Run, Settings, Simulated

WHOLE: Path = ("paper",)
FIXED = ("paper", "name", "schema_version", "extends")
NEEDED = ("run", "authority", "needs", "settings", "staff_pools", "scenarios")
"""Without one of these, which is then reported itself, names cannot be told from slips."""
NAMED_GROUPS = {
    "need": ("needs",),
    "setting": ("settings",),
    "pool": ("staff_pools",),
    "district": ("authority", "districts"),
}
"""Kinds of group whose names are entries of the config."""

Problems = Iterator[tuple[Path, str]]


def paper_faults(content: Plain, root: Node, settings: Settings) -> Iterator[Fault]:
    """What does not fit in the `paper` of a config whose every section is right by itself."""
    paper = getattr(settings, "paper", None)
    if paper is None:
        return
    problems = [*_perturbed(paper, content), *_assumptions(paper, content)]
    if all(hasattr(settings, section) for section in NEEDED):
        problems += [*_names(paper, settings), *_claims(paper, settings, not _is_cut(content))]
    for path, message in problems:
        yield Fault.at(content.key_place((*WHOLE, *path)), (*WHOLE, *path), message)
    yield from figure_faults(root, paper, content.key_place(WHOLE).file)


def years_of(run: Run, measure: str, calendar: str) -> list[str]:
    """The whole years of a calendar that a run gives a measure for; a census needs only its January."""
    from sim.measures.measures import CENSUS, MEASURES
    from sim.measures.periods import Months

    months = Months(run.start, (months_after(run.start, run.months) - run.start).days)
    if measure in MEASURES and MEASURES[measure].over is CENSUS:
        return [str(year) for year, _ in months.census_days()] if calendar == "calendar" else []
    return [period.label for period in months.periods(calendar) if not period.label.endswith(")")]


def years_named(simulated: Simulated) -> list[tuple[tuple[Key, ...], str]]:
    """Each year that a claim's answer is read from, with the key it stands at."""
    named: list[tuple[tuple[Key, ...], str]] = [
        (("periods", position), period) for position, period in enumerate(simulated.periods)
    ]
    return named + ([(("since",), simulated.since)] if simulated.since else [])


def _is_cut(content: Plain) -> bool:
    """Has another file or `--set` given the run other years than the paper was written for?"""
    return any(content.overrides(("run", key), WHOLE) for key in ("start", "years"))


def _names(paper: Paper, settings: Settings) -> Problems:
    scenarios = list(settings.scenarios)
    if paper.option not in scenarios:
        yield ("option",), _no_such("scenario", paper.option, scenarios)
    elif paper.option == scenarios[0]:
        yield ("option",), f"{paper.option!r}, the proposal must be another scenario than the first"
    if paper.headline not in paper.claims:
        yield ("headline",), _no_such("claim", paper.headline, paper.claims)
    elif paper.claims[paper.headline].simulated is None:
        yield ("headline",), f"{paper.headline!r}, is not simulated; choose a claim that is"


def _claims(paper: Paper, settings: Settings, years: bool) -> Problems:
    for name, claim in paper.claims.items():
        for path, message in _claim(claim, paper, settings, years):
            yield ("claims", name, *path), message


def _claim(claim: Claim, paper: Paper, settings: Settings, years: bool) -> Problems:
    figure = paper.figures.get(claim.figure) if claim.figure else None
    if claim.figure and figure is None:
        yield ("figure",), _no_such("figure of the paper", claim.figure, paper.figures)
    if claim.simulated is None:
        if not claim.why:
            yield (), "is not simulated, say why it is not in `why`"
        return
    if figure is not None and number_of(figure.printed) is None:
        yield ("figure",), f"{claim.figure!r}, is printed {shown(figure.printed)}, no number to compare with"
    for path, message in _simulated(claim.simulated, settings, years):
        yield ("simulated", *path), message


def _simulated(simulated: Simulated, settings: Settings, years: bool) -> Problems:
    for key in ("scenario", "against"):
        name = getattr(simulated, key)
        if name is not None and name not in settings.scenarios:
            yield (key,), _no_such("scenario", name, settings.scenarios)
    if simulated.against == simulated.scenario:
        yield ("against",), f"{simulated.against!r}, must be another scenario"
    if bool(simulated.measure) == bool(simulated.appraisal):
        yield (), "give either a measure or an appraisal"
    elif simulated.appraisal:
        yield from _appraisal(simulated, settings)
    else:
        yield from _measure(simulated, settings, years)


def _appraisal(simulated: Simulated, settings: Settings) -> Problems:
    if simulated.against is None:
        yield ("appraisal",), f"{simulated.appraisal!r}, compares two scenarios, so name one in `against`"
    if simulated.appraisal == "present_value" and getattr(settings, "account", None) is None:
        yield ("appraisal",), "'present_value', needs the discount rates of an `account`"
    for key in ("periods", "since", "per"):
        if getattr(simulated, key):
            yield (key,), f"an appraisal looks at every year of the run, remove {key}"


def _measure(simulated: Simulated, settings: Settings, years: bool) -> Problems:
    from sim.measures.measures import CENSUS, FLOW, MEASURES

    for key in ("measure", "per"):
        name = getattr(simulated, key)
        if name and name not in MEASURES:
            yield (key,), _no_such("measure", name, MEASURES)
            return
    measures = [MEASURES[name] for name in (simulated.measure, simulated.per) if name]
    if any(each.over is CENSUS for each in measures) and simulated.calendar != "calendar":
        yield ("calendar",), "a measure counted in January needs calendar: calendar, and years such as 2021"
        return
    if not simulated.periods:
        yield ("periods",), "empty, name at least one year"
    if len(simulated.periods) > 1 and not all(each.over is FLOW for each in measures):
        yield ("periods",), "only what is counted over a year can be added up; name one year"
    yield from ((("group",), message) for message in group_faults(simulated.group, settings))
    yield from _years(simulated, settings.run) if years else ()


def group_faults(group: str, settings: Settings) -> Iterator[str]:
    """What is wrong with a group that results are asked for by, such as need=ASD or fund=dsg;line=tuition."""
    for part in group.split(";") if group != "all" else ():
        kind, equals, name = part.partition("=")
        if not (equals and name):
            yield f"{group!r}, write all, or a kind and a name such as need=ASD"
        elif kind in NAMED_GROUPS and name not in member(settings, NAMED_GROUPS[kind]):
            yield _no_such(kind, name, member(settings, NAMED_GROUPS[kind]))


def _years(simulated: Simulated, run: Run) -> Problems:
    known: set[str] = set(years_of(run, simulated.measure, simulated.calendar))
    if simulated.per:
        known &= set(years_of(run, simulated.per, simulated.calendar))
    for position, (key, period) in enumerate(years_named(simulated)):
        if period not in known:
            within = f"{', '.join(sorted(known))}" or "none"
            yield key, f"{period!r}, no whole {simulated.calendar} year of the run; there are: {within}"
        elif period in simulated.periods[:position]:
            yield key, f"{period!r}, named twice; keep one"


def _assumptions(paper: Paper, content: Plain) -> Problems:
    ranges = {".".join(map(str, path)) for path in content.ranges}
    for position, name in enumerate(paper.assumptions):
        if name not in ranges:
            if not is_overridden(name, WHOLE, content):
                message = (
                    f"{shown(name)}, must be written as {{value, low, high}} here{nearest(name, ranges)}"
                )
                yield ("assumptions", position), message
        elif name in paper.assumptions[:position]:
            yield ("assumptions", position), f"{shown(name)}, listed twice; keep one"


def _perturbed(paper: Paper, content: Plain) -> Problems:
    if not paper.perturbed.set:
        yield ("perturbed", "set"), "empty, change at least one number of the mechanism"
    for path, value in paper.perturbed.set.items():
        key = ("perturbed", "set", path)
        if path.split(".")[0] in FIXED:
            yield key, f"{path!r}, no part of the mechanism"
            continue
        try:
            keys = find(path, content.data).keys
        except NoSuchPath as unknown:
            yield key, str(unknown)
            continue
        if member(content.data, keys) == value and not content.overrides(keys, WHOLE):
            yield key, f"{shown(value)}, is what it is anyway; give another value"


def _no_such(what: str, name: Any, known: Iterable[Any]) -> str:
    return f"{str(name)!r}, no such {what}{nearest(name, known)}"
