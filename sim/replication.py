"""One replication, from settings to small tables: what a worker runs.

The log is reduced where it was made and dropped unless asked for, so that a worker hands back a
few thousand rows and not a million.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass

from sim.audit.audit import audit
from sim.event_log import EventLog
from sim.measures.measures import yearly_and_monthly
from sim.model import Model
from sim.money.account import reckon_account
from sim.money.ledger import reckon
from sim.settings import Settings


@dataclass(slots=True)
class Outcome:
    """What one replication found: tidy rows, the audit's violations by family, perhaps the log.

    `yearly` rows are (calendar, period, measure, group, value) and `monthly` rows are
    (month, measure, group, value).
    """

    yearly: list[tuple[str, str, str, str, float]]
    monthly: list[tuple[str, str, str, float]]
    audit: dict[str, int]
    log: EventLog | None = None


def replicate(settings: Settings, replication: int, keep_log: bool = False) -> Outcome:
    """Run one replication of one scenario and one parameter draw, and measure it."""
    log = Model(settings, replication).run()
    # The model is a web of references; its memory is wanted for measuring the log.
    gc.collect()
    ledger = reckon(log, settings)
    account = reckon_account(ledger, settings, replication)
    yearly, monthly = yearly_and_monthly(log, settings, ledger, account)
    violations = audit(log, settings, ledger, account)
    return Outcome(yearly, monthly, violations, log if keep_log else None)
