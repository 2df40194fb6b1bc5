"""From a trail to somebody's inbox: CloudTrail, its logs' metric filters, alarms, and topics, as botocore reads them."""

import urllib.parse
import urllib.request

import pytest
from conftest import ENDPOINT, auditor, connect, functional, member, refused


def chains(world) -> dict[str, str]:
    """How far the chain of each account goes."""
    found = {}
    for account in functional():
        trails = [
            trail
            for trail in auditor("cloudtrail", account).describe_trails()["trailList"]
            if trail["TrailARN"].split(":")[4] == account
        ]
        found[account] = chain(account, trails[0]) if trails else "no trail"
    return found


def chain(account: str, trail: dict) -> str:
    arn, group = trail["TrailARN"], trail["CloudWatchLogsLogGroupArn"].split(":")[6]
    cloudtrail = auditor("cloudtrail", account)
    selectors = cloudtrail.get_event_selectors(TrailName=arn)
    if not trail["IsMultiRegionTrail"] or not cloudtrail.get_trail_status(Name=arn)["IsLogging"]:
        return "partial trail"
    if "AdvancedEventSelectors" in selectors or selectors["EventSelectors"][0]["ReadWriteType"] != "All":
        return "partial events"
    filters = auditor("logs", account).describe_metric_filters(logGroupName=group)["metricFilters"]
    if not filters:
        return "no filter"
    [metric] = filters[0]["metricTransformations"]
    name = {"MetricName": metric["metricName"], "Namespace": metric["metricNamespace"]}
    [alarm] = auditor("cloudwatch", account).describe_alarms_for_metric(**name)["MetricAlarms"]
    [topic] = alarm["AlarmActions"]
    [heard] = auditor("sns", account).list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    if heard["SubscriptionArn"] == "PendingConfirmation":
        return "unconfirmed"
    assert heard["SubscriptionArn"].startswith(topic + ":")
    return "whole" if alarm["ActionsEnabled"] else "muted alarm"


def test_chains_of_every_length_are_somewhere(world):
    found = chains(world)
    assert found[world.management_account] == "whole"
    links = {"no trail", "partial trail", "partial events", "no filter", "unconfirmed", "muted alarm", "whole"}
    assert set(found.values()) == links


def test_the_trail_of_the_organization_is_seen_everywhere_and_belongs_to_one_account(world):
    [own] = connect("cloudtrail", world.management_account).describe_trails()["trailList"]
    assert own["IsOrganizationTrail"] and own["HasCustomEventSelectors"] is False
    cloudtrail = auditor("cloudtrail", world.sample_account)
    seen = [trail["TrailARN"] for trail in cloudtrail.describe_trails()["trailList"]]
    assert own["TrailARN"] in seen
    assert cloudtrail.get_trail_status(Name=own["TrailARN"])["IsLogging"] is True
    with refused("TrailNotFoundException", 400, "Unknown trail"):
        cloudtrail.get_event_selectors(TrailName=own["TrailARN"])
    hidden = cloudtrail.describe_trails(includeShadowTrails=False)["trailList"]
    assert own["TrailARN"] not in [trail["TrailARN"] for trail in hidden]


def test_trails_by_name_and_region(world):
    here = connect("cloudtrail", world.management_account)
    assert here.get_trail_status(Name="organization")["IsLogging"]
    assert len(here.describe_trails(trailNameList=["organization"])["trailList"]) == 1
    assert here.describe_trails(trailNameList=["other"])["trailList"] == []
    away = connect("cloudtrail", world.management_account, region="eu-west-1")
    assert away.describe_trails()["trailList"] == here.describe_trails()["trailList"]
    assert away.describe_trails(includeShadowTrails=False)["trailList"] == []
    with refused("TrailNotFoundException", 400):
        away.get_trail_status(Name="organization")
    with refused("InvalidTrailNameException", 400):
        here.get_event_selectors(TrailName="a b")
    with refused("CloudTrailARNInvalidException", 400, "AccountID in ARN is wrong"):
        arn = f"arn:aws:cloudtrail:us-east-1:{world.hub_account}:trail/theirs"
        connect("cloudtrail", world.sample_account).get_event_selectors(TrailName=arn)


