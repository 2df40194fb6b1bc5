"""The queries over the inventory, run by DuckDB on a sample, with the rows that they should find."""

import os
import pathlib

import duckdb
import pytest

QUERIES = pathlib.Path(os.environ["IAM_CENSUS_REPOSITORY"]) / "queries"
TYPES = {"string": "VARCHAR", "timestamp": "TIMESTAMP WITH TIME ZONE", "boolean": "BOOLEAN", "bigint": "BIGINT"}
ONE, OTHER = "111122223333", "444455556666"
REPORT = "2026-11-20 02:00:00+00"


def columns() -> dict[str, str]:
    """As the page in `schemas/` describes them."""
    page = (QUERIES.parent / "schemas/inventory-parquet.md").read_text()
    cells = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    return {name.strip("| `"): TYPES[kind] for name, kind, *_ in cells}


def user(name: str, account: str = ONE, **more) -> dict:
    joined = {
        "account": account, "account_name": "prod", "ou_path": "Root/Prod", "resource_type": "AWS::IAM::User",
        "name": name, "found_in": "both", "credentials_state": "joined", "created_at": "2024-01-01 00:00:00+00",
        "report_generated_at": REPORT, "password_enabled": False, "mfa_active": False,
        "access_key_1_active": False, "access_key_2_active": False, "managed_policies": "[]",
    }
    return joined | more


SAMPLE = [
    user("never", password_enabled=True),
    user("lately", password_enabled=True, last_used_at="2026-11-19 00:00:00+00",
         password_last_used_at="2026-11-19 00:00:00+00"),
    user("careful", password_enabled=True, mfa_active=True, last_used_at="2026-11-01 00:00:00+00"),
    user("old-key", access_key_2_active=True, last_used_at="2026-08-22 01:59:59+00"),
    user("edge-key", access_key_1_active=True, last_used_at="2026-08-22 02:00:00+00"),
    user("harmless", last_used_at="2020-01-01 00:00:00+00"),
    user("new", password_enabled=True, mfa_active=True, created_at="2026-11-18 00:00:00+00"),
    user("hidden", OTHER, found_in="credential_report", access_key_1_active=True, last_used_at="2026-11-10 00:00:00+00"),
    user("stale", OTHER, found_in="config", credentials_state="not_in_report", report_generated_at=None,
         password_enabled=None, mfa_active=None, access_key_1_active=None, access_key_2_active=None),
    {"account": ONE, "account_name": "prod", "resource_type": "AWS::IAM::Role", "name": "role", "found_in": "config",
     "credentials_state": "not_a_user"},
]


@pytest.fixture(scope="module")
def engine():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    declared = columns()
    declared["date"] = "VARCHAR"
    connection.execute("CREATE TABLE inventory (" + ", ".join(f"{n} {kind}" for n, kind in declared.items()) + ")")
    # The day before holds everybody too, and somebody who is gone.
    before = [row | {"date": "2026-11-19"} for row in [*SAMPLE, user("gone", password_enabled=True)]]
    for row in [*before, *(row | {"date": "2026-11-20"} for row in SAMPLE)]:
        assert set(row) <= set(declared)
        places = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO inventory ({', '.join(row)}) VALUES ({places})", list(row.values()))
    return connection


def run(engine, name: str) -> list[tuple]:
    """The rows of a query, all cells as text."""
    query = (QUERIES / f"inventory-{name}.sql").read_text()
    return engine.sql(query).project("COLUMNS(*)::VARCHAR").fetchall()


def test_users_without_mfa(engine):
    found = [(row[0], row[3], row[4]) for row in run(engine, "users-without-mfa")]
    assert [(account, name) for account, name, _ in found] == [(ONE, "lately"), (ONE, "never")]
    assert found[0][2] == "2026-11-19 00:00:00+00" and found[1][2] is None


def test_unused_users(engine):
    found = [(row[0], row[2]) for row in run(engine, "unused-users")]
    assert found == [(ONE, "never"), (ONE, "old-key")]


def test_gaps(engine):
    assert run(engine, "gaps") == [
        (OTHER, "prod", "2", "0", "1", "1"),
        (ONE, "prod", "7", "7", "0", "0"),
    ]
