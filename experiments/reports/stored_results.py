"""A results folder read back for its report: tables, labels and the fixed facts of the run.

Nothing here runs a model. Yearly ranges come ready from `summary.csv`; monthly ones are worked
out from `monthly.csv` in the same way. A chart's data is always the same small table, with the
columns of `DATA`, whatever it was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from experiments import store
from experiments.reports.wording import on_one_line, plain_name
from experiments.summary import describe
from sim.settings import Setting

BANDS = ["process_low", "process_high", "whole_low", "whole_high"]
DATA = ["scenario", "series", "period", "mean", *BANDS]
DIFFERENCES = ["diff_mean", "diff_ci_low", "diff_ci_high"]
MOST_SERIES = 4
PART = "(part)"
YEARS = {"calendar": "calendar", "financial": "financial", "academic": "school"}
OTHERS = "All others"
FIXED_FACTS = ("experiment", "run_id", "seed", "replications", "scenarios", "draft", "audit")
"""Facts of the manifest that are known before the run ends and are the same on any day."""

_KEY = ["scenario", "measure", "unit", "calendar", "period", "group"]
_NUMBERS = ["replications", "mean", "p10", "p50", "p90", *DIFFERENCES]
_MONTHLY_MEASURES = ("open_assessments", "open_assessments_over_20w")
_CASEWORK = ("plans_active", "plans_issued", "requests", "open_assessments")
"""Measures of which there is something wherever there is any SEND casework."""
_CHUNK_ROWS = 500_000


@dataclass(frozen=True)
class StoredResults:
    """What one run left, in the form the report needs."""

    facts: dict[str, Any]
    config: dict[str, Any]
    values: pd.DataFrame
    months: pd.DataFrame
    draws: int
    contracted: dict[tuple[str, str], Setting] = field(default_factory=dict)
    """By scenario and name, settings that have a contract in any scenario of the run."""

    @property
    def scenarios(self) -> list[str]:
        return list(self.facts["scenarios"])

    @property
    def shown(self) -> list[str]:
        """The scenarios that charts show: the baseline and the next three."""
        return self.scenarios[:MOST_SERIES]

    @property
    def authority(self) -> str:
        return _text(self.config, "authority", "name") or plain_name(self.facts["experiment"])

    @property
    def description(self) -> str:
        return _text(self.config, "description")

    def scenario_label(self, name: str) -> str:
        return _text(self.config, "scenarios", name, "label") or plain_name(name)

    def setting_label(self, name: str) -> str:
        return _text(self.config, "settings", name, "label") or plain_name(name)

    def given(self, *path: str) -> Any:
        """What the config says at a path, without its source; None where it says nothing."""
        found: Any = self.config
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found["value"] if isinstance(found, dict) and "value" in found else found

    def unit(self, measure: str) -> str:
        return str(self.values.loc[self.values["measure"] == measure, "unit"].iloc[0])

    def groups(self, measure: str, kind: str) -> list[str]:
        """Names of the groups of one kind, as `pool`, that this measure has, in the table's order."""
        groups = self.values.loc[self.values["measure"] == measure, "group"].unique()
        groups = [group for group in groups if ";" not in group]  # no combinations
        return [group.removeprefix(f"{kind}=") for group in groups if group.startswith(f"{kind}=")]

    def rows(self, measure: str, group: str = "all", calendar: str = "calendar") -> pd.DataFrame:
        """Rows of the summary for whole years; a measure kept in another calendar is taken as it is."""
        table = self.values
        found = table[(table["measure"] == measure) & (table["group"] == group)]
        if calendar not in set(found["calendar"]):
            calendar = next(iter(found["calendar"]), calendar)
        found = found[found["calendar"] == calendar]
        return found[~found["period"].str.endswith(PART)]

    def over_the_run(self, measure: str) -> pd.Series:
        """The mean of a flow added up over all years, part years too, by scenario."""
        table = self.values
        rows = table[(table["measure"] == measure) & (table["group"] == "all")]
        return rows[rows["calendar"] == "calendar"].groupby("scenario", sort=False)["mean"].sum()

    def series(
        self, measure: str, label: str, group: str = "all", calendar: str = "calendar"
    ) -> pd.DataFrame:
        """One measure by year, for the scenarios that charts show."""
        found = self.rows(measure, group, calendar).assign(series=label)
        return _possible(_ordered(found, self.shown), next(iter(found["unit"]), ""))

    def monthly(self, measure: str, label: str) -> pd.DataFrame:
        """One measure by month, for the scenarios that charts show."""
        runs = self.months[self.months["measure"] == measure]
        return _possible(_ordered(_bands(runs).assign(series=label), self.shown), "count")

    def several(self, measures: dict[str, str]) -> pd.DataFrame:
        """Some measures by calendar year in one table, those that are there."""
        return pd.concat([self.series(measure, label) for measure, label in measures.items()])

    def ranked(
        self, measure: str, kind: str, label: Callable[[str], str], calendar: str = "calendar"
    ) -> list[tuple[str, pd.DataFrame]]:
        """The groups of a measure by label, the largest in the baseline's last year first."""
        found = []
        for group in self.groups(measure, kind):
            data = self.series(measure, label(group), f"{kind}={group}", calendar)
            baseline = data.loc[data["scenario"] == self.scenarios[0], "mean"]
            if len(baseline):
                found.append((baseline.iloc[-1], label(group), data))
        return [(name, data) for _, name, data in sorted(found, key=lambda entry: -entry[0])]

    def part_years(self) -> list[str]:
        """Years that lie only partly in the run, each with the kind of year it is."""
        parts = self.values[self.values["period"].str.endswith(PART)]
        years = parts[["period", "calendar"]].drop_duplicates().itertuples(index=False)
        return sorted(f"{year.removesuffix(PART).strip()} ({YEARS[kind]} year)" for year, kind in years)


