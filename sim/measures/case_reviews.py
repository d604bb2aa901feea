"""Measures of case reviews: how many, how they end, and prices cut and put back."""

from __future__ import annotations

import numpy as np

from sim.event_log import CASE_REVIEWED, PRICE_CUT, PRICE_RESTORED
from sim.measures.groups import labels
from sim.measures.records import Records
from sim.measures.series import Series
from sim.settings import Settings

OUTCOMES = ("unchanged", "price_cut", "move", "overtaken")


def count_case_reviews(series: Series, records: Records, settings: Settings) -> None:
    """Nothing where the settings have no programme."""
    programmes, places = list(settings.case_reviews), list(settings.settings)
    if not programmes:
        return
    by_outcome = records.count_by(CASE_REVIEWED, "stage", OUTCOMES)
    by_programme = records.count_by(CASE_REVIEWED, "resource", programmes)
    names = ["all", *labels("outcome", OUTCOMES), *labels("programme", programmes)]
    series.flow("case_reviews", names, np.vstack([by_outcome.sum(axis=0), by_outcome, by_programme]))
    for measure, event in (("price_cuts", PRICE_CUT), ("price_cuts_undone", PRICE_RESTORED)):
        by_setting = records.count_by(event, "resource", places)
        series.flow(
            measure, ["all", *labels("setting", places)], np.vstack([by_setting.sum(axis=0), by_setting])
        )
