"""Athena over the trail of the organization, as botocore reads it."""

import pathlib
import time
import uuid

import pytest
from conftest import connect, member, refused
from test_event_history import root_sign_ins

QUERY = (pathlib.Path(__file__).parents[3] / "queries/trail-root-sign-ins.sql").read_text()
PLACE = {"ResultConfiguration": {"OutputLocation": "s3://results/"}}


def statement(accounts: list[str], first: str = "2000/01/01", last: str = "2026/12/31") -> str:
    listed = "account IN ('" + "', '".join(accounts) + "')"
    regions = "'us-east-1', 'us-east-2', 'us-west-2'"
    query = QUERY
    for name, text in [("table", "trail_events"), ("accounts", listed), ("regions", regions)]:
        query = query.replace("{" + name + "}", text)
    return query.replace("{from_day}", first).replace("{to_day}", last)


def finish(query: str, state: str = "SUCCEEDED", **parameters) -> tuple[str, dict]:
    athena = connect("athena")
    started = athena.start_query_execution(QueryString=query, **(parameters or PLACE))["QueryExecutionId"]
    for _ in range(60):
        execution = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
        if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.2)
    assert execution["Status"]["State"] == state
    return started, execution


def rows(query: str) -> list[dict]:
    started, _ = finish(query)
    pages = connect("athena").get_paginator("get_query_results").paginate(
        QueryExecutionId=started, PaginationConfig={"PageSize": 40}
    )
    found = [[cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]]
    heading, *cells = found
    assert heading == ["account", "region", "event_time", "outcome", "mfa_used", "source_ip", "user_agent", "event_id"]
    return [dict(zip(heading, row, strict=True)) for row in cells]


def test_sign_ins_of_all_times(world):
    found = rows(statement([account["id"] for account in world.accounts]))
    times = [row["event_time"] for row in found]
    assert times == sorted(times, reverse=True)
    newest = {}
    for row in found:
        if row["outcome"] == "Success":
            newest.setdefault(row["account"], row)
    older = 0
    for account in world.accounts:
        truth = account["root_sign_ins"]["last"]
        row = newest.get(account["id"])
        assert (truth is None) == (row is None)
        if row:
            mfa = {"Yes": True, "No": False, None: None}[row["mfa_used"]]
            assert truth == {"at": row["event_time"], "region": row["region"], "mfa": mfa}
            older += account["root_sign_ins"]["last_of_event_history"] is None
    assert older > 3


def test_it_knows_what_the_event_history_knows_and_more(world):
    accounts = [account["id"] for account in world.accounts][:12]
    found = {(row["account"], row["event_id"]) for row in rows(statement(accounts))}
    looked_up = {(account, event) for account in accounts for event in root_sign_ins(account)}
    assert looked_up < found


def test_days_choose(world):
    accounts = [account["id"] for account in world.accounts]
    found = rows(statement(accounts, "2026/01/01", "2026/06/30"))
    assert found and all("2026-01-01" <= row["event_time"] < "2026-07-01" for row in found)


def test_states_pass_and_results_wait():
    athena = connect("athena")
    token = str(uuid.uuid4())
    query = statement(["111122223333"])
    started = athena.start_query_execution(QueryString=query, ClientRequestToken=token, **PLACE)["QueryExecutionId"]
    execution = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
    assert execution["Status"]["State"] in ("QUEUED", "RUNNING") and execution["Query"] == query
    with refused("InvalidRequestException", 400, "not yet finished"):
        athena.get_query_results(QueryExecutionId=started)
    again = athena.start_query_execution(QueryString=query, ClientRequestToken=token, **PLACE)["QueryExecutionId"]
    assert again == started
    with refused("InvalidRequestException", 400, "Idempotent"):
        athena.start_query_execution(QueryString="SELECT 1", ClientRequestToken=token, **PLACE)


def test_other_queries_fail():
    started, execution = finish("SELECT 1", "FAILED")
    assert execution["Status"]["StateChangeReason"].startswith("SYNTAX_ERROR")
    with refused("InvalidRequestException", 400, "FAILED"):
        connect("athena").get_query_results(QueryExecutionId=started)


def test_where_results_go(world):
    with refused("InvalidRequestException", 400, "No output location"):
        connect("athena").start_query_execution(QueryString=QUERY)
    started, execution = finish(statement(["111122223333"]), WorkGroup="audit")
    place = f"s3://athena-results-{world.hub_account}/{started}.csv"
    assert execution["ResultConfiguration"]["OutputLocation"] == place


@pytest.mark.parametrize("size", [0, 1001])
def test_sizes_of_pages(size):
    started, _ = finish(statement(["111122223333"]))
    with refused("InvalidRequestException", 400):
        connect("athena").get_query_results(QueryExecutionId=started, MaxResults=size)
    with refused("InvalidRequestException", 400):
        connect("athena").get_query_results(QueryExecutionId=started, NextToken="invented")


def test_strangers(world):
    started, _ = finish(statement(["111122223333"]))
    with refused("InvalidRequestException", 400, "was not found"):
        connect("athena", world.sample_account).get_query_execution(QueryExecutionId=started)
    with refused("AccessDeniedException", 400, "athena:StartQueryExecution"):
        member("athena", world.sample_account).start_query_execution(QueryString=QUERY, **PLACE)
