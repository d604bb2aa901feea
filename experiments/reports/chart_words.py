"""Headlines and sentences worked out from a chart's own table, so that words and pictures agree."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from experiments.reports.charts import MOST_SHADED, Chart
from experiments.reports.stored_results import MOST_SERIES, OTHERS, StoredResults
from experiments.reports.wording import NO_BREAK, inside_sentence, listed, moves, say, say_range, with_unit


def in_year(period: str) -> str:
    return period


def in_january(period: str) -> str:
    return f"January {period}"


def ends(results: StoredResults, data: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The baseline's first and last row of one series."""
    rows = data[data["scenario"] == results.scenarios[0]]
    return rows.iloc[0], rows.iloc[-1]


def leading(results: StoredResults, frames: list[tuple[str, pd.DataFrame]]) -> tuple[str, pd.Series]:
    """The label of the first of some ranked groups, and the baseline's last row of it."""
    label, data = frames[0]
    return label, ends(results, data)[1]


def path(
    results: StoredResults, subject: str, data: pd.DataFrame, unit: str, said=in_year, plural=True
) -> str:
    """Subject rises from X in A to Y in B."""
    first, last = ends(results, data)
    start, end = (with_unit(say(row["mean"], unit), unit) for row in (first, last))
    if first["period"] == last["period"]:
        return f"{subject} in {said(last['period'])}: {end}"
    verb = moves(first["mean"], last["mean"], unit, plural)
    if verb.startswith("stay"):
        return f"{subject} {verb} at about {end} from {said(first['period'])} to {said(last['period'])}"
    return f"{subject} {verb} from {start} in {said(first['period'])} to {end} in {said(last['period'])}"


def spread(row: pd.Series, unit: str) -> str:
    """A mean with its ranges in brackets, as far as there are any."""
    mean = with_unit(say(row["mean"], unit), unit)
    if not np.isfinite(row["whole_low"]):
        return mean
    text = f"80{NO_BREAK}% range {say_range(row['whole_low'], row['whole_high'], unit)}"
    if np.isfinite(row["process_low"]):
        text += f"; by chance alone {say_range(row['process_low'], row['process_high'], unit)}"
    return f"{mean} ({text})"


def closing(results: StoredResults, data: pd.DataFrame, unit: str, said: Callable[[str], str]) -> str:
    """Where every line ends: each scenario of one measure, or each measure of the baseline."""
    baseline = results.scenarios[0]
    last = data.loc[data["scenario"] == baseline, "period"].max()
    rows = data[data["period"] == last]
    if rows["series"].nunique() == 1:
        names = rows["scenario"].map(results.scenario_label)
        alone = len(rows) == 1
    else:
        rows = rows[rows["scenario"] == baseline]
        names, alone = rows["series"], False
    parts = [
        spread(row, unit) if alone else f"{inside_sentence(name)} {spread(row, unit)}"
        for name, (_, row) in zip(names, rows.iterrows(), strict=True)
    ]
    when = f"on average in {said(last)}" if results.facts["replications"] > 1 else f"in {said(last)}"
    if len(results.scenarios) > 1 and data["series"].nunique() > 1:
        when = f"with “{results.scenario_label(baseline)}”, {when}"
    return f"{when[0].upper()}{when[1:]}: {'; '.join(parts)}."


def chart(
    results: StoredResults,
    name: str,
    headline: str,
    subtitle: str,
    unit: str,
    data: pd.DataFrame,
    kind="lines",
    period_word="Year",
    said: Callable[[str], str] = in_year,
    notes: tuple[str, ...] = (),
    shaded: int = MOST_SHADED,
) -> Chart:
    """A chart with the words that all charts have in common."""
    labels = {scenario: results.scenario_label(scenario) for scenario in results.shown}
    if len(results.scenarios) > 1:
        headline = f"{results.scenario_label(results.scenarios[0])}: {inside_sentence(headline)}"
    sentence = closing(results, data, unit, said)
    return Chart(name, kind, headline, subtitle, unit, data, sentence, period_word, labels, notes, shaded)


def counted(results: StoredResults, measure: str, name: str, subject: str, subtitle: str) -> list[Chart]:
    """One number by year, with what becomes of it as its headline; nothing if the run did not keep it."""
    data = results.series(measure, subject)
    if data.empty:
        return []
    return [chart(results, name, path(results, subject, data, "count"), subtitle, "count", data)]


def others(frames: list[tuple[str, pd.DataFrame]]) -> tuple[str, ...]:
    """A note on what the last layer of a stack is made of."""
    if len(frames) <= MOST_SERIES:
        return ()
    return (f"{OTHERS}: {listed([inside_sentence(name) for name, _ in frames[MOST_SERIES - 1 :]])}.",)
