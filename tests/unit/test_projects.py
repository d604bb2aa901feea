"""What interventions cost in themselves: late, dearer than promised, or advanced by one fund for another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hand_log import HandLog
from small_config import SMALL, faults_of, line_of
from small_settings import small_config

from sim.audit.audit import audit
from sim.config.documents import read
from sim.config.intervention_checks import unbiased
from sim.money.ledger import Ledger, reckon
from sim.settings import Settings

CHANGE = {"path": "staff_pools.ep.fte", "operation": "add", "value": 1, "from": date(2020, 4, 1)}
ADVANCE = {
    "fund": "reserve",
    "one_off": 274_000,
    "from": date(2020, 5, 12),
    "repaid_on": date(2021, 3, 31),
    "repaid_by": "dsg",
}


def settings_of(cost: dict, active: bool = True, **intervention: object) -> Settings:
    config = small_config()
    config["interventions"] = {"project": {"changes": [CHANGE], "cost": [cost], **intervention}}
    config["scenarios"] = {"option": {"interventions": ["project"] if active else []}}
    return Settings.model_validate(config)


def ledger_of(settings: Settings) -> Ledger:
    return reckon(HandLog().build(), settings)


def by_month(pence: np.ndarray) -> dict[int, int]:
    return {month: int(pence[month]) for month in np.flatnonzero(pence)}


def test_a_project_runs_over_by_its_optimism() -> None:
    cost = {"fund": "nhs", "one_off": 1000, "per_year": 3652.5, "until": date(2020, 4, 11)}
    line = ledger_of(settings_of(cost, optimism_bias=0.2)).by_line()["interventions"]
    assert by_month(line) == {3: 120_000 + 10 * 1200}


@pytest.mark.parametrize(
    "slips, month",
    [({}, 3), ({"slip": "3 months"}, 6), ({"own": "2 weeks"}, 3), ({"slip": "2 weeks", "own": "3 weeks"}, 4)],
)
def test_a_cost_without_a_date_slips_with_the_first_change(slips: dict, month: int) -> None:
    change = {**CHANGE, **({"slip": slips["own"]} if "own" in slips else {})}
    whole = {"slip": slips["slip"]} if "slip" in slips else {}
    for cost, expected in (({}, month), ({"from": date(2020, 6, 1)}, 5)):
        settings = settings_of({"fund": "nhs", "one_off": 10, **cost}, changes=[change], **whole)
        assert by_month(ledger_of(settings).by_line()["interventions"]) == {expected: 1000}


def more(cost: dict, fund: str) -> dict[int, int]:
    """Pence by month that a fund (or `all` of them) pays with a project beyond what it pays without."""
    with_it, without_it = (ledger_of(settings_of(cost, active)) for active in (True, False))
    if fund == "all":
        return by_month(with_it.by_month() - without_it.by_month())
    return by_month(with_it.by_fund()[fund] - without_it.by_fund()[fund])


def test_an_advance_costs_once_and_in_the_end_whoever_repays_it() -> None:
    paid = 27_400_000
    assert more(ADVANCE, "reserve") == {4: paid, 14: -paid}
    assert more(ADVANCE, "dsg") == {14: paid}
    assert more(ADVANCE, "all") == {4: paid}
    lines = ledger_of(settings_of(ADVANCE)).by_line()
    assert (by_month(lines["interventions"]), by_month(lines["advances"])) == ({4: paid}, {})


def test_an_advance_that_is_repaid_after_the_run_is_only_spent_in_it() -> None:
    late = {**ADVANCE, "repaid_on": date(2040, 3, 31)}
    assert more(late, "reserve") == {4: 27_400_000}
    assert more(late, "dsg") == {}


def test_the_reserve_is_told_of_in_every_scenario_of_a_config_that_pays_from_it_and_in_no_other() -> None:
    without = {"fund": "nhs", "one_off": 10}
    for active in (True, False):
        assert list(ledger_of(settings_of(without, active)).by_fund()) == ["dsg", "general_fund", "nhs"]
        assert "advances" not in ledger_of(settings_of(without, active)).by_line()
        funds = ledger_of(settings_of(ADVANCE, active)).by_fund()
        assert list(funds) == ["dsg", "general_fund", "nhs", "reserve"]
        assert "advances" in ledger_of(settings_of(ADVANCE, active)).by_line()


# The audit


def audited(settings: Settings, fault: Callable[[Ledger], Ledger] = lambda ledger: ledger) -> int:
    log = HandLog().build()
    return audit(log, settings, fault(reckon(log, settings)))["money"]


def entries(ledger: Ledger, line: str, fund: str) -> np.ndarray:
    """Which entries are of a line and a fund."""
    wanted = [(account.line, account.fund) == (line, fund) for account in ledger.accounts]
    return np.array(wanted)[ledger.account]


def without(line: str, fund: str) -> Callable[[Ledger], Ledger]:
    def fault(ledger: Ledger) -> Ledger:
        kept = ~entries(ledger, line, fund)
        columns = {name: getattr(ledger, name)[kept] for name in ("account", "month", "pence")}
        return replace(ledger, **columns)

    return fault


def moved(line: str, fund: str, months: int) -> Callable[[Ledger], Ledger]:
    def fault(ledger: Ledger) -> Ledger:
        return replace(ledger, month=ledger.month + months * entries(ledger, line, fund))

    return fault


def all_moved(ledger: Ledger) -> Ledger:
    advances = entries(ledger, "advances", "dsg") | entries(ledger, "advances", "reserve")
    return replace(ledger, month=ledger.month + advances)


def swapped(ledger: Ledger) -> Ledger:
    """The fund that lent the money pays once more, and the other is given what it owes."""
    advances = entries(ledger, "advances", "dsg") | entries(ledger, "advances", "reserve")
    return replace(ledger, pence=np.where(advances, -ledger.pence, ledger.pence))


def money_back(ledger: Ledger) -> Ledger:
    """A line that is no advance gains, and another pays for it."""
    pence = ledger.pence.copy()
    pence[entries(ledger, "interventions", "reserve")] *= -1
    return replace(ledger, pence=pence)


def test_a_sound_advance_passes_the_audit() -> None:
    assert audited(settings_of(ADVANCE, optimism_bias=0.15, slip="5 weeks")) == 0
    assert audited(settings_of({**ADVANCE, "repaid_on": date(2040, 3, 31)})) == 0


@pytest.mark.parametrize(
    "fault",
    [
        without("advances", "dsg"),
        without("advances", "reserve"),
        without("interventions", "reserve"),
        moved("advances", "dsg", 1),
        all_moved,
        swapped,
        money_back,
    ],
)
def test_a_planted_fault_in_an_advance_turns_money_red(fault: Callable[[Ledger], Ledger]) -> None:
    assert audited(settings_of(ADVANCE), fault) > 0


@pytest.mark.parametrize(
    "change", [{"one_off": 274_001}, {"repaid_by": "nhs"}, {"repaid_on": date(2021, 4, 1)}, {"fund": "nhs"}]
)
def test_a_ledger_of_another_advance_turns_money_red(change: dict) -> None:
    log = HandLog().build()
    other = reckon(log, settings_of({**ADVANCE, **change}))
    assert audit(log, settings_of(ADVANCE), other)["money"] > 0


# What is refused, and what is odd

COST = "{fund: general_fund, one_off: 45_000, per_year: 210_000}"


@pytest.fixture
def with_cost(tmp_path: Path) -> Callable[[str], Path]:
    def file(cost: str, text: str = SMALL) -> Path:
        path = tmp_path / "small.yaml"
        path.write_text(text.replace(COST, cost), encoding="utf-8")
        return path

    return file


@pytest.mark.parametrize(
    "cost, key, rule",
    [
        ("one_off: 9, repaid_on: 2021-10-01", "repaid_on", "go together, give repaid_by too"),
        ("one_off: 9, repaid_by: dsg", "repaid_by", "go together, give repaid_on too"),
        ("per_year: 9, repaid_on: 2021-10-01, repaid_by: dsg", "repaid_on", "only a one_off sum is repaid"),
        (
            "one_off: 9, repaid_on: 2021-04-01, repaid_by: dsg",
            "repaid_on",
            "2021-04-01, must be after it is spent, 2021-04-01",
        ),
        (
            "one_off: 9, from: 2021-12-01, repaid_on: 2021-10-01, repaid_by: dsg",
            "repaid_on",
            "2021-10-01, must be after it is spent, 2021-12-01",
        ),
        ("one_off: 9, repaid_on: 2021-10-01, repaid_by: nhs", "repaid_by", "'nhs', must be another fund"),
    ],
)
def test_an_advance_that_makes_no_sense_is_refused(with_cost, cost: str, key: str, rule: str) -> None:
    path = with_cost(f"{{fund: nhs, {cost}}}")
    (told,) = faults_of(path)
    assert told.startswith(f"small.yaml:{line_of(path.read_text(), cost)}:")
    assert f"interventions.recruit_eps.cost.0.{key}: " in told and rule in told


def test_an_advance_repaid_before_a_late_start_is_refused_at_the_end_of_the_range(with_cost) -> None:
    slip = "    slip: {value: 0 weeks, low: 0 weeks, high: 30 weeks}\n    label: Recruit"
    cost = "{fund: nhs, one_off: 9, repaid_on: 2021-10-01, repaid_by: dsg}"
    (told,) = faults_of(with_cost(cost, SMALL.replace("    label: Recruit", slip)))
    assert "cost.0.repaid_on: 2021-10-01, must be after it is spent, 2021-10-28" in told


@pytest.mark.parametrize(
    "cost, told",
    [
        (
            "one_off: 9, from: 2023-01-01",
            "cost.0.from: 2023-01-01, after the end of the run, so it costs nothing",
        ),
        (
            "one_off: 9, repaid_on: 2023-01-01, repaid_by: dsg",
            "cost.0.repaid_on: 2023-01-01, after the end of the run, so the advance is not paid back in it",
        ),
    ],
)
def test_money_that_moves_only_after_the_run_is_told(with_cost, cost: str, told: str) -> None:
    (warning,) = read(with_cost(f"{{fund: nhs, {cost}}}")).warnings
    assert told in str(warning)


def test_an_intervention_with_a_cost_and_no_word_of_optimism_is_told(with_cost) -> None:
    (warning,) = read(with_cost(COST, SMALL.replace("    optimism_bias: 0\n", ""))).warnings
    assert "interventions.recruit_eps: no optimism bias: its effects and costs are taken as promised" in str(
        warning
    )
    assert read(with_cost(COST)).warnings == []
    assert read(with_cost(COST, SMALL.replace("optimism_bias: 0\n", "optimism_bias: 0.2\n"))).warnings == []


def test_promises_taken_at_their_word_are_known_by_name(with_cost) -> None:
    identity = "{path: staff_pools.ep.fte, operation: multiply, value: 1}"
    for old, new, names in (
        ("", "", ["recruit_eps", "earlier_support"]),
        ("optimism_bias: 0\n", "optimism_bias: 0.2\n", ["earlier_support"]),
    ):
        text = SMALL.replace(old, new) if old else SMALL
        assert unbiased(read(with_cost(COST, text)).settings()) == names
    change = "{path: staff_pools.ep.fte, operation: add, value: 3, from: 2021-04-01, ramp: 26 weeks}"
    free = with_cost("{fund: nhs}", SMALL.replace(change, identity))
    assert unbiased(read(free).settings()) == ["earlier_support"]
