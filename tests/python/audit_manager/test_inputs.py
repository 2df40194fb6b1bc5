"""The inputs for AWS Audit Manager and the conformance pack, held to the models of botocore.

IAM_CENSUS_REPOSITORY  the root of the repository
"""

import json
import os
import pathlib
import re
import shlex

import boto3
import botocore.session
import botocore.validate
import pytest
import yaml
from botocore import xform_name

STACKS = pathlib.Path(os.environ["IAM_CENSUS_REPOSITORY"]) / "stacks"
README = (STACKS / "audit-manager/README.md").read_text()
RULE = "iam-census-privileges"


def model(service: str):
    return botocore.session.get_session().get_service_model(service)


def violations(shape, value, place="input"):
    """What botocore leaves to the service: enums, patterns, lengths."""
    if shape.type_name == "structure":
        for name, member in value.items():
            yield from violations(shape.members[name], member, f"{place}.{name}")
    elif shape.type_name == "list":
        yield from length(shape, value, place)
        for at, member in enumerate(value):
            yield from violations(shape.member, member, f"{place}[{at}]")
    elif shape.type_name == "map":
        for key, member in value.items():
            yield from violations(shape.key, key, f"{place} key")
            yield from violations(shape.value, member, f"{place}.{key}")
    elif shape.type_name == "string":
        yield from length(shape, value, place)
        pattern = shape.metadata.get("pattern")
        # Properties of Unicode are beyond the module re; none of the models' other patterns is.
        if pattern and "\\p{" not in pattern and not re.fullmatch(pattern, value, re.S):
            yield f"{place}: {value!r} is not {pattern}"
        if shape.enum and value not in shape.enum:
            yield f"{place}: {value!r} is none of {shape.enum}"


def length(shape, value, place):
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", 10**9)
    if not least <= len(value) <= most:
        yield f"{place} has {len(value)}, which is not {least} to {most}"


def check(service: str, operation: str, parameters: dict):
    shape = model(service).operation_model(operation).input_shape
    report = botocore.validate.ParamValidator().validate(parameters, shape)
    assert not report.has_errors(), report.generate_report()
    assert list(violations(shape, parameters)) == []


@pytest.mark.parametrize(
    "file, operation",
    [
        ("control", "CreateControl"),
        ("framework", "CreateAssessmentFramework"),
        ("assessment", "CreateAssessment"),
    ],
)
def test_an_input_is_what_the_model_asks_for(file, operation):
    check("auditmanager", operation, json.loads((STACKS / f"audit-manager/{file}.json").read_text()))


def test_a_wrong_input_would_be_noticed():
    control = json.loads((STACKS / "audit-manager/control.json").read_text())
    for change in ({"sourceType": "AWS_Confi"}, {"sourceKeyword": {"keywordValue": 7}}, {"unheard": "of"}):
        source = {**control["controlMappingSources"][0], **change}
        with pytest.raises(AssertionError):
            check("auditmanager", "CreateControl", {**control, "controlMappingSources": [source]})


def test_the_keyword_is_that_of_the_rule():
    control = json.loads((STACKS / "audit-manager/control.json").read_text())
    [source] = control["controlMappingSources"]
    assert source["sourceKeyword"]["keywordValue"] == f"Custom_{RULE}"
    assert f"Default: {RULE}\n" in (STACKS.parent / "template.yaml").read_text()


def commands():
    for line in README.splitlines():
        found = re.search(r"\baws (auditmanager|configservice) ([^)]*)\)?$", line)
        if found:
            yield found.group(1).replace("configservice", "config"), shlex.split(found.group(2))


# What every command of the AWS CLI takes.
OF_THE_CLI = {"--cli-input-json", "--query", "--output"}


