"""Slips in published statistics, population tables, case logs, Witan's files and SEN2 returns.

Written as in `bad_data_files.py`.
"""

from __future__ import annotations

from unit.data_slips import slips_in

TEXT = r"""
# Published statistics

plans as a share
    dfe: Under 5,10 => Under 5,10.5
    3:Total_all: '10.5', must be a whole number of children

fewer than no plans
    dfe: Under 5,10 => Under 5,-10
    3:Total_all: '-10', must be between 0 and 20,000,000 children

a new sign for a missing figure
    dfe: Under 5,10 => Under 5,?
    3:Total_all: '?', must be a number

an authority by its old number
    dfe: E10000003,Cambridgeshire,Under 5 => 873,Cambridgeshire,Under 5
    3:new_la_code: '873', must be a code such as E10000003

an authority called NA
    dfe: E10000003,Cambridgeshire,Under 5 => NA,Cambridgeshire,Under 5
    3:new_la_code: 'NA', must be a code such as E10000003

a year that Excel made a number of
    dfe: Total_all\n2021, => Total_all\n2021.0,
    2:time_period: '2021.0', must be a calendar year such as 2021, or an academic year such as 202425

a calendar year for an academic one
    dfe: Total_all\n2021,Calendar => Total_all\n2021,Academic
    2:time_period: '2021', must be a calendar year such as 2021, or an academic year such as 202425

a row of statistics that is there twice
    dfe: Age 5 to 10,20 => Under 5,20
    4:time_period: 'Under 5' of the same place and period as row 3, must be there once

a table without its figures
    dfe: Total_all => Total
    1:Total_all: missing column, must be there

a table without its ages
    dfe: characteristic_age => age_group
    1:characteristic_age: missing column, must be there

no table of SEN2 at all
    dfe:  => a,b\n1,2\n
    1:geographic_level: missing column, must be there
    1:characteristic_age: missing column, must be there

# People

a district's code
    population: 2020,estimate,1,6571\n => 2020,estimate,1,6571\nE07000008,Cambridge,2020,estimate,0,1400\n
    4:la_code: 'E07000008', must be the code of an authority, region or England such as E10000003

a blank for no people
    population: 1,6571 => 1,
    3:population: '', must not be blank

people hidden by a sign
    population: 1,6571 => 1,*
    3:population: '*', a sign for a missing figure, must be a number; leave the row out if it is not
        known

fewer than no people
    population: 1,6571 => 1,-6571
    3:population: '-6571', must be between 0 and 100,000,000 people

ages in a band
    population: estimate,1, => estimate,1 to 4,
    3:age: '1 to 4', must be a single year of age such as 7, or 0-17

a total of ages among estimates
    population: estimate,1, => estimate,0-17,
    3:age: '0-17', a total of ages 0-17 is of the kind estimate_0_17, and nothing else is

people of one age twice
    population: estimate,1, => estimate,0,
    3:age: '0', the same place, year, kind and age twice

another kind of figure
    population: estimate,1, => forecast,1,
    3:kind: 'forecast', must be one of estimate, estimate_0_17, projection

# Case logs

a log without a column of its map
    case log: Case ref,Asked,Decided => Case ref,Asked,Decision
    1:Decided: missing column, the column map names it

a log with dates of birth
    case log: Case ref,Asked,Decided,Plan => Case ref,Asked,Decided,DOB
    1:DOB: holds a date of birth, must not be in the file: take the column out
    1:Plan: missing column, the column map names it

a step after the extract
    case log: 2023-05-30 => 2024-05-30
    2:Plan: '2024-05-30', must not be after the extract_date, 2023-12-31

a case on two rows
    case log: C2, => C1,
    3:Case ref: the case of row 2, must have one row

a case without a reference
    case log: C2, => ,
    3:Case ref: a personal value, not shown, must not be blank

a step on an Excel day number
    case log: 2023-05-30 => 45076
    2:Plan: '45076', an Excel day number (perhaps 2023-05-30, or 2027-05-31 in a workbook of a
        Macintosh); format the column as a date, then save again

a step on a day that is not
    case log: 2023-05-30 => 31/06/2023
    2:Plan: '31/06/2023', must be a date such as 2024-09-30 or, day first, 30/09/2024

a step that our steps do not have
    case log/map.yaml: agreed_to_assess => agreed
    3:Decided: 'agreed', must be one of requested, assessment_reinstated, agreed_to_assess,
        refused_to_assess, advice_complete, agreed_to_issue, refused_to_issue, draft_sent, plan_issued,
        withdrawn; did you mean 'agreed_to_issue'?

a map in broken YAML
    case log/map.yaml: plan_issued} => plan_issued
    4:: expected ',' or '}', but got ':', must be well-formed YAML

# Files of witan.send

columns in another order
    witan/costs.csv: need,setting,cost => setting,need,cost
    1:: the header is setting,need,cost, must be need,setting,cost

a pair without a cost
    witan/costs.csv: ASD,MAIN,"8,000" => SEMH,MAIN,"8,000"
    2:need: 'SEMH', must be in valid-states.csv
    0:cost: no cost for need ASD in setting MAIN, every pair in transitions.csv must have one

a blank cost
    witan/costs.csv: "8,000" =>
    2:cost: '', must not be blank

a cost twice
    witan/costs.csv: ASD,MAIN,"8,000"\n => ASD,MAIN,"8,000"\nASD,MAIN,"9,000"\n
    3:setting: ASD, MAIN is on row 2 already, must be once

a school year without people
    witan/population.csv: 2023,1,610\n =>
    0:population: no row for calendar-year 2023 and academic-year 1, must be there

a child who does not grow older
    witan: MAIN,ASD,0,MAIN,ASD,1 => MAIN,ASD,0,MAIN,ASD,0
    3:academic-year-2: 0, must be academic-year-1 + 1, 1

a setting that is not valid
    witan: MAIN,ASD,0,MAIN,ASD,1 => MAIN,ASD,0,SPEC,ASD,1
    3:setting-2: 'SPEC', must be in valid-states.csv
    costs.csv:0:cost: no cost for need ASD in setting SPEC, every pair in transitions.csv must have one

a need without a setting
    witan: MAIN,ASD,0,MAIN,ASD,1 => MAIN,ASD,0,NONSEND,ASD,1
    3:setting-2: NONSEND in one of setting-2 and need-2, must be in both or neither

# The SEN2 return

a decision before its request
    sen2/requests.csv: 2024-02-20,Y => 2023-02-20,Y
    2:requestoutcomedate: before the request was received

a plan before the decision to issue it
    sen2/namedplan.csv: 2024-06-03 => 2024-04-03
    2:startdate: before the decision on the assessment

a review before its plan
    sen2/activeplans.csv: 41,11, => 41,11,2024-05-03
    2:reviewmeeting: before the plan began

a request after the census
    sen2/requests.csv: 2024-03-04,2024-04-10 => 2025-03-04,2025-04-10
    3:receiveddate: after the census date, 2025-01-16
    3:requestoutcomedate: after the census date, 2025-01-16

a child who is there twice
    sen2: 2,2016-02-29 => 1,2014-05-06
    3:persontableid: the same key as row 2, must be there once
    requests.csv:3:persontableid: no such row in the table above, must be a key of it

a child with two dates of birth
    sen2: 2,2016-02-29\n => 1,2013-05-06\n
    3:persontableid: the same key as row 2, must be there once
    requests.csv:3:persontableid: no such row in the table above, must be a key of it

a birthday on no day
    sen2: 2016-02-29 => 2015-02-29
    3:personbirthdate: must be a date such as 2022-Sep-28, 2022-09-28 or, day first, 28/09/2022

a child born after the year
    sen2: 2016-02-29 => 2030-02-28
    3:personbirthdate: must be the birth date of somebody aged 0 to 25

somebody of 40
    sen2: 2014-05-06 => 1984-05-06
    2:personbirthdate: must be a date from 1990 on

a request of no child
    sen2/requests.csv: 12,2, => 12,3,
    3:persontableid: no such row in the table above, must be a key of it

a need that no list has
    sen2/senneed.csv: ASD => AUT
    2:sentype: an unknown code, not shown, in 1 row; known: ASD, SEMH, SLCN, MLD, SLD, PMLD, SPLD, PD,
        HI, VI, MSI, OTH, BESD, DS, NSA

an outcome without its date
    sen2/requests.csv: 2024-02-20,Y => ,Y
    2:requestoutcomedate: blank, an outcome must have its date

a return without its plans
    sen2/namedplan.csv: startdate => begins
    1:startdate: missing column (or 'EHC Plan Start Date'); row 1 must hold the headings

a date of another form, not shown
    sen2/requests.csv: 2024-03-04 => 4 March
    3:receiveddate: must be a date such as 2022-Sep-28, 2022-09-28 or, day first, 28/09/2022
"""
SLIPS = slips_in(TEXT)
