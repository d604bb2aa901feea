"""Common random numbers: what one scenario changes, it changes for nobody else."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from histories import History
from quiet_authority import quiet_config, with_requests
from small_settings import small_config, task

from sim import event_log as events
from sim.config.documents import read
from sim.config.interventions import apply
from sim.model import Model
from sim.settings import Change, Settings

ROOT = Path(__file__).resolve().parents[2]
MILESTONES = (*events.STAGE_OPENED_BY, *events.CASE_CLOSED_BY, events.ADVICE_RECEIVED, events.PLACED)


class Run:
    """A finished replication, its children known by their keys."""

    def __init__(self, config: dict, replication: int = 1) -> None:
        self.settings = Settings.model_validate(config)
        self.model = Model(self.settings, replication)
        self.log = self.model.run()
        self.children = {child.key: child for child in self.model.la.children}

    def requested(self) -> dict[int, int]:
        return {key: child.requested for key, child in self.children.items()}

    def facts(self) -> dict[int, tuple]:
        """What luck alone decides about each child."""
        columns = self.log.children
        return {
            key: (child.need, child.cohort, child.source, child.complexity, columns["district"][child.number])
            for key, child in self.children.items()
        }

    def luck(self, keys: set[int]) -> dict[int, tuple[float, ...]]:
        """The children's own draws, for a few purposes and occasions."""
        draws = [
            self.model.luck.purpose(name) for name in ("decision.assess", "review.outcome", "leaving.died")
        ]
        return {key: tuple(draw(key, n) for draw in draws for n in range(3)) for key in keys}

    def milestones(self, keys: set[int]) -> dict[int, list[tuple[int, str, str]]]:
        """Every step of these children's cases, with its minute."""
        keys_of = {self.children[key].number: key for key in keys}
        found: dict[int, list[tuple[int, str, str]]] = {key: [] for key in keys}
        for entry in History(self.log).of(*MILESTONES):
            if entry.child in keys_of:
                found[keys_of[entry.child]].append((entry.minute, entry.event, entry.stage))
        return {key: sorted(steps) for key, steps in found.items()}

    def rows(self, before: int = 2**31, pools: bool = True) -> list[tuple]:
        """The log in words, which the numbering of codes cannot touch."""
        return [
            (minute, child, *vars_of(self.log.codes[code]), value)
            for minute, child, code, value in self.log.rows().tolist()
            if minute < before and (pools or child != events.NOBODY)
        ]


def vars_of(code: events.Code) -> tuple[str, str, str, str]:
    return code.event, code.stage, code.resource, code.unit


def plenty_of_staff() -> dict:
    """Nobody waits for staff, and it does not matter who of them does the work."""
    config = quiet_config(start=date(2020, 1, 1))
    with_requests(config, 80)
    for pool in config["staff_pools"].values():
        pool["leave_days_per_year"] = 0
    config["demand"] |= {"complexity_cv": 0.5}
    config["decisions"] |= {"refuse_to_assess": 0.25, "refuse_to_issue": 0.1, "withdraw_per_year": 0.2}
    config["advice"]["ep"]["cv"] = config["advice"]["school"]["delay"]["cv"] = 0.5
    return config


def assert_nobody_moved(before: Run, after: Run, how_many: int) -> None:
    """Children in both runs ask on the same day, have the same luck and meet the same dates."""
    both = before.children.keys() & after.children.keys()
    assert len(both) >= how_many
    assert {key: before.requested()[key] for key in both} == {key: after.requested()[key] for key in both}
    assert {key: before.facts()[key] for key in both} == {key: after.facts()[key] for key in both}
    assert before.luck(both) == after.luck(both)
    assert before.milestones(both) == after.milestones(both)


def test_one_more_child_moves_nobody() -> None:
    more = plenty_of_staff()
    more["opening"]["cases"] = [{"stage": "advice", "weeks": [6, 7], "count": 1}]
    plain, with_one = Run(plenty_of_staff()), Run(more)
    assert len(with_one.children) == len(plain.children) + 1
    assert_nobody_moved(plain, with_one, how_many=len(plain.children))


def test_a_changed_rate_moves_nobody_who_comes_at_both_rates() -> None:
    faster = plenty_of_staff()
    faster["demand"]["request_rate_multiplier"] = {date(2020, 1, 1): 1.0, date(2020, 6, 1): 1.4}
    plain, more = Run(plenty_of_staff()), Run(faster)
    assert plain.children.keys() < more.children.keys()
    assert_nobody_moved(plain, more, how_many=len(plain.children))


def test_a_changed_need_moves_nobody_of_another() -> None:
    config = plenty_of_staff()
    config["needs"]["SEMH"] = {"growth_per_year": 0.4, "volatility": 0.3}
    plain, changed = Run(plenty_of_staff()), Run(config)
    asd = [{key for key, child in run.children.items() if child.need == "ASD"} for run in (plain, changed)]
    assert asd[0] == asd[1]
    assert_nobody_moved(plain, changed, how_many=len(asd[0]))


