"""A simulated authority sends a return; fitted to it, the model sends the same return again.

First the return is held against the run's own measures, exactly. Then an authority is simulated of
which the importer sees only the return; what it fits is laid over another config and simulated, and the
published definitions of both must agree within what chance makes of them.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from scipy.stats import binomtest, poisson
from simulated_returns import CONFIG, Run, another, run, steady

from experiments.errors import InputError
from experiments.evidence.returns.comparing import Compared, compare_definitions, comparison_in_words
from experiments.evidence.returns.definitions import Defined, by_group, by_series
from experiments.evidence.returns.importing import import_sen2
from experiments.evidence.returns.simulated import export_return, in_words
from sim.calendars import third_thursday_of_january
from sim.config.documents import read

BASE_YEAR = 2023
"""The collection that is imported; the second return is the next year's."""
ONE_MORE_YEAR = "run.years=1.0833333333333335"
REPLICATIONS = 3


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(read(CONFIG), 1, tmp_path_factory.mktemp("small") / "run")


def measured(one: Run, measure: str, period: int, group: str = "all") -> float | None:
    """A yearly measure of the run, by calendar year."""
    wanted = ("calendar", str(period), measure, group)
    return next((row[4] for row in one.outcome.yearly if row[:4] == wanted), None)


@pytest.mark.parametrize("collection", [2021, 2022])
def test_the_return_says_exactly_what_the_run_measured(small: Run, collection: int, tmp_path: Path) -> None:
    census, year = third_thursday_of_january(collection), collection - 1
    table = small.table(census, tmp_path)
    found = by_series(table)
    for series, measure in (
        ("requests", "requests"),
        ("decisions_in_year_refused", "requests_refused"),
        ("assessments_completed", "assessments_completed"),
        ("plans_issued", "plans_issued"),
        ("timeliness_denominator_incl", "timeliness_20w_denominator_incl"),
        ("timeliness_denominator_excl", "timeliness_20w_denominator_excl"),
        ("left_all", "plans_ceased"),
        ("left_transfer", "transfers_out"),
        ("mediations", "mediations"),
    ):
        assert found.get(series, 0) == measured(small, measure, year), series
    assert found["plans"] == measured(small, "plans_active", collection)
    for kind, group in (("need", "need"), ("setting", "setting"), ("band", "age")):
        for name, number in by_group(table, "plans", kind).items():
            assert number == measured(small, "plans_active", collection, f"{group}={name}"), name


@pytest.mark.parametrize("collection", [2021, 2022])
def test_the_rates_in_time_are_those_of_the_run(small: Run, collection: int, tmp_path: Path) -> None:
    year = collection - 1
    found = by_series(small.table(third_thursday_of_january(collection), tmp_path))
    for suffix in ("incl", "excl"):
        rate = 100 * found[f"timeliness_on_time_{suffix}"] / found[f"timeliness_denominator_{suffix}"]
        assert rate == pytest.approx(measured(small, f"timeliness_20w_{suffix}", year), abs=1e-9)
    decided = found["decisions_in_year_agreed"] + found["decisions_in_year_refused"]
    in_time = 100 * found["decisions_in_year_within_6_weeks"] / decided
    assert in_time == pytest.approx(measured(small, "decisions_by_week_6", year), abs=1e-9)


def test_both_dialects_give_the_same_tables_and_the_same_bytes(small: Run, tmp_path: Path) -> None:
    census = third_thursday_of_january(2022)
    short = small.table(census, tmp_path / "short")
    assert short == small.table(census, tmp_path / "long", "long")
    with open(tmp_path / "long" / "requests.csv", encoding="utf-8") as file:
        assert "Date Request Was Received" in file.readline()
    for dialect in ("short", "long"):
        import_sen2(tmp_path / dialect, tmp_path / f"from_{dialect}", base=CONFIG)
    for name in ("aggregates.csv", "fitted.csv", "fitted.yaml"):
        first, second = ((tmp_path / f"from_{dialect}" / name).read_bytes() for dialect in ("short", "long"))
        assert first == second


@pytest.mark.parametrize("replication", [1, 2, 3])
def test_the_layer_of_any_return_fits_the_config_whose_names_it_has(replication: int, tmp_path: Path) -> None:
    one = run(read(CONFIG), replication, tmp_path / "run")
    for collection in (2021, 2022):
        folder = one.write(third_thursday_of_january(collection), tmp_path / str(collection))
        import_sen2(folder, tmp_path / f"without_{collection}", threshold=5)
        text = (tmp_path / f"without_{collection}" / "fitted.yaml").read_text(encoding="utf-8")
        over = tmp_path / "ci_small.yaml"
        over.write_bytes(CONFIG.read_bytes())
        (tmp_path / "over.yaml").write_text(text.replace("# extends: your_config", "extends: ci_small"))
        fitted = read(tmp_path / "over.yaml").settings("baseline")
        assert fitted.run.start == date(collection, 1, 1)
        assert "requests_per_1000" not in text  # nobody said how many people there are
        import_sen2(folder, tmp_path / f"with_{collection}", base=CONFIG)
        assert read(tmp_path / f"with_{collection}" / "fitted.yaml").settings("baseline") != fitted


