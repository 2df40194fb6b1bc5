"""Reads back, as AWS's own client for Python sees it, what a rule was answered and the evidence behind it."""

import hashlib
import io
import json
import os
import pathlib
import zipfile
from urllib.parse import parse_qs, urlparse

import boto3
import jsonschema
import pytest

ANSWER = json.loads(os.environ["IAM_CENSUS_ANSWER"])
RULE = os.environ["IAM_CENSUS_RULE"]
REPOSITORY = pathlib.Path(__file__).parents[3]


@pytest.fixture(scope="module")
def results() -> dict[str, tuple[str, str]]:
    pages = boto3.client("config").get_paginator("get_compliance_details_by_config_rule")
    found = {}
    for page in pages.paginate(ConfigRuleName=RULE, Limit=100):
        for result in page["EvaluationResults"]:
            qualifier = result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
            assert qualifier["ResourceType"] == "AWS::IAM::User"
            found[qualifier["ResourceId"]] = (result["ComplianceType"], result["Annotation"])
    return found


def opened(link: str) -> bytes:
    address = urlparse(link)
    [version] = parse_qs(address.query)["versionId"]
    s3 = boto3.client("s3")
    answer = s3.get_object(Bucket=address.netloc, Key=address.path.lstrip("/"), VersionId=version)
    assert answer["VersionId"] == version
    return answer["Body"].read()


def test_every_user_of_the_account_has_an_answer(results):
    details = boto3.client("iam").get_paginator("get_account_authorization_details").paginate(Filter=["User"])
    users = {user["UserId"] for page in details for user in page["UserDetailList"]}
    assert len(users) == 250 and set(results) == users
    counted = ANSWER["answers"]
    compliances = [compliance for compliance, _ in results.values()]
    assert compliances.count("COMPLIANT") == counted["compliant"]
    assert compliances.count("NON_COMPLIANT") == counted["non_compliant"] > 0


def test_every_annotation_opens_the_evidence(results):
    links = {annotation.rsplit(" | ", 1)[1] for _, annotation in results.values()}
    assert links == {ANSWER["evidence"]["link"]}
    assert all(len(annotation) <= 256 for _, annotation in results.values())
    workbook = opened(links.pop())
    assert hashlib.sha256(workbook).hexdigest() == ANSWER["evidence"]["report"]["sha256"]
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(workbook)).namelist()


def test_the_verdicts_in_full_stand_beside_the_workbook(results):
    address = urlparse(ANSWER["evidence"]["evaluations"])
    body = boto3.client("s3").get_object(Bucket=address.netloc, Key=address.path.lstrip("/"))["Body"].read()
    document = json.loads(body)
    golden = json.loads((REPOSITORY / "tests/golden/evaluations-1.json").read_text())
    schema = json.loads((REPOSITORY / "schemas/evaluations-1.json").read_text())
    for one in (document, golden):
        jsonschema.validate(one, schema, jsonschema.Draft202012Validator)
    for member in schema["required"]:
        rest = {name: value for name, value in document.items() if name != member}
        assert not jsonschema.Draft202012Validator(schema).is_valid(rest), member
    assert document["schema"] == "iam-census/evaluations/1"
    assert document["report"] == ANSWER["evidence"]["report"]
    assert {user["id"]: user["compliance"] for user in document["users"]} == {
        resource: compliance for resource, (compliance, _) in results.items()
    }
