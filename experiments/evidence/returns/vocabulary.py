"""Names of needs and settings, and where each goes when it is too small or the config has no such name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from experiments.evidence.returns.cases import Return
from experiments.evidence.returns.codes import PRIMARY_NEEDS
from experiments.evidence.returns.establishments import UNKNOWN
from experiments.evidence.vocabulary import SETTINGS

OTHER_NEED = "OTH"
PARENT_OF_SETTING = {
    "resourced_provision": "mainstream",
    "early_years": "mainstream",
    "inmss": "state_special",
    "specialist_post16": "fe",
    "ap": "tuition",
    "home_education": "tuition",
    "tuition": "other",
    "neet": "other",
    UNKNOWN: "other",
}
"""The nearest kind of setting; `other` is the last but one resort, mainstream the last."""


@dataclass(frozen=True)
class Names:
    """The needs and settings that may be used, all of the returns' where no config is named."""

    needs: tuple[str, ...] = PRIMARY_NEEDS
    settings: tuple[str, ...] = SETTINGS
    sources: tuple[str, ...] = field(default=("school", "parent", "other"))

    def need_parents(self) -> dict[str, str]:
        """Each need's parent: OTH, or the first need of a config without it."""
        into = OTHER_NEED if OTHER_NEED in self.needs else self.needs[0]
        return {need: into for need in (*PRIMARY_NEEDS, *self.needs, UNKNOWN) if need != into}

    def setting_parents(self) -> dict[str, str]:
        """Each setting's nearest kind among those that may be used."""
        last = "mainstream" if "mainstream" in self.settings else self.settings[0]
        parents = {}
        for name in (*SETTINGS, *self.settings, UNKNOWN):
            above = PARENT_OF_SETTING.get(name, "other")
            while above not in self.settings and above != "other":
                above = PARENT_OF_SETTING.get(above, "other")
            above = above if above in self.settings else last
            if above != name:
                parents[name] = above
        return parents


def adopt(read: Return, names: Names) -> dict[str, str]:
    """Call every need and setting of the cases by a name that may be used; gives what became what."""
    needs = _renamed(names.needs, names.need_parents())
    settings = _renamed(names.settings, names.setting_parents())
    met: Counter[str] = Counter()
    for case in read.cases:
        for one in (case.need, case.named, *(stay.setting for stay in case.stays)):
            met[one or UNKNOWN] += 1
        if case.active:
            case.need = needs[case.need or UNKNOWN]
        if case.named is not None:
            case.named = settings[case.named]
        for stay in case.stays:
            stay.setting = settings[stay.setting]
    return {old: new for old, new in (needs | settings).items() if old != new and met[old] and old != UNKNOWN}


def _renamed(known: Collection[str], parents: dict[str, str]) -> dict[str, str]:
    return {name: name if name in known else parents[name] for name in (*parents, *known)}
