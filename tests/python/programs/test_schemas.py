"""The documents of the ledger keep to their schemas, and the schemas refuse what is no such document."""

import copy
import json
import os
import pathlib

import jsonschema
import pytest

FOLDER = pathlib.Path(os.environ["IAM_CENSUS_FOLDER"])
REPOSITORY = pathlib.Path(os.environ["IAM_CENSUS_REPOSITORY"])


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((REPOSITORY / "schemas" / f"{name}-1.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def documents(name: str, *paths: pathlib.Path) -> list:
    found = [json.loads(line) for path in paths for line in path.read_text().splitlines()]
    assert found, f"no {name} to look at"
    return found


LATEST = FOLDER / "runs/credential-collector/latest.json"
GOLDEN = REPOSITORY / "tests/golden"
DOCUMENTS = {
    "manifest": documents(
        "manifest", FOLDER / json.loads(LATEST.read_text())["key"], GOLDEN / "manifest-1.json"
    ),
    "part": documents("part", *FOLDER.glob("runs/*/*/*/part-*.jsonl"), GOLDEN / "part-1.jsonl"),
    "latest": documents("latest", LATEST, GOLDEN / "latest-1.json"),
    "message": documents("message", *FOLDER.glob("outbox/*/*/*.json")),
    "above": documents("above", *FOLDER.glob("runs/*/*/*/above.json"), GOLDEN / "above-1.json"),
    "guardrail-state": documents(
        "guardrail-state", *FOLDER.glob("state/scp-report/*.jsonl"), GOLDEN / "guardrail-state-1.jsonl"
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_keep_to_their_schema(name):
    for document in DOCUMENTS[name]:
        validator(name).validate(document)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_member_goes_undescribed(name):
    """Whatever a document says, its schema describes: refusing all other members changes nothing."""

    def close(schema):
        if isinstance(schema, dict):
            if "properties" in schema and "oneOf" not in schema:
                schema["unevaluatedProperties"] = False
            for key, value in schema.items():
                if key not in ("enum", "const"):
                    close(value)
        elif isinstance(schema, list):
            for value in schema:
                close(value)

    schema = copy.deepcopy(validator(name).schema)
    account = schema.get("$defs", {}).pop("account", None)
    close(schema)
    if account:
        # The four outcomes add to what every account has, so the whole is closed, not its branches.
        schema["$defs"]["account"] = {**account, "unevaluatedProperties": False}
    for document in DOCUMENTS[name]:
        jsonschema.Draft202012Validator(schema).validate(document)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_required_member_is_missed(name):
    judge = validator(name)
    for document in DOCUMENTS[name][:1]:
        optional = {"shortfalls", "last_complete", "parts", "version", "listing" if name == "part" else ""}
        for member in document.keys() - optional:
            rest = {key: value for key, value in document.items() if key != member}
            assert not judge.is_valid(rest), f"{name} without {member}"


@pytest.mark.parametrize(
    "member, wrong",
    [
        ("outcome", "passed"),
        ("account", "12"),
        ("sha256", "00"),
        ("object", "old"),
        ("size", -1),
        ("generated", "today"),
    ],
)
def test_wrong_values_are_refused(member, wrong):
    manifest = copy.deepcopy(DOCUMENTS["manifest"][0])
    entry = next(entry for entry in manifest["accounts"] if entry["outcome"] == "collected")
    entry[member] = wrong
    assert not validator("manifest").is_valid(manifest)
    assert not validator("part").is_valid(entry)