def read(folder: Path) -> StoredResults:
    """Read a results folder: manifest, config and the three tables."""
    manifest = store.read_manifest(folder)
    values = _values(folder / "summary.csv")
    months = _months(folder / "monthly.csv")
    if _is_idle(values):
        values, months = _without_noughts(values), months.iloc[:0]
    return StoredResults(
        facts={"draft": False, "audit": {}}
        | {name: manifest[name] for name in FIXED_FACTS if name in manifest},
        config=_config(folder / "config.yaml"),
        values=values,
        months=months,
        draws=_draws(folder / "yearly.csv"),
        contracted=contracted_settings(folder / "config.yaml", manifest["scenarios"]),
    )


def contracted_settings(path: Path, scenarios: Sequence[str]) -> dict[tuple[str, str], Setting]:
    """Settings with a contract in any scenario, as each scenario has them at its central values."""
    # Every scenario is worked out from the whole config: only where the word is there at all.
    if not path.is_file() or "contract" not in path.read_text(encoding="utf-8"):
        return {}
    from sim.config.documents import read as read_config
    from sim.config.faults import ConfigError

    try:
        document = read_config(path)
    except ConfigError:  # written for other settings than today's; the stored tables can still be told
        return {}
    settings = {name: document.settings(name).settings for name in scenarios}
    named = {name for each in settings.values() for name, setting in each.items() if setting.contract}
    return {
        (scenario, name): setting
        for scenario, each in settings.items()
        for name, setting in each.items()
        if name in named
    }


def _is_idle(values: pd.DataFrame) -> bool:
    """Whether there is no SEND casework at all in the run: it is about another service."""
    casework = values[values["measure"].isin(_CASEWORK)]
    return not casework["mean"].any() and values["mean"].any()


def _without_noughts(values: pd.DataFrame) -> pd.DataFrame:
    """Only measures and groups of which there is something in some scenario and year."""
    return values[values.groupby(["measure", "group"])["mean"].transform("any")].reset_index(drop=True)


def some(frames: list[tuple[str, pd.DataFrame]]) -> list[tuple[str, pd.DataFrame]]:
    """Without the groups of which there are none throughout."""
    return [(name, data) for name, data in frames if data["mean"].any()]


def stacked(frames: list[tuple[str, pd.DataFrame]], rest: str = "") -> pd.DataFrame:
    """At most four layers, without ranges: from the fourth on they are one when there are more."""
    layers = [data for _, data in frames]
    if len(layers) > MOST_SERIES:
        kept, others = layers[: MOST_SERIES - 1], pd.concat(layers[MOST_SERIES - 1 :])
        sums = others.groupby(["scenario", "period"], sort=False, as_index=False)["mean"].sum()
        layers = [*kept, sums.assign(series=rest or OTHERS)]
    return pd.concat([layer.assign(**dict.fromkeys(BANDS, np.nan)) for layer in layers])


