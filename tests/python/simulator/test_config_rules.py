"""Custom rules of AWS Config, as botocore reads them."""

import datetime

import pytest
from conftest import connect, functional, member, refused

USER = "AWS::IAM::User"
NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.timezone.utc)


def recorded(world) -> str:
    """The hub, or another account that records."""
    accounts = [world.hub_account, *functional()]
    status = "describe_configuration_recorder_status"
    return next(a for a in accounts if getattr(config(a), status)()["ConfigurationRecordersStatus"])


def config(account: str, **settings):
    return connect("config", account, **settings)


def make(client, name: str) -> str:
    """Makes a rule, and tells its token."""
    source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": "arn:aws:lambda:us-east-1:111122223333:function:f"}
    client.put_config_rule(ConfigRule={"ConfigRuleName": name, "Source": source})
    return f"simulated-result-token/{name}"


def evaluation(number: int, compliance: str = "COMPLIANT", at=NOON, **more) -> dict:
    return {
        "ComplianceResourceType": USER,
        "ComplianceResourceId": f"AIDA{number:017}",
        "ComplianceType": compliance,
        "OrderingTimestamp": at,
        **more,
    }


def results(client, name: str, **parameters) -> dict[str, tuple]:
    pages = client.get_paginator("get_compliance_details_by_config_rule").paginate(ConfigRuleName=name, **parameters)
    found = {}
    for page in pages:
        for result in page["EvaluationResults"]:
            qualifier = result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
            assert (qualifier["ConfigRuleName"], qualifier["ResourceType"]) == (name, USER)
            assert qualifier["ResourceId"] not in found
            found[qualifier["ResourceId"]] = (result["ComplianceType"], result.get("Annotation"))
    return found


def test_what_is_put_is_read_back_page_by_page(world):
    client = config(recorded(world))
    token = make(client, "pages")
    for start in (0, 100, 200):
        put = [evaluation(n, Annotation=f"user {n}") for n in range(start, min(start + 100, 250))]
        assert client.put_evaluations(ResultToken=token, Evaluations=put)["FailedEvaluations"] == []
    expected = {f"AIDA{n:017}": ("COMPLIANT", f"user {n}") for n in range(250)}
    assert results(client, "pages") == expected
    usual = client.get_compliance_details_by_config_rule(ConfigRuleName="pages")
    assert len(usual["EvaluationResults"]) <= 10 and usual["NextToken"]
    assert results(client, "pages", Limit=100, ComplianceTypes=["NON_COMPLIANT"]) == {}
    client.put_evaluations(ResultToken=token)
    client.put_evaluations(ResultToken=token, Evaluations=[])
    assert results(client, "pages") == expected


def test_the_newer_evaluation_holds_and_the_inapplicable_is_not_shown(world):
    client = config(recorded(world))
    token = make(client, "order")
    hour = datetime.timedelta(hours=1)
    put = [evaluation(1, "NON_COMPLIANT"), evaluation(2), evaluation(3)]
    client.put_evaluations(ResultToken=token, Evaluations=put)
    late = [evaluation(1, at=NOON - hour), evaluation(2, "NOT_APPLICABLE", at=NOON + hour)]
    client.put_evaluations(ResultToken=token, Evaluations=late)
    shown = {"AIDA00000000000000001": ("NON_COMPLIANT", None), "AIDA00000000000000003": ("COMPLIANT", None)}
    assert results(client, "order") == shown
    assert set(results(client, "order", ComplianceTypes=["NOT_APPLICABLE"])) == {"AIDA00000000000000002"}


def test_a_test_run_needs_no_rule_and_keeps_nothing(world):
    client = config(recorded(world))
    make(client, "dry")
    put = [evaluation(1)]
    assert client.put_evaluations(ResultToken="TESTMODE", Evaluations=put, TestMode=True)["FailedEvaluations"] == []
    with refused("InvalidResultTokenException", 400):
        client.put_evaluations(ResultToken="TESTMODE", Evaluations=put)
    assert results(client, "dry") == {}


def test_a_token_is_of_one_account_and_region(world):
    account = recorded(world)
    token = make(config(account), "mine")
    other = next(a for a in functional() if a != account)
    for elsewhere in (config(other), config(account, region="eu-west-1")):
        with refused("InvalidResultTokenException", 400):
            elsewhere.put_evaluations(ResultToken=token, Evaluations=[evaluation(1)])
        with refused("NoSuchConfigRuleException", 400):
            elsewhere.get_compliance_details_by_config_rule(ConfigRuleName="mine")


@pytest.mark.parametrize(
    "code, change",
    [
        ("InvalidParameterValueException", {"ComplianceType": "INSUFFICIENT_DATA"}),
        ("ValidationException", {"Annotation": ""}),
        ("ValidationException", {"Annotation": "x" * 257}),
        ("ValidationException", {"ComplianceResourceId": ""}),
    ],
)
def test_evaluations_that_are_refused(world, code, change):
    client = config(recorded(world))
    token = make(client, "limits")
    with refused(code, 400):
        client.put_evaluations(ResultToken=token, Evaluations=[{**evaluation(1), **change}])
    assert results(client, "limits") == {}


def test_calls_that_are_refused(world):
    client = config(recorded(world))
    token = make(client, "calls")
    with refused("ValidationException", 400):
        client.put_evaluations(ResultToken=token, Evaluations=[evaluation(n) for n in range(101)])
    with refused("ValidationException", 400):
        client.get_compliance_details_by_config_rule(ConfigRuleName="calls", Limit=101)
    with refused("InvalidNextTokenException", 400):
        client.get_compliance_details_by_config_rule(ConfigRuleName="calls", NextToken="invented")
    with refused("InvalidParameterValueException", 400):
        client.get_compliance_details_by_config_rule(ConfigRuleName="calls", ComplianceTypes=["INSUFFICIENT_DATA"])
    with refused("InvalidParameterValueException", 400):
        client.put_config_rule(ConfigRule={"ConfigRuleName": "managed", "Source": {"Owner": "AWS"}})
    with refused("AccessDeniedException", 400, "is not authorized to perform: config:PutEvaluations"):
        member("config", world.sample_account).put_evaluations(ResultToken=token, Evaluations=[])


def test_rules_are_evaluated_on_demand(world):
    client = config(recorded(world))
    for name in ("first", "second"):
        make(client, name)
    answer = client.start_config_rules_evaluation(ConfigRuleNames=["first", "second"])
    assert set(answer) == {"ResponseMetadata"}
    with refused("NoSuchConfigRuleException", 400):
        client.start_config_rules_evaluation(ConfigRuleNames=["first", "third"])
    with refused("ValidationException", 400):
        client.start_config_rules_evaluation(ConfigRuleNames=[f"rule-{number}" for number in range(26)])


def test_a_rule_needs_a_recorder():
    status = "describe_configuration_recorder_status"
    silent = next(a for a in functional() if not getattr(config(a), status)()["ConfigurationRecordersStatus"])
    with refused("NoAvailableConfigurationRecorderException", 400):
        make(config(silent), "nowhere")
