"""The stored events are Compliance Findings by the schema that OCSF publishes, as a package carries it."""

import copy
import json
import os
import pathlib

import jsonschema
import pytest
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

GOLDEN = pathlib.Path(os.environ["IAM_CENSUS_REPOSITORY"]) / "tests/golden"
EVENTS = [json.loads(line) for line in (GOLDEN / "findings-ocsf.jsonl").read_text().splitlines()]
OCSF = get_ocsf_schema(version="1.5.0")


def validator() -> jsonschema.Draft202012Validator:
    schema = OcsfJsonSchemaEmbedded(OCSF).get_class_schema("compliance_finding", profiles=["cloud"])
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


VALIDATOR = validator()


def test_there_is_something_to_look_at():
    statuses = {event["compliance"]["status"] for event in EVENTS}
    assert {"Fail", "Pass", "Unknown", "NOT_APPLICABLE", "MANUAL"} <= statuses
    assert {event["status"] for event in EVENTS} >= {"New", "Suppressed", "Resolved"}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["finding_info"]["uid"][:8])
def test_events_keep_to_the_official_schema(event):
    VALIDATOR.validate(event)


def test_captions_are_those_of_the_numbers():
    """The schema leaves captions open; here each is compared with the word that OCSF gives its number."""
    attributes = OCSF["classes"]["compliance_finding"]["attributes"]
    compliance = OCSF["objects"]["compliance"]["attributes"]
    for event in EVENTS:
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert event["class_uid"] == OCSF["classes"]["compliance_finding"]["uid"]
        for record, of, number, word in [
            (event, attributes, "activity_id", "activity_name"),
            (event, attributes, "severity_id", "severity"),
            (event, attributes, "status_id", "status"),
            (event["compliance"], compliance, "status_id", "status"),
            (event["cloud"]["account"], OCSF["objects"]["account"]["attributes"], "type_id", "type"),
        ]:
            caption = of[number]["enum"][str(record[number])]["caption"]
            assert record[word] == caption or caption == "Other", (number, record[word])


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.pop("metadata"),
        lambda event: event.update(severity_id="4"),
        lambda event: event.update(color="red"),
        lambda event: event["finding_info"].pop("uid"),
        lambda event: event["cloud"].pop("provider"),
        lambda event: event.update(status_id=77),
    ],
)
def test_the_schema_refuses_what_is_no_such_event(change):
    event = copy.deepcopy(EVENTS[0])
    change(event)
    assert not VALIDATOR.is_valid(event)
