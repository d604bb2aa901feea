"""Which assumption matters most, and what is left of the answer when the mechanism is altered.

Every uncertain number of the proposal is put at its low and at its high end in turn, all others as they
are drawn, in the same replications with the same luck as the stored run: the headline claim's answer at the
one end less that at the other is what hangs on this number alone. A scenario that the number does not
touch is not run again, and nothing is run beyond the years that the answer is read from: what comes later
changes nothing before. The altered mechanism is the same run with `paper.perturbed` set. All of it is one
pool of work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any, Literal

import numpy as np

from experiments import runner
from experiments.errors import ExperimentError
from experiments.estimate import SECONDS_A_REPLICATION, SECONDS_A_REQUEST, requests_of
from experiments.papers.answers import Answers, gathered
from experiments.papers.claims import Appraise, values_of
from experiments.plan import Plan, Unit, draw_of
from experiments.task import Failure, Result, perform
from sim.config.documents import ConfigError
from sim.config.faults import Path, dotted
from sim.config.papers import years_named, years_of
from sim.settings import Paper, Settings, Simulated

REPLICATIONS, QUICK_REPLICATIONS = 4, 2
QUICK_SECONDS = 62.0
"""Processor time of a draft, main run and trials together, by the estimate of `send-sim check`."""
ENDS: tuple[Literal["low", "high"], ...] = ("low", "high")
ALTERED: Literal["altered"] = "altered"

Follow = Callable[[Iterable[Result], int], Iterator[Result]]


@dataclass(frozen=True)
class Case:
    """One thing that is tried: an uncertain number at an end of its range, or the altered mechanism."""

    path: Path
    end: Literal["low", "high", "altered"]

    @property
    def name(self) -> str:
        return f"{dotted(self.path)} {self.end}"


@dataclass(frozen=True)
class Swing:
    """What the headline answers with one number at each end, means over the replications tried."""

    path: str
    at_low: float
    at_high: float

    @property
    def swing(self) -> float:
        """The answer at the high end less that at the low end."""
        return self.at_high - self.at_low


@dataclass(frozen=True)
class Tried:
    """What came of all trials of a paper; arrays hold one answer a replication, the same ones."""

    as_drawn: np.ndarray
    altered: np.ndarray
    swings: list[Swing]
    """The largest first."""
    left_out: list[str]
    """Uncertain numbers that a draft had no time for."""


@dataclass
class Trials:
    """The runs of a paper's trials, in the form the runner takes.

    `altered` is the plan of the altered mechanism; each case has the first so many `replications`.
    """

    plan: Plan
    altered: Plan
    headline: Simulated
    paths: list[Path]
    replications: int

    @property
    def scenarios(self) -> list[str]:
        """The scenarios that the headline claim is answered by."""
        return [name for name in (self.headline.scenario, self.headline.against) if name]

    @cached_property
    def cases(self) -> list[tuple[Case, str]]:
        """Each case with each scenario that it makes another of."""
        before, after = self.plan.document, self.altered.document
        found = [
            (Case((), ALTERED), scenario)
            for scenario in self.scenarios
            if at_work(before.settings(scenario)) != at_work(after.settings(scenario))
        ]
        found += [
            (Case(path, end), scenario)
            for path in self.paths
            for end in ENDS
            for scenario in touched(self.plan, path, self.scenarios)
        ]
        return found

    @property
    def units(self) -> list[Unit]:
        """`Unit.scenario` is the place of the case in the list of them."""
        return [
            Unit(str(place), draw_of(number), number)
            for place in range(len(self.cases))
            for number in range(1, self.replications + 1)
        ]

    def work(self, units: Iterable[Unit]) -> Iterator[tuple[Unit, Any, bool]]:
        for unit in units:
            case, scenario = self.cases[int(unit.scenario)]
            yield unit, self.settings_of(case, scenario, unit.draw), False

    def settings_of(self, case: Case, scenario: str, draw: int) -> Settings | Failure:
        """The settings of a scenario in one case and one draw of all other numbers, or why there are none."""
        try:
            if case.end == ALTERED:
                return self.cut(self.altered.document.settings(scenario, draw))
            spread = self.plan.document.plain.ranges[case.path]
            return self.cut(self.plan.document.settings(scenario, draw, {case.path: spread.at(case.end)}))
        except ConfigError as error:
            return Failure("drawing parameters", str(error))

    def cut(self, settings: Settings) -> Settings:
        """The same run, no longer than the headline's answer needs."""
        run = settings.run.model_copy(update={"years": self.months / 12})
        return settings.model_copy(update={"run": run})

    @cached_property
    def months(self) -> int:
        """How many months give every year that the headline is read from; an appraisal needs all of them."""
        run, measure, calendar = self.plan.central.run, self.headline.measure, self.headline.calendar
        needed = {year for _, year in years_named(self.headline)}
        if self.headline.appraisal:
            return run.months
        for months in range(1, run.months):
            shorter = run.model_copy(update={"years": months / 12})
            if needed <= set(years_of(shorter, measure, calendar)):
                return months
        return run.months


