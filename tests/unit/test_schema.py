"""The JSON Schema that editors read is made from the settings, and the committed file is up to date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.config.schema import schema, schema_text
from sim.settings import Settings

COMMITTED = Path(__file__).parents[2] / "configs" / "schema.json"


def resolve(whole: dict[str, Any], each: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in each:
        each = whole["$defs"][each["$ref"].rpartition("/")[2]]
    return each


def test_the_committed_schema_is_up_to_date() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == schema_text(), "write it anew with: send-sim schema"


def test_the_schema_is_plain_json_of_the_2020_dialect() -> None:
    whole = schema()
    assert whole["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(schema_text()) == whole


def test_every_reference_leads_somewhere() -> None:
    whole = schema()
    names = {word.split('"')[0] for word in schema_text().split('"#/$defs/')[1:]}
    assert names <= whole["$defs"].keys()


def test_every_section_and_extends_are_known_and_others_are_not() -> None:
    whole = schema()
    assert set(whole["properties"]) == {*Settings.model_fields, "extends"}
    assert whole["additionalProperties"] is False


def test_a_config_that_extends_another_may_leave_anything_out() -> None:
    whole = schema()
    assert "required" not in whole
    assert whole["if"] == {"not": {"required": ["extends"]}}
    assert "staff_pools" in whole["then"]["required"]
    assert "required" not in whole["$defs"]["StaffPool"]
    assert whole["$defs"]["Change"]["required"] == ["path", "operation", "value"]


def test_a_number_may_be_plain_dated_or_sourced() -> None:
    whole = schema()
    fte = whole["$defs"]["StaffPool"]["properties"]["fte"]
    plain, sourced = (resolve(whole, each) for each in resolve(whole, fte)["anyOf"])
    assert plain["anyOf"][0] == {"minimum": 0, "type": "number"}
    assert list(plain["anyOf"][1]["patternProperties"]) == [r"^\d{4}-\d{2}-\d{2}$"]
    assert list(sourced["properties"]) == ["value", "low", "high", "source", "quality"]


def test_a_table_and_its_entries_may_be_sourced() -> None:
    whole = schema()
    shares = whole["$defs"]["Placement"]["properties"]["after_breakdown"]
    table, sourced = (resolve(whole, each) for each in resolve(whole, shares)["anyOf"])
    entry = resolve(whole, next(iter(table["patternProperties"].values())))
    assert "low" in sourced["properties"]
    assert "low" in resolve(whole, entry["anyOf"][1])["properties"]


def test_a_date_and_a_length_of_time_of_a_change_may_have_a_range_of_their_own_kind() -> None:
    whole = schema()
    for key, pattern in (("slip", r"^(\d{1,4}) (day|week|month)s?$"), ("from", None)):
        plain, sourced = resolve(whole, whole["$defs"]["Change"]["properties"][key])["anyOf"]
        low = resolve(whole, resolve(whole, sourced)["properties"]["low"])
        assert low == resolve(whole, plain)
        assert low["anyOf"][0].get("pattern") == pattern
        assert low["anyOf"][0].get("format") == (None if pattern else "date")
    trainees = whole["$defs"]["Trainees"]["properties"]["from"]
    assert "anyOf" not in resolve(whole, trainees)


def test_a_section_is_not_a_number() -> None:
    pools = resolve(schema(), schema()["properties"]["staff_pools"])
    assert next(iter(pools["patternProperties"].values())) == {"$ref": "#/$defs/StaffPool"}


def test_keys_and_descriptions_are_those_of_the_config() -> None:
    sections = schema()["$defs"]
    assert {"from", "until", "ramp"} <= sections["Change"]["properties"].keys()
    assert "registration" in sections["Stages"]["properties"]
    assert sections["Delay"]["properties"]["days"].get("description") is None
    note = sections["Panel"]["properties"]["cases"]["description"]
    assert note == "The most cases one meeting can take."


def test_defaults_are_shown_as_numbers() -> None:
    assert schema()["$defs"]["StaffPool"]["properties"]["agency_fte"]["default"] == 0.0
