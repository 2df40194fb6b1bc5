"""Every request to AWS Config, and every answer, as it passed on the wire, held to the models of botocore.

IAM_CENSUS_CALLS  what the proxy wrote down of one run over 250 users
"""

import json
import os
import pathlib
import sys

import botocore.model
import botocore.parsers
import botocore.session
import botocore.validate
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "simulator"))
import judge  # noqa: E402

CALLS = [json.loads(line) for line in open(os.environ["IAM_CENSUS_CALLS"], encoding="utf-8")]
MODEL = botocore.session.get_session().get_service_model("config")


def of(operation: str) -> list[dict]:
    return [call for call in CALLS if call["target"] == f"StarlingDoveService.{operation}"]


def held(call: dict):
    """The request and the answer of a call, if both are what the model says."""
    operation = MODEL.operation_model(call["target"].split(".")[1])
    request = json.loads(call["body"])
    report = botocore.validate.ParamValidator().validate(moments(operation.input_shape, request), operation.input_shape)
    assert not report.has_errors(), report.generate_report()
    judge.known_members(operation.input_shape, request, operation.name)
    judge.value_of(operation.input_shape, request, operation.name)
    parser = botocore.parsers.create_parser(MODEL.protocol)
    raw = {"body": call["answer"].encode(), "headers": call["headers"], "status_code": call["status"]}
    answer = parser.parse({**raw, "context": {}}, operation.output_shape)
    assert call["status"] == 200, answer
    judge.known_members(operation.output_shape, json.loads(call["answer"]), operation.name)
    judge.value_of(operation.output_shape, {k: v for k, v in answer.items() if k != "ResponseMetadata"}, operation.name)
    return request, answer


def moments(shape, value):
    """Seconds since 1970 are how JSON carries what the validator wants as a moment; they must be numbers."""
    if shape.type_name == "structure":
        return {name: moments(shape.members[name], one) if name in shape.members else one for name, one in value.items()}
    if shape.type_name == "list":
        return [moments(shape.member, one) for one in value]
    if shape.type_name == "timestamp":
        assert isinstance(value, (int, float)) and not isinstance(value, bool), value
    return value


def test_250_users_are_put_in_three_batches_after_the_evidence():
    puts = [held(call) for call in of("PutEvaluations")]
    assert [len(request["Evaluations"]) for request, _ in puts] == [100, 100, 50]
    assert all(answer["FailedEvaluations"] == [] for _, answer in puts)
    tokens = {request["ResultToken"] for request, _ in puts}
    assert len(tokens) == 1 and all(request.get("TestMode") in (None, False) for request, _ in puts)
    users = [one["ComplianceResourceId"] for request, _ in puts for one in request["Evaluations"]]
    assert len(set(users)) == 250 and all(user.startswith("AIDA") for user in users)
    first = CALLS.index(of("PutEvaluations")[0])
    stored = [at for at, call in enumerate(CALLS) if call["method"] == "PUT" and call["status"] == 200]
    assert len(stored) == 2 and max(stored) < first, "the evidence stands before the first evaluation"


def test_the_list_of_earlier_answers_is_asked_for_as_the_model_says():
    asked = [held(call) for call in of("GetComplianceDetailsByConfigRule")]
    assert asked
    assert {call["target"].split(".")[1] for call in CALLS if call["target"].startswith("StarlingDove")} == {
        "PutEvaluations",
        "GetComplianceDetailsByConfigRule",
    }


@pytest.mark.parametrize(
    "change",
    [{"Evaluations": [{}]}, {"ResultToken": 7}, {"Unheard": "of"}, {"TestMode": "no"}],
)
def test_a_wrong_request_would_be_noticed(change):
    [call, *_] = of("PutEvaluations")
    wrong = {**call, "body": json.dumps({**json.loads(call["body"]), **change})}
    with pytest.raises((AssertionError, KeyError)):
        held(wrong)