def uncertain_numbers(plan: Plan, paper: Paper) -> list[Path]:
    """The numbers to try: those of the proposal's interventions and those the paper's author names, in turn.

    A draft may not come to the end, so neither kind waits for the other, and how much the proposal changes
    comes before when, how surely and at what cost.
    """
    ranges = plan.document.plain.ranges
    named = {dotted(path): path for path in ranges}
    own = {("interventions", name) for name in plan.interventions(paper.option)}
    own |= {("scenarios", paper.option)}
    of_option = sorted(
        (path for path in ranges if path[:2] in own),
        key=lambda path: (path[-1] != "value", path[2] != "changes"),
    )
    of_author = [named[name] for name in paper.assumptions if name in named]
    in_turn = [path for pair in zip_longest(of_option, of_author) for path in pair if path]
    return list(dict.fromkeys(in_turn))


def touched(plan: Plan, path: Path, scenarios: Sequence[str]) -> list[str]:
    """The scenarios whose settings are others with this number at an end of its range."""
    document, spread = plan.document, plan.document.plain.ranges[path]
    return [
        scenario
        for scenario in scenarios
        if at_work(document.settings(scenario, held={path: spread.at("low")}))
        != at_work(document.settings(scenario, held={path: spread.at("high")}))
    ]


def at_work(settings: Settings) -> Settings:
    """Settings without the interventions that their scenario does not use."""
    used = {name for scenario in settings.scenarios.values() for name in scenario.interventions}
    own = {name: each for name, each in settings.interventions.items() if name in used}
    return settings.model_copy(update={"interventions": own})


def prepare(plan: Plan, altered: Plan, paper: Paper) -> tuple[Trials, list[Path]]:
    """The trials of a paper and the numbers left out of a draft, which has a budget of time."""
    headline = paper.claims[paper.headline].simulated
    if headline is None:
        raise ExperimentError(f"{paper.headline}: the headline claim is not simulated")
    paths = uncertain_numbers(plan, paper)
    if not plan.quick:
        return Trials(plan, altered, headline, paths, min(REPLICATIONS, plan.replications)), []
    trials = Trials(plan, altered, headline, paths, QUICK_REPLICATIONS)
    room = runs_in_a_draft(trials)
    if len(trials.units) <= room:
        return trials, []
    kept = _fitting(Trials(plan, altered, headline, paths, 1), room)
    return Trials(plan, altered, headline, paths[:kept], 1), paths[kept:]


def runs_in_a_draft(trials: Trials) -> int:
    """How many more runs a draft has time for after its main run."""
    plan = trials.plan
    left = QUICK_SECONDS - _seconds(plan.central) * len(plan.units)
    return max(int(left / _seconds(trials.cut(plan.central))), 0)


def _seconds(settings: Settings) -> float:
    return SECONDS_A_REPLICATION + SECONDS_A_REQUEST * requests_of(settings)


def _fitting(trials: Trials, room: int) -> int:
    """How many of the numbers can be tried within so many runs; never fewer than one."""
    needed = Counter(case.path for case, _ in trials.cases)
    spent = needed[()]
    for place, path in enumerate(trials.paths):
        spent += needed[path]
        if spent > room and place:
            return place
    return len(trials.paths)


def carry_out(
    trials: Trials, left_out: list[Path], known: Answers, appraise: Appraise, jobs: int, follow: Follow
) -> Tried:
    """Run every trial. `known` holds the answers of the stored run, whose first replications are used.

    Raises ExperimentError where a run fails.
    """
    units = trials.units
    results = list(follow(runner.run(trials, jobs, try_one), len(units))) if units else []
    for result in results:
        if result.failure:
            case, scenario = trials.cases[int(result.unit.scenario)]
            failure = result.failure
            raise ExperimentError(f"trial {case.name}, {scenario}, {failure.stage}: {failure.message}")
    by_case: dict[Case, list[Result]] = {}
    for result in results:
        by_case.setdefault(trials.cases[int(result.unit.scenario)][0], []).append(result)
    altered = _answer(trials, Case((), ALTERED), by_case, known, appraise)
    swings = [_swing(trials, path, by_case, known, appraise) for path in trials.paths]
    return Tried(
        values_of(trials.headline, known.first(trials.replications), appraise),
        altered,
        sorted(swings, key=lambda each: -abs(np.nan_to_num(each.swing))),
        [dotted(path) for path in left_out],
    )


def try_one(unit: Unit, settings: Settings | Failure, keep_log: bool) -> Result:
    """What a worker does: one replication, of which the yearly numbers are kept."""
    if isinstance(settings, Failure):
        return Result(unit, failure=settings)
    result = perform(unit, settings, keep_log)
    result.yearly = result.monthly = b""
    return result


def _swing(
    trials: Trials, path: Path, by_case: dict[Case, list[Result]], known: Answers, appraise: Appraise
) -> Swing:
    low, high = (float(np.mean(_answer(trials, Case(path, end), by_case, known, appraise))) for end in ENDS)
    return Swing(dotted(path), low, high)


def _answer(
    trials: Trials, case: Case, by_case: dict[Case, list[Result]], known: Answers, appraise: Appraise
) -> np.ndarray:
    """The headline's answers in one case: what was run again, laid over what the stored run says."""
    results = by_case.get(case, [])
    scenario_of = {place: trials.cases[int(each.unit.scenario)][1] for place, each in enumerate(results)}
    again = gathered(results, scenario_of)
    run_again = set(scenario_of.values())
    before = known.first(trials.replications)
    values = {key: each for key, each in before.values.items() if key[0] not in run_again}
    return values_of(trials.headline, Answers(before.replications, {**values, **again.values}), appraise)
