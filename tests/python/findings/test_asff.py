"""The stored files are requests that AWS's own model of Security Hub accepts, within the limits that it documents."""

import copy
import json
import os
import pathlib

import botocore.session
import pytest
from botocore.validate import ParamValidator

GOLDEN = pathlib.Path(os.environ["IAM_CENSUS_REPOSITORY"]) / "tests/golden"
BATCHES = [json.loads(line) for line in (GOLDEN / "findings-asff.jsonl").read_text().splitlines()]
SERVICE = botocore.session.get_session().get_service_model("securityhub")
INPUT = SERVICE.operation_model("BatchImportFindings").input_shape
FINDINGS = [finding for batch in BATCHES for finding in batch]


def errors(batch: list) -> str:
    return ParamValidator().validate({"Findings": batch}, INPUT).generate_report()


@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: batch[0]["AwsAccountId"])
def test_batches_are_requests(batch):
    assert errors(batch) == ""
    assert len(json.dumps(batch)) < 6_000_000
    assert len({finding["AwsAccountId"] for finding in batch}) == 1


def words(shape, value, path="") -> list:
    """Every text in a value whose shape has a closed set of words, with that set."""
    if shape.type_name == "structure":
        members = shape.members.items()
        return [one for name, of in members if name in value for one in words(of, value[name], f"{path}.{name}")]
    if shape.type_name == "list":
        return [one for item in value for one in words(shape.member, item, path)]
    return [(path, value, shape.enum)] if getattr(shape, "enum", None) else []


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding["Id"][-8:])
def test_findings_keep_to_the_documented_limits(finding):
    account = finding["AwsAccountId"]
    assert len(json.dumps(finding).encode()) <= 240_000
    assert finding["ProductArn"] == f"arn:aws:securityhub:eu-central-1:{account}:product/{account}/default"
    for text, most in [
        (finding["Id"], 512),
        (finding["GeneratorId"], 512),
        (finding["Title"], 256),
        (finding["Description"], 1024),
        (finding["Remediation"]["Recommendation"]["Text"], 512),
        (finding["Resources"][0]["Id"], 512),
        (finding["Compliance"]["RelatedRequirements"][0], 64),
    ]:
        assert 1 <= len(text) <= most, text
    assert len(finding["ProductFields"]) <= 50
    for name, value in finding["ProductFields"].items():
        assert 1 <= len(name) <= 128 and 1 <= len(value) <= 2048
    for path, word, allowed in words(SERVICE.shape_for("AwsSecurityFinding"), finding):
        assert word in allowed, path
    assert finding["CreatedAt"] <= finding["UpdatedAt"]


def test_the_identity_is_unique():
    assert len({finding["Id"] for finding in FINDINGS}) == len(FINDINGS)


def test_what_is_open_there_is_what_fails_here():
    for finding in FINDINGS:
        failed = finding["ProductFields"]["iam-census/status"] == "FAIL"
        assert (finding["Compliance"]["Status"] == "FAILED") == failed
        assert (finding["Severity"]["Label"] != "INFORMATIONAL") == failed


@pytest.mark.parametrize(
    "change",
    [
        lambda finding: finding.pop("Title"),
        lambda finding: finding.pop("Resources"),
        lambda finding: finding.update(Severity="high"),
        lambda finding: finding.update(Color="red"),
        lambda finding: finding["Compliance"].update(RelatedRequirements="2.1"),
    ],
)
def test_the_model_refuses_what_is_no_finding(change):
    finding = copy.deepcopy(FINDINGS[0])
    change(finding)
    assert errors([finding]) != ""
