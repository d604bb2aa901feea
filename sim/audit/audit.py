"""Does the log hold together? Violations counted by family; all must be 0 in every run.

Children in are children out and children inside; pounds by child are pounds by line; hours used
are no more than hours there; dates come in their legal order. Each is reckoned afresh from the
log, apart from the measures (except where their own reading is what is checked), and each has a
planted fault in the tests that turns it red.
"""

from __future__ import annotations

from sim.audit.account import audit_account
from sim.audit.children import audit_children, strangers
from sim.audit.clock import audit_clock
from sim.audit.evidence import Evidence
from sim.audit.hours import audit_hours
from sim.audit.money import audit_money
from sim.event_log import EventLog
from sim.money.account import HighNeeds
from sim.money.ledger import Ledger
from sim.settings import Settings


def audit(
    log: EventLog, settings: Settings, ledger: Ledger, account: HighNeeds | None = None
) -> dict[str, int]:
    """The number of violations by family."""
    evidence = Evidence(log)
    if stray := strangers(evidence):
        # Rows of children that are not described leave nothing else to be looked at.
        return {"children": stray, "money": 0, "hours": 0, "clock": 0}
    return {
        "children": audit_children(evidence, settings),
        "money": audit_money(evidence, settings, ledger) + audit_account(settings, ledger, account),
        "hours": audit_hours(evidence, settings),
        "clock": audit_clock(evidence, settings),
    }
