"""A person-level return put together by hand: rows of its tables, and the files they make."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

from experiments.evidence.returns.dialects import MODULES

CENSUS = "2025-01-16"


class HandReturn:
    """The tables of a collection of 2025 (activity of 2024); keys are made as rows are added."""

    def __init__(self, year: int | None = 2025) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.more: dict[str, list[str]] = defaultdict(list)
        """Columns of a table beyond those that are read."""
        self.without: set[str] = set()
        """Columns that the files do not have."""
        if year:
            self.tables["sen2"].append({"year": year, "referencedate": CENSUS})

    def add(self, table: str, **values: Any) -> str:
        """Add a row and give its key."""
        key = f"{table}-{len(self.tables[table]) + 1}"
        self.tables[table].append({MODULES[table].key.name: key, **values})
        return key

    def request(self, born: str = "2015-05-01", person: dict[str, Any] | None = None, **values: Any) -> str:
        """A person with a request."""
        who = self.add("person", personbirthdate=born, **(person or {}))
        return self.add("requests", persontableid=who, **values)

    def plan(
        self,
        born: str = "2015-05-01",
        received: str = "2024-01-01",
        decided: str = "2024-02-01",
        assessed: str = "2024-04-01",
        began: str = "2024-05-01",
        ceased: str = "",
        reason: str = "",
        week20: str = "N",
        setting: str = "EYP",
        need: str = "ASD",
        source: str = "2",
        person: dict[str, Any] | None = None,
        **active: Any,
    ) -> str:
        """A plan that began here; without a day of ceasing it is in force at the census."""
        request = self.request(
            born,
            person,
            receiveddate=received,
            requestoutcome="Y",
            requestoutcomedate=decided,
            requestsource=source,
        )
        assessment = self.add(
            "assessment",
            requeststableid=request,
            assessmentoutcome="Y",
            assessmentoutcomedate=assessed,
            week20=week20,
        )
        plan = self.add(
            "namedplan", assessmenttableid=assessment, startdate=began, ceasedate=ceased, ceasereason=reason
        )
        self.add("plandetail", namedplantableid=plan, sensetting=setting, placementrank=1)
        if not ceased:
            self.in_force(request, began, setting, need, **active)
        return request

    def old_plan(self, born: str = "2015-05-01", ceased: str = "", reason: str = "", **active: Any) -> str:
        """A plan from before the year."""
        request = self.request(born, requestoutcome="H")
        assessment = self.add("assessment", requeststableid=request, assessmentoutcome="H")
        self.add(
            "namedplan",
            assessmenttableid=assessment,
            startdate="2020-03-01",
            ceasedate=ceased,
            ceasereason=reason,
        )
        if not ceased:
            self.in_force(request, "2020-03-01", **{"setting": "EYP", "need": "ASD", **active})
        return request

    def in_force(self, request: str, entered: str, setting: str, need: str, **active: Any) -> None:
        """The plan among those active at the census."""
        key = self.add("activeplans", requeststableid=request, **active)
        self.add(
            "placementdetail", activeplanstableid=key, sensetting=setting, placementrank=1, entrydate=entered
        )
        self.add("senneed", activeplanstableid=key, sentype=need, sentyperank=1)

    def write(self, folder: Path, prefix: str = "") -> Path:
        """The files of the return; tables without rows have headings only."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, module in MODULES.items():
            if name == "sen2" and not self.tables[name]:
                continue
            columns = [each.name for each in module.fields if each.name not in self.without]
            with open(folder / f"{prefix}{name}.csv", "w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, [*columns, *self.more[name]], extrasaction="ignore", restval="")
                writer.writeheader()
                writer.writerows(self.tables[name])
        return folder
