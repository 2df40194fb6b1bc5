"""The queries over a trail, run by DuckDB on gzipped log files in CloudTrail's layout.

IAM_CENSUS_SAMPLE      records of the accounts of a simulated organization, by Region, and the truth about root users
IAM_CENSUS_REPOSITORY  the repository
"""

import gzip
import json
import os
import pathlib
import re

import duckdb
import pytest
import sqlglot
import yaml

REPOSITORY = pathlib.Path(os.environ["IAM_CENSUS_REPOSITORY"])
SAMPLE = json.loads(pathlib.Path(os.environ["IAM_CENSUS_SAMPLE"]).read_text())
ACCOUNTS = {account["id"]: account for account in SAMPLE["accounts"]}
SIGN_IN_REGIONS = ["us-east-1", "us-east-2", "us-west-2"]
BUCKET = "trail-bucket"


def function(loader, suffix, node):
    """A short form of CloudFormation's functions."""
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    return {suffix: loader.construct_mapping(node, deep=True)}


class Reader(yaml.SafeLoader):
    """YAML with the short forms of CloudFormation's functions."""


Reader.add_multi_constructor("!", function)
TEMPLATE = yaml.load((REPOSITORY / "stacks/trail-history.yaml").read_text(), Reader)
NOTHING = object()


def resolve(value, parameters: dict):
    """A part of the template as CloudFormation makes it with these parameters."""
    if isinstance(value, list):
        return [item for item in (resolve(item, parameters) for item in value) if item is not NOTHING]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, argument),) = value.items()
        match name:
            case "Ref":
                return NOTHING if argument == "AWS::NoValue" else parameters.get(argument, argument)
            case "If":
                _, yes, no = argument
                return resolve(yes if parameters["OrganizationId"] else no, parameters)
            case "Join":
                return argument[0].join(resolve(argument[1], parameters))
            case "Select":
                return resolve(argument[1], parameters)[int(argument[0])]
            case "Sub":
                text, more = argument if isinstance(argument, list) else (argument, {})
                known = {**parameters, **resolve(more, parameters)}
                text = re.sub(r"\$\{([A-Za-z]+)\}", lambda found: known[found[1]], text)
                return text.replace("${!", "${")
    resolved = {name: resolve(item, parameters) for name, item in value.items()}
    return {name: item for name, item in resolved.items() if item is not NOTHING}


def stack(**parameters) -> dict:
    defaults = {
        name: parameter["Default"].split(",") if parameter["Type"] == "CommaDelimitedList" else parameter["Default"]
        for name, parameter in TEMPLATE["Parameters"].items()
        if "Default" in parameter
    }
    return resolve(TEMPLATE["Resources"], {**defaults, "TrailBucketName": BUCKET, **parameters})


OF_ORGANIZATION = stack(OrganizationId=SAMPLE["organization"], AccountIds=list(ACCOUNTS))
ALONE = next(id for id, account in ACCOUNTS.items() if {"Success", "Failure"} <= {s["outcome"] for s in account["sign_ins"]})
OF_ACCOUNT = stack(AccountIds=[ALONE])
STACKS = {"organization": OF_ORGANIZATION, "account": OF_ACCOUNT}


def table(resources: dict) -> dict:
    return resources["Events"]["Properties"]["TableInput"]


@pytest.fixture(scope="session")
def bucket(tmp_path_factory):
    """Log files in the layout of a trail of the organization, and the same of one account in the layout of its own."""
    folder = tmp_path_factory.mktemp("bucket")
    files = {}
    for id, account in ACCOUNTS.items():
        for entry in account["records"]:
            record = entry["record"]
            day = record["eventTime"][:10].replace("-", "/")
            files.setdefault((id, entry["region"], day), []).append(record)
    # A record whose texts are no JSON, and that lacks most members.
    broken = {
        "userIdentity": {"type": "Root", "accountId": ALONE},
        "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", "eventTime": "2026-11-19T00:00:00Z",
        "awsRegion": "us-east-1", "responseElements": "{\"ConsoleLogin\": \"Succ", "eventID": "broken",
    }
    files.setdefault((ALONE, "us-east-1", "2026/11/19"), []).append(broken)
    # The same failure again, told as a success: who counts must not miss the success.
    failure = next(s for s in ACCOUNTS[ALONE]["sign_ins"] if s["outcome"] == "Failure")
    (again,) = [e["record"] for e in ACCOUNTS[ALONE]["records"] if e["record"]["eventID"] == failure["id"]][:1]
    later = {**again, "responseElements": {"ConsoleLogin": "Success"}}
    files.setdefault((ALONE, failure["region"], failure["at"][:10].replace("-", "/")), []).append(later)
    failure["outcome"] = "Success"
    for (id, region, day), records in files.items():
        for above in [f"AWSLogs/{SAMPLE['organization']}/{id}", f"AWSLogs/{id}"][: 2 if id == ALONE else 1]:
            where = folder / BUCKET / above / "CloudTrail" / region / day
            where.mkdir(parents=True)
            name = f"{id}_CloudTrail_{region}_{day.replace('/', '')}T0000Z_abcdefgh.json.gz"
            (where / name).write_bytes(gzip.compress(json.dumps({"Records": records}).encode(), mtime=0))
    return folder


