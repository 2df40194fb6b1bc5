"""Reads back, as AWS's own client for Python sees it, the inventory of a run and the evidence behind it."""

import csv
import io
import json
import os
import pathlib
import tempfile

import boto3
import duckdb
import jsonschema
import pytest

ANSWER = json.loads(os.environ["IAM_CENSUS_ANSWER"])
BUCKET = os.environ["IAM_CENSUS_CHECKED_BUCKET"]
REPOSITORY = pathlib.Path(os.environ["IAM_CENSUS_REPOSITORY"])
DATE = ANSWER["manifest"].split("/")[-2]
DATASET = f"inventory/date={DATE}/inventory.parquet"
RUN = f"reports/user-inventory/{DATE}/{ANSWER['run']}"


def stored(key: str) -> bytes:
    return boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()


def listed(prefix: str) -> list[str]:
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    return [json.loads(line) for line in stored(f"{RUN}/inventory.jsonl").decode().splitlines()]


@pytest.fixture(scope="module")
def engine():
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        file.write(stored(DATASET))
        file.flush()
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        date = DATASET.split("date=")[1].split("/")[0]
        connection.execute(f"CREATE TABLE inventory AS SELECT *, '{date}' AS date FROM read_parquet('{file.name}')")
        yield connection


@pytest.fixture(scope="module")
def users() -> dict[tuple[str, str], dict]:
    """Every user of every account, as IAM itself answers."""
    found = {}
    accounts = boto3.client("organizations").get_paginator("list_accounts").paginate()
    for account in [account["Id"] for page in accounts for account in page["Accounts"]]:
        iam = boto3.client("iam", aws_access_key_id=account, aws_secret_access_key="secret")
        pages = iam.get_paginator("get_account_authorization_details").paginate(Filter=["User"])
        found |= {(account, user["UserName"]): user for page in pages for user in page["UserDetailList"]}
    return found


def test_the_inventory_is_what_iam_answers(rows, users):
    assert {(row["account"], row["name"]) for row in rows} == set(users) and len(rows) == len(users)
    for row in rows:
        user = users[row["account"], row["name"]]
        assert (row["id"], row["arn"], row["path"]) == (user["UserId"], user["Arn"], user["Path"])
        assert row["groups"] == sorted(user["GroupList"])
        assert row["managed_policies"] == sorted(one["PolicyArn"] for one in user["AttachedManagedPolicies"])
        assert row["inline_policies"] == sorted(one["PolicyName"] for one in user.get("UserPolicyList", []))
        assert row.get("permissions_boundary") == user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        assert row["tags"] == {tag["Key"]: tag["Value"] for tag in user.get("Tags", [])}
        assert row["created_at"] == user["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ")
        assert row["found_in"] == "both" and row["credentials_state"] == "joined"


def test_the_three_formats_say_the_same(rows, engine):
    table = engine.execute("SELECT account, name, id, mfa_active, copies FROM inventory").fetchall()
    assert table == [(row["account"], row["name"], row["id"], row["mfa_active"], row["copies"]) for row in rows]
    cells = list(csv.DictReader(io.StringIO(stored(f"{RUN}/inventory.csv").decode())))
    assert [cell["id"] for cell in cells] == [row["id"] for row in rows]
    columns = [name for name, *_ in engine.execute("DESCRIBE inventory").fetchall()]
    # The date is the partition, and stands in the key alone.
    assert [*cells[0], "date"] == columns
    for cell, row in zip(cells, rows):
        assert json.loads(cell["groups"]) == row["groups"] and json.loads(cell["tags"]) == row["tags"]
        assert cell["mfa_active"] == str(row["mfa_active"]).lower()


def test_lines_and_evidence_keep_to_their_schemas(rows):
    def validator(name: str):
        schema = json.loads((REPOSITORY / "schemas" / f"{name}-1.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema), schema

    lines, schema = validator("inventory")
    for row in rows:
        lines.validate(row)
        assert set(row) <= set(schema["properties"])
    assert [name for name in schema["properties"] if name != "schema"] == list(
        csv.DictReader(io.StringIO(stored(f"{RUN}/inventory.csv").decode())).fieldnames
    )
    answers, _ = validator("inventory-results")
    evidence = listed(f"{RUN}/results/")
    assert evidence
    for key in evidence:
        for line in stored(key).decode().splitlines():
            answers.validate(json.loads(line))


def test_the_ledger_names_every_account_and_its_evidence(rows):
    manifest = json.loads(stored(f"runs/user-inventory/{DATE}/{ANSWER['run']}.json"))
    of_account = {entry["account"]: entry["rows"] for entry in manifest["accounts"]}
    copies = {account: 0 for account in of_account}
    for row in rows:
        copies[row["account"]] += row["copies"]
    assert of_account == copies
    assert {entry["key"] for entry in manifest["accounts"]} == set(listed(f"{RUN}/results/"))


def test_the_query_for_users_without_mfa_finds_them(rows, engine):
    query = (REPOSITORY / "queries/inventory-users-without-mfa.sql").read_text()
    found = {(row[0], row[3]) for row in engine.sql(query).project("COLUMNS(*)::VARCHAR").fetchall()}
    expected = {(row["account"], row["name"]) for row in rows if row["password_enabled"] and not row["mfa_active"]}
    assert found == expected and expected
