"""The organization's aggregator of AWS Config, as botocore reads it."""

from collections import Counter

from conftest import connect, functional, refused
from test_config import recording, select

AGGREGATOR = {"ConfigurationAggregatorName": "organization"}
USERS = (
    "SELECT accountId, awsRegion, resourceId, configurationItemCaptureTime, configuration.groupList, tags "
    "WHERE resourceType = 'AWS::IAM::User'"
)


def query(expression: str, **parameters) -> list[dict]:
    return select(connect("config"), expression, "select_aggregate_resource_config", **AGGREGATOR, **parameters)


def sources(**parameters) -> list[dict]:
    found, token = [], {}
    while True:
        page = connect("config").describe_configuration_aggregator_sources_status(**AGGREGATOR, **parameters, **token)
        found += page["AggregatedSourceStatusList"]
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


def shown() -> set[str]:
    return {source["SourceId"] for source in sources(Limit=100)}


def test_it_shows_most_accounts_that_record():
    roles = (
        "SELECT accountId WHERE resourceType = 'AWS::IAM::Role' AND resourceName = 'IAM-Auditor-role' ORDER BY accountId"
    )
    found = [row["accountId"] for row in query(roles, Limit=100)]
    assert found == sorted(found)
    assert set(recording()) & shown() <= set(found) <= shown()
    hidden = set(functional()) - shown()
    assert hidden and not hidden & set(found)


def test_it_names_itself(world):
    hub = connect("config")
    (aggregator,) = hub.describe_configuration_aggregators()["ConfigurationAggregators"]
    assert aggregator["ConfigurationAggregatorName"] == "organization"
    assert aggregator["OrganizationAggregationSource"]["AllAwsRegions"] is True
    named = hub.describe_configuration_aggregators(ConfigurationAggregatorNames=["organization"])
    assert named["ConfigurationAggregators"] == [aggregator]
    elsewhere = connect("config", world.sample_account)
    assert elsewhere.describe_configuration_aggregators()["ConfigurationAggregators"] == []
    assert connect("config", region="eu-west-1").describe_configuration_aggregators()["ConfigurationAggregators"] == []
    with refused("NoSuchConfigurationAggregatorException", 400):
        hub.describe_configuration_aggregators(ConfigurationAggregatorNames=["other"])


def test_nobody_else_has_it(world):
    for client, name in [
        (connect("config"), "other"),
        (connect("config", world.sample_account), "organization"),
        (connect("config", region="eu-west-1"), "organization"),
    ]:
        with refused("NoSuchConfigurationAggregatorException", 400):
            client.select_aggregate_resource_config(Expression=USERS, ConfigurationAggregatorName=name)
        with refused("NoSuchConfigurationAggregatorException", 400):
            client.describe_configuration_aggregator_sources_status(ConfigurationAggregatorName=name)


def test_a_user_shows_once_for_each_region_that_records_identities():
    rows = query(USERS, Limit=100)
    times = Counter((row["accountId"], row["resourceId"]) for row in rows)
    assert set(times.values()) == {1, 2}
    for row in rows:
        if row["awsRegion"] != "global":
            assert row["configuration"]["groupList"] == [] and row["tags"] == []
    newest = max(row["configurationItemCaptureTime"] for row in rows)
    for row in rows:
        assert (row["configurationItemCaptureTime"] == newest) == (row["awsRegion"] == "global")


def test_users_of_named_accounts_and_counts():
    accounts = sorted(shown() & set(recording()))[:3]
    named = "', '".join(accounts)
    rows = query(f"{USERS} AND accountId IN ('{named}')", Limit=7)
    assert {row["accountId"] for row in rows} <= set(accounts)
    counts = query(
        f"SELECT accountId, COUNT(*) WHERE resourceType = 'AWS::IAM::User' AND accountId IN ('{named}') GROUP BY accountId"
    )
    of_rows = Counter(row["accountId"] for row in rows)
    assert {row["accountId"]: row["COUNT(*)"] for row in counts} == of_rows


def test_sources_say_how_they_are(world):
    everything = sources()
    assert {source["SourceType"] for source in everything} == {"ACCOUNT"}
    assert {source["AwsRegion"] for source in everything} == {"us-east-1", "eu-west-1"}
    assert {source["LastUpdateStatus"] for source in everything} == {"SUCCEEDED", "FAILED", "OUTDATED"}
    for source in everything:
        assert ("LastErrorCode" in source) == (source["LastUpdateStatus"] == "FAILED")
    failed = sources(UpdateStatus=["FAILED"], Limit=1)
    assert failed == [source for source in everything if source["LastUpdateStatus"] == "FAILED"]


def test_pages_of_sources():
    hub = connect("config")
    assert sources(Limit=3) == sources()
    describe = hub.describe_configuration_aggregator_sources_status
    for limit in (-1, 101):
        with refused("InvalidLimitException", 400):
            describe(**AGGREGATOR, Limit=limit)
        with refused("InvalidLimitException", 400):
            hub.describe_configuration_aggregators(Limit=limit)
    with refused("InvalidNextTokenException", 400):
        describe(**AGGREGATOR, NextToken="invented")
    with refused("InvalidNextTokenException", 400):
        hub.describe_configuration_aggregators(NextToken="invented")
    with refused("InvalidParameterValueException", 400):
        describe(**AGGREGATOR, UpdateStatus=["FINE"])