def test_the_same_run_gives_the_same_return(small: Run, tmp_path: Path) -> None:
    census = third_thursday_of_january(2022)
    first, second = small.write(census, tmp_path / "first"), small.write(census, tmp_path / "second")
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


def test_a_return_needs_the_whole_year_and_the_events(small: Run, tmp_path: Path) -> None:
    for census in (third_thursday_of_january(2020), third_thursday_of_january(2023)):
        with pytest.raises(InputError, match="needs a run from"):
            small.write(census, tmp_path / "out")
    with pytest.raises(InputError, match="--event-log"):
        Run(small.outcome, tmp_path, 1).write(date(2022, 1, 20), tmp_path / "out")
    with pytest.raises(InputError, match="replication 9"):
        Run(small.outcome, small.folder, 9).write(date(2022, 1, 20), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@dataclass(frozen=True)
class RoundTrip:
    """The returns of the unknown authority, of the model fitted to the first, and of the base alone."""

    sent: list[Defined]
    again: list[list[Defined]]
    unfitted: list[Defined]
    folder: Path

    def agreement(self, others: list[list[Defined]]) -> list[Compared]:
        return compare_definitions(self.sent, others)


@pytest.fixture(scope="module")
def round_trip(tmp_path_factory: pytest.TempPathFactory) -> RoundTrip:
    folder = tmp_path_factory.mktemp("round_trip")
    base, unknown = steady(folder), another(folder)
    census, later = (third_thursday_of_january(year) for year in (BASE_YEAR, BASE_YEAR + 1))
    sent = run(read(unknown), 1, folder / "run").table(census, folder / "return")
    import_sen2(folder / "return", folder / "imported", base=base)
    fitted = read(folder / "imported" / "fitted.yaml", [ONE_MORE_YEAR])
    plain = read(base, [ONE_MORE_YEAR, f"run.start={BASE_YEAR}-01-01"])
    again = [
        run(fitted, each, folder / f"run_{each}").table(later, folder / f"return_{each}")
        for each in range(1, REPLICATIONS + 1)
    ]
    unfitted = run(plain, 1, folder / "run_plain").table(later, folder / "return_plain")
    return RoundTrip(sent, again, unfitted, folder)


def test_the_model_fitted_to_a_return_sends_a_return_that_says_the_same(round_trip: RoundTrip) -> None:
    lines = round_trip.agreement(round_trip.again)
    assert len(lines) > 40
    assert all(each.agrees for each in lines), comparison_in_words(lines)


def test_the_model_that_was_not_fitted_sends_one_that_differs(round_trip: RoundTrip) -> None:
    differ = {each.series for each in round_trip.agreement([round_trip.unfitted]) if not each.agrees}
    assert {"transfers_in", "plans_issued", "left_transfer"} <= differ, differ


def test_the_fitted_opening_caseload_is_that_of_the_return(round_trip: RoundTrip) -> None:
    settings = read(round_trip.folder / "imported" / "fitted.yaml").settings("baseline")
    plans, sent = settings.opening.plans, by_series(round_trip.sent)
    assert sum(plans.by_age) == sum(plans.by_need.values()) == sum(plans.by_setting.values()) == sent["plans"]
    assert plans.by_need == by_group(round_trip.sent, "plans", "need")
    by_setting = by_group(round_trip.sent, "plans", "setting")
    assert {name: plans.by_setting[name] for name in by_setting} == by_setting
    assert settings.run.start == date(BASE_YEAR, 1, 1)


def test_what_was_fitted_is_what_was_there(round_trip: RoundTrip) -> None:
    with open(round_trip.folder / "imported" / "fitted.csv", encoding="utf-8") as file:
        rows = {(row["parameter"], row["group"]): row for row in csv.DictReader(file)}
    for key, truth in (
        (("refuse_to_assess", "all"), 0.32),
        (("refuse_to_issue", "all"), 0.12),
        (("exception", "all"), 0.20),
        (("outside_timeliness", "all"), 0.12),
        (("source_share", "source=parent"), 0.65),
        (("transfers_in_per_year", "all"), 40.0),
        (("left_transfer_per_year", "all"), -math.log(1 - 0.05)),
    ):
        row = rows[key]
        events, n, years = (float(row[name] or 0) for name in ("events", "n", "exposure_years"))
        chance = (
            poisson_chance(events, truth * years) if years else binomtest(int(events), int(n), truth).pvalue
        )
        assert chance > 0.001, (key, row)


def poisson_chance(events: float, mean: float) -> float:
    """How likely a count as far from its mean as this one is."""
    return 2 * min(poisson.cdf(events, mean), poisson.sf(events - 1, mean))


def test_an_export_holds_the_return_of_every_whole_year_of_the_run(small: Run, tmp_path: Path) -> None:
    told = export_return(small.folder, tmp_path / "out")
    assert (
        sorted(path.name for path in (tmp_path / "out").iterdir()) == ["2021", "2022"] == list(told["rows"])
    )
    direct = small.write(third_thursday_of_january(2022), tmp_path / "direct")
    for path in direct.iterdir():
        assert (tmp_path / "out" / "2022" / path.name).read_bytes() == path.read_bytes()
    assert "2022: sen2 1, person" in in_words(told)
    with pytest.raises(InputError, match="already exists"):
        export_return(small.folder, tmp_path / "out")
