"""Slips in planners' tables: what stands there instead, and what must be told.

Under each slip stands the importer (and its file, if it is not the first) with a text of its good file
and what stands there instead; without such a text the whole file is replaced. Below are all the faults
as `row:column: value seen, rule`, with their file before them where it is another one.
"""

from __future__ import annotations

from unit.data_slips import Slip, slips_in

BYTES = [
    Slip(
        "an empty file",
        "establishment",
        "",
        b"",
        ("establishment.csv:0:: empty, must have a header and rows",),
    ),
    Slip(
        "an Excel workbook called .csv",
        "establishment",
        "",
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00",
        ("establishment.csv:0:: an Excel workbook or zip file, must be a CSV; in Excel, save as CSV UTF-8",),
    ),
    Slip(
        "UTF-16, as Excel's Unicode text",
        "contracts",
        "",
        "setting,provider\n".encode("utf-16"),
        ("contracts.csv:0:: UTF-16 text, must be UTF-8; in Excel, save as CSV UTF-8 (comma delimited)",),
    ),
    Slip(
        "UTF-16 without its mark",
        "contracts",
        "",
        "setting,provider\n".encode("utf-16-le"),
        ("contracts.csv:1:: a NUL byte, must be plain text; the file may be damaged",),
    ),
    Slip(
        "bytes that are no text",
        "school_places",
        "",
        b"urn,school,setting,places,from,until\n1,S\x81d,ap,5,2019-09-01,\n",
        ("school_places.csv:2:: not UTF-8 text, must be UTF-8; in Excel, save as CSV UTF-8",),
    ),
    Slip(
        "a number of endless digits",
        "section_251",
        '"900,000"',
        b"9" * 400,
        (f"section_251.csv:3:gross: '{'9' * 57}...', must be a finite number",),
    ),
]
TEXT = r"""
# The file as a whole

nothing but blank rows
    contracts:  => \n,,\n \n
    0:: empty, must have a header and rows

a header only
    school_places:  => urn,school,setting,places,from,until\n
    1:: a header and no rows, must have at least one row

NUL bytes of a broken disk
    time_diary: advice,ep,18,usual => advice,ep,\0\0,usual
    4:: a NUL byte, must be plain text; the file may be damaged

semicolons
    time_diary:  => stage;pool;hours\nadvice;ep;14,5\n
    1:: 'stage;pool;hours', columns must be separated by commas; in Excel, save as CSV UTF-8 (comma
        delimited)

tabs
    section_251:  => authority\tfinancial_year\nSmallshire\t2021-22\n
    1:: 'authority\\tfinancial_year', columns must be separated by commas; in Excel, save as CSV UTF-8
        (comma delimited)

Excel's own line about the separator
    contracts: setting,provider => sep=,\nsetting,provider
    1:: 'sep=', a line for Excel, must be left out

a title above the header
    establishment: post_number,pool => Staff at 1 September,,,,,,,,,\npost_number,pool
    1:: 'Staff at 1 September', looks like a title; the first row must be the names of the columns

merged cells in the header
    section_251: gross,income,net => gross,,net
    1:column 7: no name, must have one; a merged cell names only its first column

a quotation mark that is not closed
    contracts: "£60,000" => "£60,000
    3:: a quotation mark that is not closed, must be a well-formed CSV row

words after a closing quotation mark
    contracts: "£60,000" => "£60,000" a year
    3:: ',' expected after '"', must be a well-formed CSV row

thousands without quotation marks
    contracts: "£60,000" => £60,000
    3:: 8 fields, must be 7 as in the header

a last line cut short
    establishment: 2021-09-01,,yes,no,,2024-09-01,2024-01-01\n => 2021-0
    4:: 4 fields, must be 10 as in the header

a fault below a line break within a cell
    time_diary: 16,usual\nadvice,ep,18 => 16,"rather\nusual"\nadvice,ep,eighteen
    5:hours: 'eighteen', must be a number

# Columns and rows

a missing column
    establishment: ,agency, => ,
    2:: 10 fields, must be 9 as in the header
    3:: 10 fields, must be 9 as in the header
    4:: 10 fields, must be 9 as in the header

a missing column and its cells
    time_diary:  => stage,hours\nadvice,14\n
    1:pool: missing column, must be there

an unknown column near to a known one
    school_places: over_number => over_numbers
    1:over_numbers: unknown column, did you mean 'over_number'?

an unknown column
    time_diary: case_type => notes
    1:notes: unknown column; known: stage, pool, hours, case_type

a column that is there twice
    contracts: from,until => from,from
    1:from: column 7, a repeated column, must be there once

two headings of one column
    contracts: from,until => from,Start date
    1:Start date: means the same as 'from', must be there once
    1:until: missing column, must be there

a row of totals
    contracts: inmss,Provider B => Total,,,14,"1,100,000",,\ninmss,Provider B
    3:setting: 'Total', a row of totals, must be left out; the rows are added up here

a subtotal
    establishment: P3,ep => Sub-total EPs,,1.6,,,,,,,\nP3,ep
    4:post_number: 'Sub-total EPs', a row of totals, must be left out; the rows are added up here

# Personal columns and values

names of staff
    establishment: post_number => Employee name
    1:Employee name: holds who somebody is, must not be in the file: take the column out
    1:post_number: missing column, must be there

payroll numbers
    establishment: post_number => Payroll No.
    1:Payroll No.: holds the number of a member of staff, must not be in the file: take the column out
    1:post_number: missing column, must be there

case references
    time_diary: case_type => Case ref
    1:Case ref: holds whose case it is, must not be in the file: take the column out

dates of birth
    establishment: start_date, => Date of birth,
    1:Date of birth: holds a date of birth, must not be in the file: take the column out
    1:start_date: missing column, must be there

NHS numbers under a harmless heading
    school_places: 100002,Southbank School => 100002,943 476 5919
    1:school: holds values in the form of NHS numbers, must not be in the file: take the column out
    1:school: missing column, must be there

a National Insurance number for a post
    establishment: P2,ep => QQ123456C,ep
    3:post_number: a personal value, not shown, must be a post number: letters, digits and - / . with at
        least one digit, 20 at most

a name for a post
    establishment: P2,ep => J Quill,ep
    3:post_number: a personal value, not shown, must be a post number: letters, digits and - / . with at
        least one digit, 20 at most

pay in words
    establishment: "60,000" => 60k a year
    3:cost_per_fte_year: a personal value, not shown, must be a number

a case reference as the type of a case
    time_diary: 20,usual => 20,EHC/2024/17
    6:case_type: 'EHC/2024/17', must be a type of case in letters, 30 at most, without numbers or
        references

# Numbers

a decimal comma
    establishment: ep,0.6 => ep,"0,6"
    3:fte: '0,6', must be a number; write 12.5 with a point, not a comma

thousandths that look like thousands
    establishment: ep,0.6 => ep,"0,625"
    3:fte: '0,625', must be a number; write 12.5 with a point, not a comma

hours a week for FTE
    establishment: ep,0.6 => ep,22.2
    3:fte: '22.2', must be between 0.01 and 1 FTE for one post

FTE as a percentage
    establishment: ep,0.6 => ep,60%
    3:fte: '60%', must be a number; write it without the percentage sign

a blank FTE
    establishment: ep,0.6 => ep,
    3:fte: '', must not be blank

FTE of nobody
    establishment: ep,0.6 => ep,0
    3:fte: '0', must be between 0.01 and 1 FTE for one post

a suppressed figure
    establishment: ep,0.6 => ep,c
    3:fte: 'c', a sign for a missing figure, must be a number; leave the row out if it is not known

a figure not collected
    contracts: block,8,"£50,000" => block,8,:
    2:price_per_place_year: ':', a sign for a missing figure, must be a number; leave the row out if it
        is not known

Excel's #N/A
    section_251: "900,000" => #N/A
    3:gross: '#N/A', a sign for a missing figure, must be a number; leave the row out if it is not known

a broken formula
    section_251: "900,000" => #REF!
    3:gross: '#REF!', must be a number

figures rounded to low
    school_places: ,40,2, => ,low,2,
    3:places: 'low', a sign for a missing figure, must be a number; leave the row out if it is not known

minutes for hours
    time_diary: advice,ep,16 => advice,ep,960
    3:hours: '960', must be between 0.05 and 100 hours for one case

a task that took no time
    time_diary: advice,ep,16 => advice,ep,0
    3:hours: '0', must be between 0.05 and 100 hours for one case

half a place
    school_places: ,40,2, => ,40.5,2,
    3:places: '40.5', must be a whole number of places

a negative number in brackets
    school_places: ,40,2, => ,(40),2,
    3:places: '(40)', must be between 0 and 3,000 places

a blank for no places
    school_places: ,40,2, => ,,2,
    3:places: '', must not be blank

thousands of pounds with a k
    contracts: "£60,000" => £60k
    3:price_per_place_year: '£60k', must be a number

a decimal comma and points for thousands
    contracts: "£60,000" => "60.000,00"
    3:price_per_place_year: '60.000,00', must be a number; write 12.5 with a point, not a comma

a number that Excel shortened
    school_places: 100002,South => 1.0E+05,South
    3:urn: '1.0E+05', must be a URN of six digits

# Dates

an Excel day number
    establishment: 2020-01-06 => 43836
    3:start_date: '43836', an Excel day number (perhaps 2020-01-06, or 2024-01-07 in a workbook of a
        Macintosh); format the column as a date, then save again

a day number of 1904
    school_places: ,2,2019-09-01 => ,2,42247
    3:from: '42247', an Excel day number (perhaps 2015-08-31, or 2019-09-01 in a workbook of a
        Macintosh); format the column as a date, then save again

the month first among days first
    contracts: spot,6,"£60,000",2020-01-01 => spot,6,"£60,000",01/31/2020
    3:from: '01/31/2020', the month first, must be day first as 30/09/2024; so may be others of the
        column

29 February of a common year
    establishment: 2020-01-06 => 29/02/2021
    3:start_date: '29/02/2021', must be a date such as 2024-09-30 or, day first, 30/09/2024

a time with its zone
    establishment: 2020-01-06 => 2020-01-06T00:00:00+01:00
    3:start_date: '2020-01-06T00:00:00+01:00', a time of day or a time zone, must be a date alone such
        as 2024-09-30

a year of two digits
    establishment: 2020-01-06 => 06/01/20
    3:start_date: '06/01/20', must be a date such as 2024-09-30 or, day first, 30/09/2024

a year for a date
    contracts: "£60,000",2020-01-01 => "£60,000",2020
    3:from: '2020', must be a date such as 2024-09-30 or, day first, 30/09/2024

a date long past
    establishment: 2020-01-06 => 1899-12-30
    3:start_date: '1899-12-30', must be a date from 1960-01-01 to 2099-12-31

an end before its beginning
    contracts: 2022-08-31 => 2019-08-31
    2:until: 2019-08-31, must not be before from, 2020-01-01

two days of extract
    establishment: yes,no,,2024-09-01 => yes,no,,2024-10-01
    4:as_at: 2024-10-01, must be the same on every row, and row 2 has 2024-09-01

complete only after the extract
    establishment: yes,no,,2024-09-01,2024-01-01 => yes,no,,2024-09-01,2024-10-01
    4:complete_from: 2024-10-01, must be the same on every row, and row 2 has 2024-01-01
    4:complete_from: 2024-10-01, must not be after as_at

a financial year of two years
    section_251: 2021-22,outturn,1.2.3 => 2021-23,outturn,1.2.3
    3:financial_year: '2021-23', must be a financial year such as 2023-24

a financial year that runs backwards
    section_251: 2021-22,outturn,1.2.3 => 2021-20,outturn,1.2.3
    3:financial_year: '2021-20', must be a financial year such as 2023-24

ages that Excel made a date of
    school_places: 11 to 16 => 16-Nov
    3:ages: '16-Nov', ages that Excel has made a date of; write them as 4 to 11

ages above 25
    school_places: 11 to 16 => 11 to 30
    3:ages: '11 to 30', must be the youngest and the oldest age up to 25, such as 4 to 11

# Codes

a misspelt pool
    establishment: P2,ep => P2,casework_oficer
    3:pool: 'casework_oficer', must be one of ep, casework_officer, review_officer, send_manager,
        business_support, tribunal_officer, ot, did you mean 'casework_officer'?

a pool that no config has
    establishment: P2,ep => P2,portage
    3:pool: 'portage', must be one of ep, casework_officer, review_officer, send_manager,
        business_support, tribunal_officer, ot

a setting by an old name
    school_places: School,ap, => School,PRU,
    3:setting: 'PRU', must be one of mainstream, resourced_provision, state_special, inmss, ap, fe,
        specialist_post16, early_years, home_education, tuition, neet, other

a code with other letters
    contracts: Provider B,spot => Provider B,spott
    3:kind: 'spott', must be one of block, spot, did you mean 'spot'?

a stage that does not exist
    time_diary: advice,ep,16 => draft,ep,16
    3:stage: 'draft', must be one of registration, decide_to_assess, refusal, decide_to_issue,
        refusal_to_issue, draft_plan, final_plan, annual_review, phase_transfer, emergency_review,
        amendment, advice, mediation, appeal, hearing, did you mean 'draft_plan'?

maybe for yes or no
    establishment: yes,no,, => maybe,no,,
    4:vacant: 'maybe', must be one of yes, no, y, n, true, false

a line of another year's numbering
    section_251: outturn,1.2.3, => outturn,1.2.3 Hospital education services,
    3:line: '1.2.3 Hospital education services', must be line 1.2.3 as it is known here, 'Top-up and
        other funding - non-maintained and independent providers'; is it another year's numbering?

a line that is not of the statement
    section_251: outturn,1.2.3, => outturn,1.9.9,
    3:line: '1.9.9', must be one of the lines 1.0.2, 1.2, 1.2.1, 1.2.2, 1.2.3, 1.2.4, 1.2.5, 1.2.6,
        1.2.7, 1.2.8, 1.2.9, 1.2.10, 1.2.11, 1.2.13, 2.1.1, 2.1.2, 2.1.4, 2.1.6, 2.1.7, HNB

a line by no known name
    section_251: outturn,1.2.3, => outturn,Top-up funding maintained school,
    3:line: 'Top-up funding maintained school', must be a line's code or name, did you mean 'Top-up
        funding - maintained schools'?

# Rows that do not go together

a post that is there twice
    establishment: P2,ep => P1,ep
    3:post_number: the same post as row 2 on the same days, must be there once

a post both vacant and agency
    establishment: yes,no,, => yes,yes,,
    4:agency: 'yes', and vacant too; write the vacant post and the agency person on two rows

a school that is there twice
    school_places: 100002,Southbank School,ap => 100001,Northfield,state_special
    3:school: the same school and setting as row 2 on the same days, must be there once

a setting of which every row ends
    school_places: 40,2,2019-09-01, => 40,2,2019-09-01,2024-08-31
    3:until: 2024-08-31, and no place in ap would be left; leave it blank if they go on

a school without a name and a number
    school_places: 100002,Southbank School => ,
    3:urn: blank, and so is the school's name; give one of them

a block of no known size
    contracts: block,8, => block,,
    2:places: blank, must be the number of places bought

spot contracts beside each other without their weights
    contracts: Provider B,spot => Provider C,spot,,"£66,000",2021-01-01,\ninmss,Provider B,spot
    3:places: blank, must be the children expected, because the setting has another spot contract then

a contract that is there twice
    contracts: Provider B,spot => provider a,block
    3:provider: the same provider, setting and kind as row 2 on the same days, must be there once

net that is not gross less income
    section_251: "150,000","750,000" => "150,000","900,000"
    3:net: 900,000, must be gross less income, 750,000

a total without its lines
    section_251: outturn,1.2.3, => budget,1.2,
    3:line: '1.2', a total without its lines, must have them too

a total of other lines
    section_251: outturn,1.2.3 => outturn,1.2,,"2,000,000",0,"2,000,000",\nSmallshire,2021-22,outturn,1.2.3
    3:net: 2,000,000, a total, and its lines here come to 1,350,000; a line is missing or there twice

a line that is there twice
    section_251: outturn,1.2.3,, => outturn,1.2.1,special,
    3:line: '1.2.1', as on row 2, must be there once

a line for all phases and for one
    section_251: outturn,1.2.3,, => outturn,1.2.1,,
    3:phase: 1.2.1, both for all phases and by phase (row 2), must be one of them

two authorities
    section_251: Smallshire,2021-22,outturn,1.2.3 => Bigshire,2021-22,outturn,1.2.3
    3:authority: 'Bigshire', must be the same on every row, and row 2 has 'Smallshire'

more income than spending on what becomes a price
    section_251: "150,000","750,000" => "950,000","(50,000)"
    3:net: -50,000, must not be below 0 on this line

no file of this kind of table
    section_251:  => authority,name\nSmallshire,x\n
    1:name: holds a name, must not be in the file: take the column out
    1:financial_year: missing column, must be there
    1:basis: missing column, must be there
    1:line: missing column, must be there
    1:gross: missing column, must be there
    1:income: missing column, must be there
    1:net: missing column, must be there
"""
SLIPS = [*BYTES, *slips_in(TEXT)]