def test_every_command_of_the_page_is_one_of_the_model():
    seen = set()
    for service, (name, *rest) in commands():
        operations = model(service).operation_names
        operation = next(one for one in operations if xform_name(one, "-") == name)
        members = {f"--{xform_name(one, '-')}" for one in model(service).operation_model(operation).input_shape.members}
        flags = {word for word in rest if word.startswith("--")}
        assert flags <= members | OF_THE_CLI, name
        for word in rest:
            if word.startswith("file://"):
                assert (STACKS / "audit-manager" / word[7:]).is_file(), word
        seen.add(operation)
    made = {"CreateControl", "CreateAssessmentFramework", "CreateAssessment"}
    removed = {"UpdateAssessmentStatus", "DeleteAssessment", "DeleteAssessmentFramework", "DeleteControl"}
    assert seen == made | removed | {"StartConfigRulesEvaluation", "GetComplianceDetailsByConfigRule"}


def test_removal_and_evaluation_on_demand_are_what_the_model_asks_for():
    identifier = "00000000-0000-0000-0000-000000000000"
    check("auditmanager", "UpdateAssessmentStatus", {"assessmentId": identifier, "status": "INACTIVE"})
    check("auditmanager", "DeleteAssessment", {"assessmentId": identifier})
    check("auditmanager", "DeleteAssessmentFramework", {"frameworkId": identifier})
    check("auditmanager", "DeleteControl", {"controlId": identifier})
    check("config", "StartConfigRulesEvaluation", {"ConfigRuleNames": [RULE]})


class Template(yaml.SafeLoader):
    """YAML with the short forms of CloudFormation."""


Template.add_constructor("!Ref", lambda loader, node: {"Ref": loader.construct_scalar(node)})


def test_the_conformance_pack_is_one_that_aws_config_takes():
    body = (STACKS / "conformance-pack.yaml").read_text()
    given = [{"ParameterName": "FunctionArn", "ParameterValue": "arn:aws:lambda:us-east-1:111122223333:function:f"}]
    check(
        "config",
        "PutConformancePack",
        {"ConformancePackName": "iam-census", "TemplateBody": body, "ConformancePackInputParameters": given},
    )
    pack = yaml.load(body, Template)
    kinds = {resource["Type"] for resource in pack["Resources"].values()}
    # Conformance packs hold rules and remediations, and no functions or permissions.
    assert kinds == {"AWS::Config::ConfigRule"}
    rule = pack["Resources"]["PrivilegeRule"]["Properties"]
    values = {name: one.get("Default", given[0]["ParameterValue"]) for name, one in pack["Parameters"].items()}

    def filled(value):
        if isinstance(value, dict) and set(value) == {"Ref"}:
            return values[value["Ref"]]
        if isinstance(value, dict):
            return {name: filled(one) for name, one in value.items()}
        return [filled(one) for one in value] if isinstance(value, list) else value

    rule = filled(rule)
    parameters = json.dumps(rule.pop("InputParameters"))
    check("config", "PutConfigRule", {"ConfigRule": {**rule, "InputParameters": parameters}})
    assert rule["ConfigRuleName"] == RULE


def test_the_pack_demands_what_the_rule_of_the_stack_demands():
    own = (STACKS.parent / "template.yaml").read_text()
    pack = yaml.load((STACKS / "conformance-pack.yaml").read_text(), Template)
    for name, value in pack["Resources"]["PrivilegeRule"]["Properties"]["InputParameters"].items():
        assert f"        {name}: !Ref ConfigRule{value['Ref']}\n" in own, name
        default = pack["Parameters"][value["Ref"]]["Default"]
        found = re.search(rf"^  ConfigRule{value['Ref']}:\n.*?^    Default: (.*?)$", own, re.M | re.S)
        assert found and found.group(1).strip('"') == default, name


def test_a_client_makes_the_same_requests():
    """Serialized by the client itself, without sending."""
    client = boto3.client("auditmanager", endpoint_url="http://127.0.0.1:9")
    control = json.loads((STACKS / "audit-manager/control.json").read_text())
    sent = []

    def stop(request, **_):
        sent.append(json.loads(request.body))
        raise InterruptedError

    client.meta.events.register("before-send.auditmanager.*", stop)
    with pytest.raises(InterruptedError):
        client.create_control(**control)
    assert sent == [control]
