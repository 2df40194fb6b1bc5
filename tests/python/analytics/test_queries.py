"""The queries of stacks/analytics.yaml, run by DuckDB over collected reports, say what the Rust checks say.

IAM_CENSUS_FOLDER      what the collector wrote, on 2026-11-20 as of midnight
IAM_CENSUS_VERDICTS    what `iam-census check --format json` says of the same reports, as of the same instant
IAM_CENSUS_REPOSITORY  the repository
"""

import collections
import json
import os
import pathlib
import re

import duckdb
import pytest
import sqlglot
import yaml

FOLDER = pathlib.Path(os.environ["IAM_CENSUS_FOLDER"])
REPOSITORY = pathlib.Path(os.environ["IAM_CENSUS_REPOSITORY"])
DATE = "2026-11-20"
TABLE = "cfn_iamcredreport"
ROOTS = {"111122223333": "arn:aws-us-gov"}


class Reader(yaml.SafeLoader):
    """YAML whose short forms of CloudFormation's functions are read as their arguments."""


Reader.add_multi_constructor("!", lambda loader, _, node: (
    loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode)
    else loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode)
    else loader.construct_mapping(node)
))
TEMPLATE = yaml.load((REPOSITORY / "stacks/analytics.yaml").read_text(), Reader)
RESOURCES = TEMPLATE["Resources"]
QUERIES = {
    name: resource["Properties"]["QueryString"].replace("${TableName}", TABLE)
    for name, resource in RESOURCES.items() if resource["Type"] == "AWS::Athena::NamedQuery"
}
VIEWS = ["CredentialsView", "VerdictsView"]


def for_duckdb(query: str) -> str:
    (statement,) = sqlglot.transpile(query, read="athena", write="duckdb", error_level=sqlglot.ErrorLevel.RAISE)
    return statement


@pytest.fixture(scope="module")
def database():
    """The table as the template declares it, over the reports of the folder, with both views made."""
    table = RESOURCES["RawReports"]["Properties"]["TableInput"]
    columns = [column["Name"] for column in table["StorageDescriptor"]["Columns"]]
    files = sorted(str(path) for path in (FOLDER / "credential-reports" / DATE).rglob("*.csv"))
    assert files
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    read = "read_csv($1, all_varchar = true, union_by_name = true, header = true)"
    database.execute(f"CREATE TABLE raw AS SELECT * FROM {read}", [files])
    present = {row[0] for row in database.execute("DESCRIBE raw").fetchall()}
    # Athena goes by position, and what a row does not have is null.
    assert present - set(columns) == set()
    listed = ", ".join(f'"{name}"' if name in present else f'CAST(NULL AS varchar) AS "{name}"' for name in columns)
    database.execute(f"CREATE TABLE {TABLE} AS SELECT {listed}, '{DATE}' AS partition_0 FROM raw")
    for view in VIEWS:
        database.execute(for_duckdb(QUERIES[view]))
    return database


@pytest.fixture(scope="module")
def told():
    """The verdicts of the Rust checks about rows of the report, by check, ARN and credential."""
    document = json.loads(pathlib.Path(os.environ["IAM_CENSUS_VERDICTS"]).read_text())
    verdicts = {}
    for finding in document["findings"]:
        resource, account = finding["resource"], finding["account"]
        if resource == "root-user":
            resource = f"{ROOTS.get(account, 'arn:aws')}:iam::{account}:root"
        user, _, slot = resource.partition("#")
        user = re.sub(r"@[0-9TZ:.-]+$", "", user)
        credential = slot.replace("access-key-", "access key ") or None
        verdicts[finding["check"], user, credential] = finding["status"]
    return verdicts


def test_the_verdicts_are_those_of_the_checks(database, told):
    verdicts = database.execute("SELECT check_slug, arn, credential, status FROM cis_verdicts").fetchall()
    asked = {(check, arn, credential): status for check, arn, credential, status in verdicts}
    assert len(asked) == len(verdicts)
    checks = {check for check, _, _ in asked}
    assert len(checks) == 6
    about_rows = (":user/", ":root")
    expected = {key: status for key, status in told.items() if key[0] in checks and any(it in key[1] for it in about_rows)}
    users = {arn for _, arn, _ in asked if ":user/" in arn}
    assert len(users) >= 10_000, len(users)
    different = {key: (status, asked.get(key)) for key, status in expected.items() if asked.get(key) != status}
    assert not different, dict(list(different.items())[:5])
    # Only of empty slots do the checks say nothing.
    more = collections.Counter((key[0], asked[key]) for key in asked.keys() - expected.keys())
    assert set(more) <= {("access-key-rotation-90", "NOT_APPLICABLE")}, more
    assert [asked["root-mfa-enabled", f"{arn}:iam::{account}:root", None] for account, arn in ROOTS.items()] == ["NOT_APPLICABLE"]
    # Every check was met and broken by somebody.
    for check in checks:
        assert {"PASS", "FAIL"} <= {status for (slug, _, _), status in asked.items() if slug == check}, check


def rows(database, name) -> int:
    """How many rows a query answers."""
    return database.execute(f"SELECT count(*) FROM ({for_duckdb(QUERIES[name])})").fetchone()[0]


@pytest.mark.parametrize("name", sorted(set(QUERIES) - set(VIEWS)))
def test_every_query_answers(database, name):
    assert rows(database, name) > 0


def test_keys_to_rotate_are_the_failures_of_the_check(database, told):
    failed = [key for key, status in told.items() if key[0] == "access-key-rotation-90" and status == "FAIL"]
    assert rows(database, "KeysToRotate") == len(failed) > 0


def test_the_trend_counts_every_user_once(database):
    ((date, users, _, _),) = database.execute(for_duckdb(QUERIES["MigrationToSingleSignOn"])).fetchall()
    counted = database.execute(f"SELECT count(*) FROM {TABLE} WHERE \"user\" <> '<root_account>'").fetchone()
    assert (date, users) == (DATE, counted[0])