def _config(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")) or {}


def _text(config: Any, *path: str) -> str:
    """A text of the config, or nothing where it is absent."""
    for key in path:
        config = config.get(key) if isinstance(config, dict) else None
    return on_one_line(config) if isinstance(config, str) else ""


def _values(path: Path) -> pd.DataFrame:
    """The summary with both ranges on one row."""
    table = pd.read_csv(
        path,
        usecols=[*_KEY, "uncertainty", *_NUMBERS],
        dtype=dict.fromkeys([*_KEY, "uncertainty"], str),
        keep_default_na=False,
        na_values={name: ["", "nan"] for name in _NUMBERS},
    )
    whole = table[table["uncertainty"] == "all"].rename(columns={"p10": "whole_low", "p90": "whole_high"})
    chance = table[table["uncertainty"] == "process"]
    chance = chance.rename(columns={"p10": "process_low", "p90": "process_high"})
    both = whole.merge(chance[[*_KEY, "process_low", "process_high"]], on=_KEY, how="left")
    # January's census is a stock on a day: no year is too short for it.
    census = both["measure"] == "plans_active"
    both.loc[census, "period"] = both.loc[census, "period"].str.removesuffix(PART).str.strip()
    return both[both["mean"].notna()].reset_index(drop=True)


def _months(path: Path) -> pd.DataFrame:
    """The few monthly measures that the report shows; the file may be far larger than they are."""
    columns = ["scenario", "draw", "replication", "month", "measure", "group", "value"]
    texts = {"scenario": str, "month": str, "measure": str, "group": str}
    if not path.is_file():
        return pd.DataFrame(columns=columns).astype({"value": float})
    pieces = pd.read_csv(
        path,
        usecols=columns,
        dtype=texts,
        keep_default_na=False,
        na_values={"value": ["", "nan"]},
        chunksize=_CHUNK_ROWS,
    )
    wanted = [piece[piece["measure"].isin(_MONTHLY_MEASURES) & (piece["group"] == "all")] for piece in pieces]
    return pd.concat(wanted).dropna(subset="value")


def _draws(path: Path) -> int:
    if not path.is_file():
        return 0
    return pd.read_csv(path, usecols=["draw"])["draw"].nunique()


def _bands(runs: pd.DataFrame) -> pd.DataFrame:
    """Mean and both ranges of replications, by scenario and month, reckoned as in the summary."""
    draw_of = runs.drop_duplicates("replication").set_index("replication")["draw"].sort_index()
    table = runs.pivot_table(index=["scenario", "month"], columns="replication", values="value", sort=False)
    table = table.reindex(columns=draw_of.index)
    figures = describe(table.to_numpy(), draw_of.to_numpy())
    bands = pd.DataFrame({"mean": figures["all"]["mean"]}, index=table.index)
    for end, percentile in (("low", "p10"), ("high", "p90")):
        bands[f"whole_{end}"] = figures["all"][percentile]
        bands[f"process_{end}"] = figures["process"][percentile]
    return bands.reset_index().rename(columns={"month": "period"})


def _possible(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Ranges cut where nothing can lie: distances laid around a mean may pass zero or 100 %."""
    if unit == "GBP" or (table["mean"] < 0).any():
        return table
    highest = 100.0 if unit == "percent" and (table["mean"] <= 100).all() else np.inf
    return table.assign(**{band: table[band].clip(0.0, highest) for band in BANDS})


def _ordered(table: pd.DataFrame, scenarios: Sequence[str]) -> pd.DataFrame:
    """The chart columns, scenarios in the order of the config and periods in that of time.

    Nothing without the baseline: there would be nothing to compare with.
    """
    kept = table[table["scenario"].isin(scenarios)]
    if scenarios[0] not in set(kept["scenario"]):
        kept = kept.iloc[:0]
    place = kept["scenario"].map({name: number for number, name in enumerate(scenarios)})
    kept = kept.assign(place=place).sort_values(["place", "period"], kind="stable")
    return kept[DATA].reset_index(drop=True)
