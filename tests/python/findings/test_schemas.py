"""The documents of findings keep to their schemas, and the schemas refuse what is no such document."""

import copy
import json
import os
import pathlib

import jsonschema
import pytest

REPOSITORY = pathlib.Path(os.environ["IAM_CENSUS_REPOSITORY"])
STORED = {
    "check-1": "check-1.json",
    "finding-1": "finding-1.jsonl",
    "news-1": "news-1.json",
    "state-1": "state-1.jsonl",
}
DOCUMENTS = {
    name: [json.loads(line) for line in (REPOSITORY / "tests/golden" / file).read_text().splitlines()]
    for name, file in STORED.items()
}


def schema(name: str) -> dict:
    return json.loads((REPOSITORY / "schemas" / f"{name}.json").read_text())


def validator(of: dict) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(of)
    return jsonschema.Draft202012Validator(of)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_keep_to_their_schema(name):
    assert DOCUMENTS[name]
    for document in DOCUMENTS[name]:
        validator(schema(name)).validate(document)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_member_goes_undescribed(name):
    """Whatever a document says, its schema describes: refusing all other members changes nothing."""

    def close(value):
        if isinstance(value, dict):
            if "properties" in value:
                value["additionalProperties"] = False
            for key, inner in value.items():
                if key not in ("enum", "const"):
                    close(inner)
        elif isinstance(value, list):
            for inner in value:
                close(inner)

    closed = copy.deepcopy(schema(name))
    close(closed)
    for document in DOCUMENTS[name]:
        validator(closed).validate(document)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_required_member_is_missed(name):
    document = DOCUMENTS[name][0]
    required = schema(name).get("required") or schema(name)["$defs"]["header"]["required"]
    for member in required:
        without = {key: value for key, value in document.items() if key != member}
        assert not validator(schema(name)).is_valid(without), member


@pytest.mark.parametrize(
    "name, member, wrong",
    [
        ("check-1", "counts", {}),
        ("check-1", "findings", [{"status": "FAIL"}]),
        ("finding-1", "status", "OK"),
        ("finding-1", "account", "12"),
        ("finding-1", "severity", "HIGH"),
        ("finding-1", "id", "00"),
        ("finding-1", "schema", "iam-census/finding/2"),
        ("news-1", "edition", "7"),
        ("news-1", "left_out", -1),
        ("news-1", "changes", [{"change": "BETTER"}]),
        ("state-1", "run", "today"),
        ("state-1", "lines", "6"),
    ],
)
def test_wrong_values_are_refused(name, member, wrong):
    document = {**DOCUMENTS[name][0], member: wrong}
    assert not validator(schema(name)).is_valid(document)