def test_metric_filters_by_group_name_and_metric(world):
    logs = connect("logs", world.management_account)
    [one] = logs.describe_metric_filters()["metricFilters"]
    assert one["filterPattern"].startswith('{ $.userIdentity.type = "Root"')
    assert logs.describe_metric_filters(filterNamePrefix="root", limit=1)["metricFilters"] == [one]
    assert logs.describe_metric_filters(filterNamePrefix="other")["metricFilters"] == []
    metric = {"metricName": "RootUsage", "metricNamespace": "CloudTrailMetrics"}
    assert logs.describe_metric_filters(**metric)["metricFilters"] == [one]
    with refused("ResourceNotFoundException", 400):
        logs.describe_metric_filters(logGroupName="no/such/group")
    for wrong in [{"limit": 0}, {"limit": 51}, {"nextToken": "invented"}, {"metricName": "RootUsage"}]:
        with refused("InvalidParameterException", 400):
            logs.describe_metric_filters(**wrong)
    assert connect("logs", world.management_account, region="eu-west-1").describe_metric_filters()["metricFilters"] == []


def test_alarms_by_name_and_metric(world):
    cloudwatch = connect("cloudwatch", world.management_account)
    [alarm] = cloudwatch.describe_alarms()["MetricAlarms"]
    metric = {"MetricName": alarm["MetricName"], "Namespace": alarm["Namespace"]}
    assert cloudwatch.describe_alarms_for_metric(**metric)["MetricAlarms"] == [alarm]
    assert cloudwatch.describe_alarms_for_metric(**{**metric, "MetricName": "Other"})["MetricAlarms"] == []
    assert cloudwatch.describe_alarms(AlarmNames=[alarm["AlarmName"]], MaxRecords=1)["MetricAlarms"] == [alarm]
    assert cloudwatch.describe_alarms(AlarmNamePrefix="other")["MetricAlarms"] == []
    assert alarm["StateUpdatedTimestamp"].tzinfo
    with refused("MissingParameter", 400):
        cloudwatch.describe_alarms_for_metric()
    with refused("InvalidNextToken", 400):
        cloudwatch.describe_alarms(NextToken="invented")


def test_alarms_in_the_protocol_of_the_query_api(world):
    scope = f"{world.management_account}/20261120/us-east-1/monitoring/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}
    form = {"Action": "DescribeAlarms", "Version": "2010-08-01", "AlarmNames.member.1": "root-usage"}
    request = urllib.request.Request(ENDPOINT, urllib.parse.urlencode(form).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        body = answer.read().decode()
    assert "<MetricAlarms><member><ActionsEnabled>true</ActionsEnabled>" in body
    assert "<AlarmName>root-usage</AlarmName>" in body and "Z</StateUpdatedTimestamp>" in body


def test_subscriptions_of_topics(world):
    sns = connect("sns", world.management_account)
    topic = f"arn:aws:sns:us-east-1:{world.management_account}:security-alarms"
    [one] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (one["Protocol"], one["Owner"], one["TopicArn"]) == ("email", world.management_account, topic)
    assert connect("sns").list_subscriptions_by_topic(TopicArn=world.topic)["Subscriptions"] == []
    with refused("NotFound", 404):
        sns.list_subscriptions_by_topic(TopicArn=topic + "-other")
    with refused("InvalidParameter", 400):
        sns.list_subscriptions_by_topic(TopicArn="security-alarms")
    with refused("InvalidParameter", 400):
        sns.list_subscriptions_by_topic(TopicArn=topic, NextToken="invented")
    with refused("AuthorizationError", 403):
        connect("sns", world.sample_account).list_subscriptions_by_topic(TopicArn=topic)


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "status"),
    [
        ("cloudtrail", "describe_trails", {}, "AccessDeniedException", 400),
        ("cloudtrail", "get_trail_status", {"Name": "abc"}, "AccessDeniedException", 400),
        ("cloudtrail", "get_event_selectors", {"TrailName": "abc"}, "AccessDeniedException", 400),
        ("logs", "describe_metric_filters", {}, "AccessDeniedException", 400),
        ("cloudwatch", "describe_alarms", {}, "AccessDenied", 403),
        ("cloudwatch", "describe_alarms_for_metric", {"MetricName": "a", "Namespace": "b"}, "AccessDenied", 403),
        ("sns", "list_subscriptions_by_topic", {"TopicArn": "arn:aws:sns:us-east-1:1:x"}, "AuthorizationError", 403),
    ],
)
def test_a_role_without_the_action_is_denied(world, service, operation, parameters, code, status):
    with refused(code, status, "is not authorized to perform"):
        getattr(member(service, world.sample_account), operation)(**parameters)