@pytest.fixture(scope="session", params=STACKS)
def engine(bucket, request):
    """The table as the stack declares it: its columns from the records, its partitions from the places of files."""
    resources = STACKS[request.param]
    declared = table(resources)
    database = duckdb.connect()
    place = declared["Parameters"]["storage.location.template"].replace("s3://", f"{bucket}/")
    keys = [key["Name"] for key in declared["PartitionKeys"]]
    found = re.escape(place)
    for key in keys:
        kind = {"account": r"\d{12}", "region": "[a-z0-9-]+", "day": r"\d{4}/\d{2}/\d{2}"}[key]
        found = found.replace(re.escape(f"${{{key}}}"), f"({kind})")
    rows = []
    for path in sorted(bucket.rglob("*.json.gz")):
        if match := re.match(found, str(path)):
            rows.append([str(path), *match.groups()])
    assert rows
    database.execute(f"CREATE TABLE files (path VARCHAR, {', '.join(f'{key} VARCHAR' for key in keys)})")
    database.executemany(f"INSERT INTO files VALUES ({', '.join('?' * (len(keys) + 1))})", rows)
    read = "read_json($1, columns = {Records: 'JSON[]'}, filename = 'path', maximum_object_size = 100000000)"
    database.execute(f"CREATE TABLE records AS SELECT path, unnest(Records) AS record FROM {read}", [[r[0] for r in rows]])
    columns = ", ".join(column(one["Name"], one["Type"]) for one in declared["StorageDescriptor"]["Columns"])
    name = declared["Name"]
    database.execute(f"CREATE TABLE {name} AS SELECT {columns}, {', '.join(keys)} FROM records JOIN files USING (path)")
    return database, resources


def column(name: str, kind: str) -> str:
    """A column of the table from the record, whose members have capitals that Athena does not look at."""
    if kind == "string":
        return f"record ->> '$.{MEMBERS[name]}' AS {name}"
    return f"{struct('record', MEMBERS[name], kind)} AS {name}"


def struct(above: str, name: str, kind: str) -> str:
    """A structure of texts, member by member."""
    inside, depth, parts = kind.removeprefix("struct<")[:-1], 0, [""]
    for letter in inside:
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    here = f"({above} -> '$.{name}')"
    members = []
    for part in parts:
        member, _, of = part.partition(":")
        value = f"{here} ->> '$.{MEMBERS[member]}'" if of == "string" else struct(here, MEMBERS[member], of)
        members.append(f"'{member}': {value}")
    return "{" + ", ".join(members) + "}"


# How records write the names of the columns.
MEMBERS = {
    name.lower(): name
    for name in (
        "eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode "
        "errorMessage requestParameters responseElements additionalEventData requestID eventID readOnly eventType "
        "recipientAccountId eventCategory type principalId arn accountId invokedBy accessKeyId userName sessionContext "
        "assumedRoot attributes mfaAuthenticated creationDate sessionIssuer"
    ).split()
}


def run(engine, logical: str) -> list[dict]:
    database, resources = engine
    query = resources[logical]["Properties"]["QueryString"]
    (statement,) = sqlglot.transpile(query, read="athena", write="duckdb", error_level=sqlglot.ErrorLevel.RAISE)
    cursor = database.execute(statement)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def asked(engine) -> dict[str, dict]:
    return ACCOUNTS if engine[1] is OF_ORGANIZATION else {ALONE: ACCOUNTS[ALONE]}


def records(engine):
    """Every record once."""
    seen = set()
    for id, account in asked(engine).items():
        for entry in account["records"]:
            if (id, entry["record"]["eventID"]) not in seen:
                seen.add((id, entry["record"]["eventID"]))
                yield id, entry["record"]


def test_sign_ins_are_those_of_the_world(engine):
    rows = run(engine, "RootSignIns")
    assert list(rows[0]) == [
        "account", "region", "event_time", "outcome", "mfa_used", "source_ip", "user_agent", "event_id",
    ]
    assert [row["event_time"] for row in rows] == sorted((row["event_time"] for row in rows), reverse=True)
    (broken,) = [row for row in rows if row["event_id"] == "broken"]
    assert (broken["account"], broken["outcome"], broken["mfa_used"]) == (ALONE, "Unknown", None)
    told = {
        (row["account"], row["event_id"]): (row["region"], row["event_time"], row["outcome"], row["mfa_used"], row["source_ip"])
        for row in rows
        if row is not broken
    }
    expected = {
        (id, one["id"]): (one["region"], one["at"], one["outcome"], {True: "Yes", False: "No", None: None}[one["mfa"]], one["source"])
        for id, account in asked(engine).items()
        for one in account["sign_ins"]
    }
    assert told == expected and len(rows) == len(expected) + 1
    assert {"Success", "Failure"} <= {row["outcome"] for row in rows} or len(asked(engine)) == 1
    assert any(row["event_time"] < "2026-08-01" for row in rows), "older than the event history"


