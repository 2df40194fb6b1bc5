"""CloudTrail's event history, as botocore and the stock AWS CLI read it."""

import datetime
import json

import pytest
from conftest import WORLD, auditor, connect, functional, member, refused
from test_cli import answer

REGIONS = ["us-east-1", "us-east-2", "us-west-2"]


def by(key: str, value: str) -> dict:
    return {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]}


def look(account: str, region: str = "us-east-1", **parameters) -> list[dict]:
    pages = connect("cloudtrail", account, region=region).get_paginator("lookup_events").paginate(**parameters)
    return [event for page in pages for event in page["Events"]]


def root_sign_ins(account: str) -> dict[str, dict]:
    """Records of the root user's sign-ins by event id, of the Regions that record them."""
    found = {}
    for region in REGIONS:
        for event in look(account, region, **by("EventName", "ConsoleLogin")):
            record = json.loads(event["CloudTrailEvent"])
            if record["userIdentity"]["type"] == "Root":
                found[record["eventID"]] = record
    return found


def test_the_newest_success_and_the_failures_are_those_of_the_world(world):
    seen = 0
    for account in world.accounts:
        records = root_sign_ins(account["id"]).values()
        outcomes = [record["responseElements"]["ConsoleLogin"] for record in records]
        truth = account["root_sign_ins"]
        assert outcomes.count("Failure") == truth["recent_failures"]
        successes = [record for record in records if record["responseElements"]["ConsoleLogin"] == "Success"]
        newest = max(successes, key=lambda record: record["eventTime"], default=None)
        if truth["last_of_event_history"] is None:
            assert newest is None
            continue
        told = {"Yes": True, "No": False}.get(newest.get("additionalEventData", {}).get("MFAUsed"))
        assert truth["last_of_event_history"] == {
            "at": newest["eventTime"],
            "region": newest["awsRegion"],
            "mfa": told,
        }
        seen += 1
    assert seen > 3


def test_pages_to_the_end_newest_first(world):
    events = look(world.management_account)
    assert len(events) > 100
    ids = [event["EventId"] for event in events]
    assert len(set(ids)) == len(ids)
    times = [event["EventTime"] for event in events]
    assert times == sorted(times, reverse=True)
    assert look(world.management_account, PaginationConfig={"PageSize": 7}) == events


@pytest.mark.parametrize(
    ("key", "of"),
    [
        ("EventId", lambda event: event["EventId"]),
        ("EventName", lambda event: event["EventName"]),
        ("ReadOnly", lambda event: event["ReadOnly"]),
        ("Username", lambda event: event.get("Username")),
        ("EventSource", lambda event: event["EventSource"]),
        ("AccessKeyId", lambda event: event.get("AccessKeyId")),
        ("ResourceType", lambda event: [resource["ResourceType"] for resource in event["Resources"]]),
        ("ResourceName", lambda event: [resource["ResourceName"] for resource in event["Resources"]]),
    ],
)
def test_one_attribute_chooses(key, of):
    account, events = next((account, events) for account in functional() if changed(events := look(account)))
    value = next(of(event) for event in changed(events) if of(event))
    value = value if isinstance(value, str) else value[0]
    expected = [event for event in events if value == of(event) or (isinstance(of(event), list) and value in of(event))]
    assert expected and look(account, **by(key, value)) == expected


def changed(events: list[dict]) -> list[dict]:
    return [event for event in events if event["Resources"] and "AccessKeyId" in event]


def test_times_choose(world):
    events = look(world.management_account)
    start, end = events[80]["EventTime"], events[20]["EventTime"]
    within = look(world.management_account, StartTime=start, EndTime=end)
    assert within == [event for event in events if start <= event["EventTime"] <= end]
    assert 50 < len(within) < len(events)


def test_other_regions_have_other_events(world):
    account = world.management_account
    here, there = look(account), look(account, "us-west-2")
    assert here and there and look(account, "ap-southeast-1") == []
    assert all(json.loads(event["CloudTrailEvent"])["awsRegion"] in REGIONS for event in there)


def test_what_is_refused(world):
    cloudtrail = connect("cloudtrail", world.management_account)
    one = by("EventName", "ConsoleLogin")["LookupAttributes"]
    with refused("InvalidLookupAttributesException", 400):
        cloudtrail.lookup_events(LookupAttributes=one * 2)
    for wrong in [by("EventColor", "red"), by("EventName", "")]:
        with refused("InvalidLookupAttributesException", 400):
            cloudtrail.lookup_events(**wrong)
    for size in [0, 51]:
        with refused("InvalidMaxResultsException", 400):
            cloudtrail.lookup_events(MaxResults=size)
    now = datetime.datetime.fromisoformat(look(world.management_account)[0]["EventTime"].isoformat())
    with refused("InvalidTimeRangeException", 400):
        cloudtrail.lookup_events(StartTime=now, EndTime=now - datetime.timedelta(hours=1))
    with refused("InvalidTimeRangeException", 400):
        cloudtrail.lookup_events(StartTime=now - datetime.timedelta(days=200))
    with refused("InvalidEventCategoryException", 400):
        cloudtrail.lookup_events(EventCategory="weather")
    assert cloudtrail.lookup_events(EventCategory="insight")["Events"] == []


def test_a_token_is_for_the_same_parameters(world):
    cloudtrail = connect("cloudtrail", world.management_account)
    token = cloudtrail.lookup_events(MaxResults=5)["NextToken"]
    assert cloudtrail.lookup_events(MaxResults=5, NextToken=token)
    for other in [{"MaxResults": 6}, {"MaxResults": 5, **by("Username", "root")}, {}]:
        with refused("InvalidNextTokenException", 400):
            cloudtrail.lookup_events(NextToken=token, **other)
    with refused("InvalidNextTokenException", 400):
        connect("cloudtrail", world.management_account, region="us-west-2").lookup_events(
            MaxResults=5, NextToken=token
        )


def test_only_a_role_with_the_action_may_look(world):
    for client in [member("cloudtrail", world.sample_account), auditor("cloudtrail", world.sample_account)]:
        with refused("AccessDeniedException", 400, "cloudtrail:LookupEvents"):
            client.lookup_events()


def test_the_stock_cli_reads_all_pages(world):
    keys = {"AWS_ACCESS_KEY_ID": world.management_account, "AWS_SECRET_ACCESS_KEY": "secret"}
    attribute = "AttributeKey=EventName,AttributeValue=ConsoleLogin"
    found = answer("cloudtrail", "lookup-events", "--lookup-attributes", attribute, **keys)["Events"]
    expected = look(world.management_account, WORLD["region"], **by("EventName", "ConsoleLogin"))
    assert [event["EventId"] for event in found] == [event["EventId"] for event in expected]
    assert len(found) > 100
