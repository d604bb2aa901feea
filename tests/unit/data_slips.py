"""The smallest right files of each importer, and slips in them: one text put in the place of another."""

from __future__ import annotations

import re
from typing import NamedTuple

ESTABLISHMENT = """\
post_number,pool,fte,start_date,end_date,vacant,agency,cost_per_fte_year,as_at,complete_from
P1,ep,1.0,2018-09-01,,no,no,"62,000",2024-09-01,2024-01-01
P2,ep,0.6,2020-01-06,,no,no,"60,000",2024-09-01,2024-01-01
P3,ep,0.5,2021-09-01,,yes,no,,2024-09-01,2024-01-01
"""
TIME_DIARY = """\
stage,pool,hours,case_type
advice,ep,14,usual
advice,ep,16,usual
advice,ep,18,usual
advice,ep,17,usual
advice,ep,20,usual
"""
SCHOOL_PLACES = """\
urn,school,setting,ages,places,over_number,from,until
100001,Northfield School,state_special,2 to 18,72,4,2019-09-01,
100002,Southbank School,ap,11 to 16,40,2,2019-09-01,
"""
CONTRACTS = """\
setting,provider,kind,places,price_per_place_year,from,until
inmss,Provider A,block,8,"£50,000",2020-01-01,2022-08-31
inmss,Provider B,spot,6,"£60,000",2020-01-01,
"""
SECTION_251 = """\
authority,financial_year,basis,line,phase,gross,income,net,children
Smallshire,2021-22,outturn,1.2.1,special,"600,000",0,"600,000",50
Smallshire,2021-22,outturn,1.2.3,,"900,000","150,000","750,000",15
"""
CASELOAD = """\
time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,new_la_code,la_name,\
characteristic_age,Total_all
2021,Calendar year,Local authority,E92000001,England,E12000006,East,E10000003,Cambridgeshire,Total,30
2021,Calendar year,Local authority,E92000001,England,E12000006,East,E10000003,Cambridgeshire,Under 5,10
2021,Calendar year,Local authority,E92000001,England,E12000006,East,E10000003,Cambridgeshire,Age 5 to 10,20
"""
PEOPLE = """\
la_code,la,year,kind,age,population
E10000003,Cambridgeshire,2020,estimate,0,6385
E10000003,Cambridgeshire,2020,estimate,1,6571
"""
TRANSITIONS = """\
calendar-year,setting-1,need-1,academic-year-1,setting-2,need-2,academic-year-2
2023,NONSEND,NONSEND,0,MAIN,ASD,1
2023,MAIN,ASD,0,MAIN,ASD,1
"""
WITAN_PEOPLE = """\
calendar-year,academic-year,population
2023,0,600
2023,1,610
"""
COSTS = """\
need,setting,cost
ASD,MAIN,"8,000"
"""
STATES = """\
setting,setting-group,min-academic-year,max-academic-year,needs,setting->setting
MAIN,Mainstream,0,14,ASD,MAIN
"""
CASE_LOG = """\
Case ref,Asked,Decided,Plan
C1,2023-01-09,2023-02-10,2023-05-30
C2,2023-03-01,2023-04-05,
"""
CASE_MAP = """\
layout: milestones
case: Case ref
milestones: {Asked: requested, Decided: agreed_to_assess, Plan: plan_issued}
extract_date: 2023-12-31
"""
PERSON = """\
persontableid,personbirthdate
1,2014-05-06
2,2016-02-29
"""
REQUESTS = """\
requeststableid,persontableid,receiveddate,requestoutcomedate,requestoutcome
11,1,2024-01-15,2024-02-20,Y
12,2,2024-03-04,2024-04-10,N
"""
ASSESSMENT = """\
assessmenttableid,requeststableid,assessmentoutcomedate,assessmentoutcome
21,11,2024-05-01,Y
"""
NAMED_PLAN = """\
namedplantableid,assessmenttableid,startdate,ceasedate
31,21,2024-06-03,
"""
ACTIVE_PLANS = """\
activeplanstableid,requeststableid,reviewmeeting
41,11,
"""
NEEDS = """\
senneedtableid,activeplanstableid,sentype,sentyperank
51,41,ASD,1
"""
GOOD: dict[str, dict[str, str]] = {
    "establishment": {"establishment.csv": ESTABLISHMENT},
    "time_diary": {"time_diary.csv": TIME_DIARY},
    "school_places": {"school_places.csv": SCHOOL_PLACES},
    "contracts": {"contracts.csv": CONTRACTS},
    "section_251": {"section_251.csv": SECTION_251},
    "dfe": {"sen2_age_caseload.csv": CASELOAD},
    "population": {"people.csv": PEOPLE},
    "witan": {
        "transitions.csv": TRANSITIONS,
        "population.csv": WITAN_PEOPLE,
        "costs.csv": COSTS,
        "valid-states.csv": STATES,
    },
    "case log": {"log.csv": CASE_LOG, "map.yaml": CASE_MAP},
    "sen2": {
        "person.csv": PERSON,
        "requests.csv": REQUESTS,
        "assessment.csv": ASSESSMENT,
        "namedplan.csv": NAMED_PLAN,
        "activeplans.csv": ACTIVE_PLANS,
        "senneed.csv": NEEDS,
    },
}
"""The files of each importer by name."""
ESCAPED = {"n": "\n", "t": "\t", "0": "\0", "\\": "\\"}
WHERE = re.compile(r"    ([\w ]+)(?:/(\S+))?: ?(.*?) => ?(.*)")


class Slip(NamedTuple):
    """What is wrong, in which importer's file, and every fault that must be told."""

    what: str
    importer: str
    right: str
    """The text of the good file that is replaced; none where the whole file is."""
    wrong: bytes
    faults: tuple[str, ...]
    file: str = ""
    """Where it is not the importer's first."""

    def files(self) -> dict[str, bytes]:
        """The importer's files with the slip in one of them."""
        files = {name: text.encode() for name, text in GOOD[self.importer].items()}
        name = self.file or next(iter(files))
        right = self.right.encode()
        assert not right or files[name].count(right) == 1, f"{self.what}: {self.right!r} is not there once"
        files[name] = files[name].replace(right, self.wrong) if right else self.wrong
        return files


def slips_in(text: str) -> list[Slip]:
    """The slips of a text: what is wrong, where and how, and the faults, as `bad_data_files.py` says."""
    blocks = [block.splitlines() for block in text.split("\n\n")]
    return [_slip(*block) for lines in blocks if (block := [each for each in lines if each[:1] not in "#"])]


def _slip(what: str, where: str, *told: str) -> Slip:
    match = WHERE.fullmatch(where)
    assert match is not None, where
    importer, file, right, wrong = match.groups()
    faults: list[str] = []
    for line in told:
        if line.startswith("        "):
            faults[-1] += f" {line.strip()}"
        else:
            faults.append(line.strip())
    named = file or next(iter(GOOD[importer]))
    whole = (fault if "." in fault.partition(":")[0] else f"{named}:{fault}" for fault in faults)
    wrong_bytes = _unescaped(wrong).encode()
    return Slip(what, importer, _unescaped(right), wrong_bytes, tuple(map(_unescaped, whole)), file or "")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: ESCAPED[match[1]], text)