def test_no_text_commands_a_terminal(engine):
    agents = [row["user_agent"] for row in run(engine, "RootSignIns") + run(engine, "Changes") if row["user_agent"]]
    assert any(agent.startswith("?[2J?[1;31mMozilla???x") for agent in agents)
    assert all(agent.isprintable() and len(agent) <= 500 for agent in agents)


def test_keys_of_sessions_are_told_from_keys_of_their_own(engine):
    rows = run(engine, "RootKeys")
    keys = {(row["account"], row["kind"], row["access_key"]): row for row in rows}
    assert len(keys) == len(rows)
    tasks = {(id, key) for id, account in asked(engine).items() for key in account["task_keys"]}
    assert {(id, key) for id, kind, key in keys if kind == "AssumeRoot session"} == tasks
    used = sorted(row["last_event"] for (_, kind, _), row in keys.items() if kind == "access key")
    assert used == sorted(at for account in asked(engine).values() for at in account["key_uses"])
    signed_in = sum(one["outcome"] == "Success" for account in asked(engine).values() for one in account["sign_ins"])
    consoles = [key for _, kind, key in keys if kind == "console session"]
    # One failure of the sample is told as a success in the log files only.
    assert len(consoles) == signed_in - 1
    if len(asked(engine)) > 1:
        assert tasks and used


def test_changes_are_found_with_who_when_and_from_where(engine):
    rows = {(row["account"], row["event_id"]): row for row in run(engine, "Changes")}
    names = {"CreateUser", "DeleteUser", "DeleteLoginProfile", "CreateAccessKey", "DeleteAccessKey", "AttachUserPolicy", "PutUserPolicy",
             "CreatePolicyVersion", "RunInstances", "TerminateInstances", "CreateSecurityGroup",
             "AuthorizeSecurityGroupIngress"}
    expected = {(id, record["eventID"]): record for id, record in records(engine) if record["eventName"] in names}
    assert rows.keys() == expected.keys()
    for key, record in expected.items():
        row, parameters = rows[key], record["requestParameters"] or {}
        assert (row["region"], row["event_time"], row["event_name"]) == (
            record["awsRegion"], record["eventTime"], record["eventName"],
        )
        assert (row["who"], row["source_ip"]) == (record["userIdentity"]["arn"], record["sourceIPAddress"])
        assert row["outcome"] == record.get("errorCode", "Success")
        assert row["resource"], record
        if record["eventName"] == "DeleteLoginProfile":
            assert row["resource"] == f"arn:aws:iam::{key[0]}:root"
        for name in ["userName", "policyArn", "accessKeyId", "groupId"]:
            if name in parameters:
                assert parameters[name] in row["resource"]
        launched = ((record["responseElements"] or {}).get("instancesSet") or {}).get("items", [])
        if launched:
            assert row["resource"] == ", ".join(sorted(item["instanceId"] for item in launched))
    if engine[1] is OF_ORGANIZATION:
        assert {row["event_name"] for row in rows.values()} == names
        assert {"AccessDenied", "Success"} == {row["outcome"] for row in rows.values()}


FILES = {"RootSignIns": "root-sign-ins", "RootKeys": "root-keys", "Changes": "changes"}


@pytest.mark.parametrize("logical", FILES)
def test_the_stack_has_the_queries_of_the_files(logical):
    query = (REPOSITORY / f"queries/trail-{FILES[logical]}.sql").read_text()
    regions = SIGN_IN_REGIONS if logical == "RootSignIns" else TEMPLATE["Parameters"]["Regions"]["Default"].split(",")
    for name, text in {
        "{table}": "trail_events",
        "{accounts}": "account IN ('" + "', '".join(ACCOUNTS) + "')",
        "{regions}": "'" + "', '".join(regions) + "'",
        "{from_day}": "2020/01/01",
        "{to_day}": "9999/12/31",
    }.items():
        assert name in query or logical == "RootSignIns"
        query = query.replace(name, text)
    lines = [line for line in query.splitlines() if not line.lstrip().startswith("--")]
    assert OF_ORGANIZATION[logical]["Properties"]["QueryString"].splitlines() == lines


def test_partitions_are_where_cloudtrail_writes():
    of_organization, of_account = table(OF_ORGANIZATION), table(OF_ACCOUNT)
    assert [key["Name"] for key in of_organization["PartitionKeys"]] == ["account", "region", "day"]
    assert [key["Name"] for key in of_account["PartitionKeys"]] == ["region", "day"]
    assert of_organization["Parameters"]["projection.account.type"] == "injected"
    assert "projection.account.type" not in of_account["Parameters"]
    above = f"s3://{BUCKET}/AWSLogs/{SAMPLE['organization']}/${{account}}/CloudTrail/${{region}}/${{day}}/"
    assert of_organization["Parameters"]["storage.location.template"] == above
    assert of_account["Parameters"]["storage.location.template"] == (
        f"s3://{BUCKET}/AWSLogs/{ALONE}/CloudTrail/${{region}}/${{day}}/"
    )