def test_a_harsher_panel_refuses_more_and_changes_no_date_of_the_others() -> None:
    config = plenty_of_staff()
    config["decisions"]["refuse_to_assess"] = 0.5
    plain, harsher = (run.milestones(set(run.children)) for run in (Run(plenty_of_staff()), Run(config)))
    refused = [
        {key for key, steps in run.items() if any(event == events.REFUSED for _, event, _ in steps)}
        for run in (plain, harsher)
    ]
    assert refused[0] < refused[1]
    assert all(plain[key] == harsher[key] for key in plain.keys() - (refused[1] - refused[0]))


def test_one_more_uncertain_number_changes_no_other_number_of_a_parameter_draw() -> None:
    path = ROOT / "configs" / "ci_small.yaml"
    plain = read(path)
    more = read(path, ["decisions.withdraw_per_year={value: 0.04, low: 0.01, high: 0.07}"])
    assert more.ranges.keys() - plain.ranges.keys() == {"decisions.withdraw_per_year"}
    for draw in (1, 2):
        drawn, again = plain.settings(draw=draw), more.settings(draw=draw)
        assert drawn.decisions.withdraw_per_year != again.decisions.withdraw_per_year
        decisions = again.decisions.model_copy(
            update={"withdraw_per_year": drawn.decisions.withdraw_per_year}
        )
        assert again.model_copy(update={"decisions": decisions}) == drawn


NOTHING = [
    {
        "path": "staff_pools.ep.fte",
        "operation": "add",
        "value": 0,
        "from": date(2020, 7, 1),
        "ramp": "26 weeks",
    },
    {"path": "demand.request_rate_multiplier", "operation": "multiply", "value": 1, "from": date(2020, 3, 1)},
    {"path": "settings.special.places", "operation": "set", "value": 60, "from": date(2021, 1, 1)},
    {"path": "panels.assess.cases", "operation": "add", "value": 0},
]


@pytest.mark.parametrize("change", NOTHING, ids=lambda change: change["path"])
def test_an_intervention_that_changes_nothing_gives_the_same_log(change: dict) -> None:
    config = small_config()
    apply(config, Change.model_validate(change))
    plain, changed = Run(small_config()), Run(config)
    assert np.array_equal(plain.log.rows(), changed.log.rows())
    assert plain.log.codes == changed.log.codes
    assert plain.log.children == changed.log.children


LATER = date(2021, 7, 1)
EFFECTS = [
    ("staff_pools", "ep", {"fte": {date(2020, 1, 1): 3, LATER: 9}, "agency_fte": 2}),
    ("staff_pools", "ep", {"fte": {date(2020, 1, 1): 3, LATER: 0}, "agency_fte": 2}),
    ("staff_pools", "review_officer", {"fte": {date(2020, 1, 1): 1, LATER: 20}}),
    ("staff_pools", "review_officer", {"fte": 1, "agency_fte": {date(2020, 1, 1): 0, LATER: 20}}),
    ("staff_pools", "casework_officer", {"fte": {date(2020, 1, 1): 4, LATER: 4.5}}),
    ("panels", "assess", {"cases": {date(2020, 1, 1): 3, LATER: 30}}),
    ("settings", "special", {"places": {date(2020, 1, 1): 58, LATER: 90}}),
]


def until_later(value: object) -> object:
    return next(iter(value.values())) if isinstance(value, dict) else value


@pytest.mark.parametrize(("section", "name", "change"), EFFECTS)
def test_a_dated_change_has_no_effect_before_its_date(section: str, name: str, change: dict) -> None:
    plain, changed = small_config(), small_config()
    for config in (plain, changed):
        config["staff_pools"]["review_officer"]["fte"] = 1
    plain[section][name] |= {key: until_later(value) for key, value in change.items()}
    changed[section][name] |= change
    before = (LATER - date(2020, 1, 1)).days * 1440
    ours, theirs = Run(plain), Run(changed)
    assert ours.rows(before) == theirs.rows(before)
    assert ours.rows() != theirs.rows()


def test_a_pool_and_a_setting_nobody_uses_change_nothing() -> None:
    config = small_config()
    config["staff_pools"] = {"reader": {"fte": 2, "cost_per_fte_year": 1}, **config["staff_pools"]}
    config["settings"] = {
        "academy": {"label": "Academy", "price_per_child_year": 1, "places": 9},
        **config["settings"],
    }
    config["panels"] = {"moves": {"weekday": "friday", "cases": 2}, **config["panels"]}
    assert Run(config).rows(pools=False) == Run(small_config()).rows(pools=False)


def test_a_task_that_no_case_needs_changes_nothing() -> None:
    config = small_config()
    config["stages"]["draft_plan"].append({**task("business_support", 3), "share": 0.0, "cv": 0.5})
    assert Run(config).rows(pools=False) == Run(small_config()).rows(pools=False)


PROGRAM = """
from hashlib import sha256
from small_settings import small_settings
from sim.model import Model
log = Model(small_settings(), 1).run()
print(sha256(log.rows().tobytes() + repr([log.codes, log.children]).encode()).hexdigest())
"""


def test_another_process_with_another_hash_seed_writes_the_same_log() -> None:
    digests = set()
    for hash_seed in ("0", "12345"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": hash_seed,
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))),
        }
        found = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
        )
        digests.add(found.stdout)
    assert len(digests) == 1
