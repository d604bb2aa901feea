"""The fitted numbers as settings of a config, to be laid over another by `extends`.

What could not be fitted without showing few people is not here, and stays as the other config has it.
So do durations of stages: a config has working hours and delays, of which they are the outcome; they
are in `fitted.csv`, to calibrate to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from experiments.evidence.returns.cases import Return
from experiments.evidence.returns.fitted import Fitted
from experiments.evidence.returns.fitting import Fits
from experiments.evidence.returns.publishing import Stock
from experiments.evidence.returns.rounding import (
    DIGITS,
    completed,
    down,
    name_in,
    odds,
    rounded,
    shortened,
    up,
    yearly_share,
)
from experiments.evidence.returns.shapes import (
    leaving_factors,
    month_factors,
    request_factors,
    row_of,
    shared_out,
)
from experiments.evidence.returns.vocabulary import Names
from experiments.evidence.tables.layer import sourced
from sim.settings import AGES, Settings

Tree = dict[str, Any]


class Layer:
    """The settings that one return gives."""

    def __init__(
        self,
        read: Return,
        fits: Fits,
        stock: Stock,
        names: Names,
        base: Settings | None = None,
        people: Sequence[float] | None = None,
    ) -> None:
        self.read, self.fits, self.stock, self.names = read, fits, stock, names
        self.base, self.people = base, people

    def tree(self, with_opening: bool = True) -> Tree:
        """The sections of the layer that hold anything."""
        sections = {
            "demand": self.demand(),
            "decisions": self.decisions(),
            "placement": self.placement(),
            "reviews": self.reviews(),
            "leaving": self.leaving(),
        }
        if with_opening and (opening := self.opening()):
            sections = {"run": {"start": date(self.read.collection, 1, 1)}, **sections, "opening": opening}
        return {name: section for name, section in sections.items() if section}

    # Numbers with their sources.

    def source(self, fitted: Fitted) -> str:
        events = "" if fitted.events == fitted.n else f", {fitted.events} events"
        years = f", {fitted.exposure_years:.0f} years" if fitted.unit == "a year" else ""
        return f"SEN2 return {self.read.collection}, n = {fitted.n}{events}{years}"

    def number(self, fitted: Fitted, most: float = math.inf, times: float = 1.0) -> Tree:
        """A number with its interval, rounded outwards; `times` for a member of a pool."""
        value = min(round(float(fitted.value * times), DIGITS), most)
        if fitted.low is None or fitted.high is None:
            return sourced(value, self.source(fitted))
        low, high = down(fitted.low * times), min(up(fitted.high * times), most)
        return sourced(value, self.source(fitted), min(low, value), max(high, value))

    def counted(self, what: str, n: int) -> str:
        return f"SEN2 return {self.read.collection}, {what}, n = {n}"

    def shares(self, rows: list[Fitted], kind: str, below: Mapping[str, float] | None = None) -> Tree:
        """Shares of one whole by name, which sum to 1 exactly; a merged one shared out as `below` is."""
        found = {name_in(row, kind): row for row in rows}
        merged = [name for name, row in found.items() if len(row.members) > 1]
        parents = self.names.need_parents() if kind == "need" else self.names.setting_parents()
        raw = {name: float(row.value) for name, row in found.items()}
        values = rounded(shared_out(raw, merged, below or {}, parents))
        entries = {}
        for name, value in values.items():
            row = found.get(name) or found[row_of(name, raw, parents) or next(iter(found))]
            times = value / row.value if row.value else 0.0
            low, high = down((row.low or 0.0) * times), up((row.high or 1.0) * times)
            entries[name] = sourced(value, self.source(row), min(low, value), min(max(high, value), 1.0))
        return entries

    def one(self, section: Tree, key: str, parameter: str, as_share: bool = False) -> None:
        """Put a fitted number into a section, if there is one."""
        fitted = self.fits.one(parameter)
        if fitted is not None:
            section[key] = self.number(
                yearly_share(fitted) if as_share else fitted, 1.0 if as_share else math.inf
            )

    # Sections.

    def demand(self) -> Tree:
        section: Tree = {}
        if by_age := self.fits.of("requests_per_1000"):
            section["base_year"] = self.read.year
            section["requests_per_1000"] = self._by_age(
                by_age, lambda ages: request_factors(self.base, self.people, ages)
            )
            section["shocks"] = sourced(1.0, "the year of the return is the base")
            section["request_rate_multiplier"] = sourced(1.0, "the year of the return is the base")
        if months := self.fits.of("month_share"):
            weights: dict[int, float] = {}
            for row in months:
                inside = [int(month) for month in row.members]
                times = month_factors(self.base, inside)
                weights |= {month: row.value / len(inside) * times[month] for month in inside}
            values = [round(1000 * weights.get(month, 0.0), 1) for month in range(1, 13)]
            section["month_weights"] = sourced(values, self.counted("requests by month", months[0].n))
        if shares := dict(self._mix("need_share", "need")):
            section["need_shares"] = completed(shares, self._table("demand", "need_shares"))
        if sources := self._sources():
            section["sources"] = sources
        self.one(section, "transfers_in_per_year", "transfers_in_per_year")
        return section

    def _by_age(
        self, rows: list[Fitted], factors: Callable[[list[int]], dict[int, float]], most: float = math.inf
    ) -> list[Any]:
        """A list with a number for every single year of age; 0 where there was nobody."""
        numbers: list[Any] = [0] * AGES
        for row in rows:
            ages = [int(age) for age in row.members]
            for age, times in factors(ages).items():
                numbers[age] = self.number(row, most, times) if row.value and times else 0
        return numbers

    def _mix(self, parameter: str, kind: str) -> Iterator[tuple[str, Tree]]:
        """Shares by kind for each band of the pools that were fitted."""
        pools: dict[str, list[Fitted]] = {}
        for row in self.fits.of(parameter):
            pools.setdefault(row.group.split(",")[0], []).append(row)
        for group, rows in pools.items():
            for band in group.removeprefix("band=").split("+"):
                yield band, {"value": self.shares(rows, kind, self._below(parameter, band))}

    def _below(self, parameter: str, band: str) -> Mapping[str, float]:
        """What the config below says of a band."""
        where = ("demand", "need_shares") if parameter == "need_share" else ("placement", "new_plans")
        return (self._table(*where) or {}).get(band, {})

    def _table(self, section: str, name: str) -> Mapping[str, Any] | None:
        """A table of the config below, if there is one."""
        return None if self.base is None else getattr(getattr(self.base, section), name)

    def _sources(self) -> Tree:
        """Who asks, and the odds of refusal by source against everybody's."""
        rows = self.fits.of("source_share")
        if not rows:
            return {}
        odds_of = dict(self._odds("source"))
        section = {name: {"share": share} for name, share in self.shares(rows, "source").items()}
        for name in section:
            if name in odds_of:
                section[name]["refusal_odds"] = odds_of[name]
        return {"value": section}

    def _odds(self, kind: str) -> Iterator[tuple[str, Tree]]:
        """Odds of refusal to assess of each member of the groups, against the average."""
        everybody, rows = self.fits.one("refuse_to_assess"), self.fits.of("refuse_to_assess", kind)
        if everybody is None or len(rows) < 2:
            return
        reference = odds(everybody.value)
        for row in rows:
            ratio = [
                round(odds(min(each or 0.0, 0.999)) / reference, 3) for each in (row.value, row.low, row.high)
            ]
            number = sourced(ratio[0], self.source(row), min(ratio[1], ratio[0]), max(ratio[2], ratio[0]))
            yield from ((name, number) for name in row.members)

    def decisions(self) -> Tree:
        section: Tree = {}
        for name in ("refuse_to_assess", "refuse_to_issue", "exception", "outside_timeliness"):
            self.one(section, name, name)
        self.one(section, "withdraw_per_year", "withdraw_per_year", as_share=True)
        if by_band := dict(self._odds("band")):
            section["refusal_odds_by_age"] = {"value": by_band}
        return section

    def placement(self) -> Tree:
        section: Tree = {}
        if new_plans := dict(self._mix("named_setting", "setting")):
            section["new_plans"] = completed(new_plans, self._table("placement", "new_plans"))
        for phase in ("school_entry", "secondary", "post_16"):
            rows = self.fits.of(phase, "from")
            found: Tree = {}
            for before in dict.fromkeys(row.members[0] for row in rows):
                found[before] = {"value": self._moves([row for row in rows if row.members[0] == before])}
            if found:
                section[phase] = completed(found, self._table("placement", phase))
        return section

    def _moves(self, targets: list[Fitted]) -> Tree:
        """Shares that move; their upper ends together do not pass 1."""
        spare = 1 - sum(row.value for row in targets)
        wanted = sum((row.high or row.value) - row.value for row in targets)
        part = min(1.0, spare / wanted) if wanted > 0 else 0.0
        return {
            row.members[1]: self.number(
                row, math.floor((row.value + part * ((row.high or row.value) - row.value)) * 1e4) / 1e4
            )
            for row in targets
        }

    def reviews(self) -> Tree:
        section: Tree = {}
        self.one(section, "held", "reviews_held")
        outcomes: dict[str, Tree] = {}
        ceases = {band: row for row in self.fits.of("review_cease", "band") for band in row.members}
        for band, row in ceases.items():
            outcomes.setdefault(band, {})["cease"] = self.number(row, 1.0)
        for row in self.fits.of("review_amend", "band"):
            for band in row.members:
                most = 1 - up(ceases[band].high or 0.0) if band in ceases else 0.9
                if row.value < most:
                    outcomes.setdefault(band, {})["amend"] = self.number(row, round(most, DIGITS))
        if outcomes:
            section["outcomes"] = completed(outcomes, self._table("reviews", "outcomes"))
        return section

    def leaving(self) -> Tree:
        section: Tree = {}
        if by_age := self.fits.of("leaving_at_31_august"):
            section["at_31_august"] = self._by_age(
                by_age, lambda ages: leaving_factors(self.base, self.read, ages), 1.0
            )
            section["local_multiplier"] = sourced(1.0, "the shares by age are the return's own")
        self.one(section, "transferred_out_per_year", "left_transfer_per_year", as_share=True)
        self.one(section, "unreconciled_per_year", "left_other_per_year", as_share=True)
        if self.fits.one("left_other_per_year"):
            section["died_per_year"] = sourced(0.0, "counted in unreconciled_per_year")
        if self.fits.of("review_cease"):
            section["needs_met_per_year"] = sourced(0.0, "counted in reviews.outcomes, cease")
        return section

    def opening(self) -> Tree:
        """The plans in force and the open cases; nothing where the margins could not all be made."""
        stock, plans = self.stock, Tree()
        if not (stock.by_age and stock.by_need and stock.by_setting):
            return {}
        total = sum(stock.by_need.values())
        by_age = [0] * AGES
        for ages, number in stock.by_age:
            by_age[self._middle(ages)] = number
        plans["by_age"] = sourced(by_age, self.counted("neighbouring ages pooled on one of them", total))
        plans["by_need"] = sourced(dict(stock.by_need), self.counted("plans in force", total))
        plans["by_setting"] = sourced(dict(stock.by_setting), self.counted("plans in force", total))
        if rows := self.fits.of("months_since_review"):
            plans["months_since_review"] = self._since_review(rows)
        self.one(plans, "decision_outstanding", "decision_outstanding")
        opening: Tree = {"plans": plans}
        if rows := self.fits.of("open_cases"):
            opening["cases"] = [
                {"stage": stage, "weeks": [int(low), int(high)], "count": row.n}
                for row in rows
                for stage, low, high in [row.members]
            ]
        return opening

    def _since_review(self, rows: list[Fitted]) -> list[Tree]:
        """Months since the last review; the longest are shortened so that the model holds them all."""
        shares = self.shares(rows, "months")
        classes = [(tuple(int(edge) for edge in row.members), shares[name_in(row, "months")]) for row in rows]
        return [{"months": list(span), "share": share} for span, share in shortened(classes)]

    @staticmethod
    def _middle(ages: list[int]) -> int:
        """The age on which a pool stands."""
        return ages[len(ages) // 2]
