"""The family's preference: the setting it asks for, which the plan names unless there is a reason not to.

Sections 38 and 39 of the Act: whoever is sent a draft plan may ask for a setting, and the authority
must name it unless it is unsuitable for the child or incompatible with the efficient education of
others or use of resources. That it is full is no such reason: it must admit the child (section 43).
Where no preferences are given, no luck is drawn: the other tables then say what is named in the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.event_log import PREFERRED
from sim.service.child import Child

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

AGREED, REFUSED = "agreed", "refused"


class Preferences:
    """Which setting each family asks for in place of the authority's choice, and what it is told."""

    def __init__(self, la: LocalAuthority, admits: Callable[[str, int], bool]) -> None:
        self.la = la
        self._admits = admits
        placement = la.settings.placement
        self._luck = la.luck.of_few("setting.preference")
        self._suitability = la.luck.of_few("setting.suitability")
        self._rows = {
            choice: {wanted: la.steps(share) for wanted, share in row.items()}
            for choice, row in placement.preference.items()
        }
        self._refused = la.steps(placement.preference_refused)

    def settle(self, child: Child, choice: str, age: int, occasion: int) -> str:
        """The setting that the plan will name: the authority's choice, or what the family prefers.

        Only settings that take the `age` can be asked for. A preference that is refused stays with
        the child until the next naming, for the family may appeal for that very setting.
        """
        child.preferred = None
        preferred = self._preferred(child, choice, age, occasion)
        if preferred is None:
            return choice
        refused = self._suitability(child, occasion) < self._refused.at(self.la.today)
        answer = REFUSED if refused else AGREED
        self.la.note(PREFERRED, child, stage=answer, resource=preferred)
        if refused:
            child.preferred = preferred
        return choice if refused else preferred

    def _preferred(self, child: Child, choice: str, age: int, occasion: int) -> str | None:
        row = self._rows.get(choice)
        if not row:
            return None
        day, u = self.la.today, self._luck(child, occasion)
        for wanted, share in row.items():
            if self._admits(wanted, age):
                u -= share.at(day)
                if u < 0:
                    return wanted
        return None
