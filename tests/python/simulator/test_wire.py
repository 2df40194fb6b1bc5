"""What every service has in common on the wire, and that every operation of the simulator is driven."""

import json
import urllib.error
import urllib.parse
import urllib.request

import pytest
from conftest import DRIVEN, ENDPOINT, connect, member, refused

SCOPES = {"sts": "2011-06-15", "iam": "2010-05-08", "sns": "2010-03-31"}


def send(body: bytes, headers: dict, method: str = "POST", path: str = "/"):
    request = urllib.request.Request(ENDPOINT + path, body, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def signed(service: str) -> dict:
    scope = f"AKIAHUB/20261120/us-east-1/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}


def form(**fields) -> bytes:
    return urllib.parse.urlencode(fields).encode()


@pytest.mark.parametrize("service", SCOPES)
def test_unsigned_queries_are_refused(service):
    status, _, body = send(form(Action="GetCallerIdentity", Version=SCOPES[service]), {})
    assert status == 403 and b"<Code>MissingAuthenticationToken</Code>" in body


def test_other_unsigned_calls_are_refused():
    target = {"X-Amz-Target": "AWSOrganizationsV20161128.ListAccounts"}
    status, _, body = send(b"{}", target)
    assert status == 400 and json.loads(body)["__type"] == "MissingAuthenticationTokenException"
    status, _, body = send(b"", {}, "GET")
    assert status == 403 and b"<Code>AccessDenied</Code>" in body


@pytest.mark.parametrize("service", SCOPES)
def test_unknown_queries_are_refused(service):
    version = SCOPES[service]
    status, _, body = send(form(Action="MakeCoffee", Version=version), signed(service))
    assert status == 400 and b"<Code>InvalidAction</Code>" in body
    assert f"Could not find operation MakeCoffee for version {version}".encode() in body
    status, _, body = send(form(Version=version), signed(service))
    assert status == 400 and b"<Code>MissingAction</Code>" in body


def test_operations_that_services_have_and_the_simulator_has_not(world):
    with refused("InvalidAction", 400):
        connect("iam").list_users()
    with refused("UnknownOperationException", 400):
        connect("organizations").list_handshakes_for_organization()
    with refused("UnknownOperationException", 400):
        connect("lambda").list_functions()


def test_a_body_that_is_not_json_is_refused():
    headers = {**signed("organizations"), "X-Amz-Target": "AWSOrganizationsV20161128.ListAccounts"}
    status, _, body = send(b"{", headers)
    assert status == 400 and json.loads(body)["__type"] == "SerializationException"


def test_content_types_request_ids_and_dates(world):
    query = send(form(Action="GetCallerIdentity", Version="2011-06-15"), signed("sts"))
    headers = {**signed("organizations"), "X-Amz-Target": "AWSOrganizationsV20161128.ListRoots"}
    document = send(b"{}", headers)
    rest = send(b"", {**signed("s3"), "X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}, "GET")
    found = []
    for status, headers, _ in (query, document, rest):
        assert status == 200
        assert headers["x-amzn-requestid"] and headers["date"].endswith(" GMT")
        found.append(headers["content-type"])
    assert found == ["text/xml", "application/x-amz-json-1.1", "application/xml"]
    assert query[1]["x-amzn-requestid"] != rest[1]["x-amzn-requestid"]


def test_a_signature_in_the_address_is_read(world):
    style = {"signature_version": "s3v4"}
    s3 = connect("s3", **style)
    s3.put_object(Bucket=world.bucket, Key="presigned", Body=b"presigned")
    for client, expected in [(s3, 200), (member("s3", world.sample_account, **style), 403)]:
        url = client.generate_presigned_url("get_object", {"Bucket": world.bucket, "Key": "presigned"})
        status, _, body = send(None, {}, "GET", url.removeprefix(ENDPOINT))
        assert status == expected and (body == b"presigned") == (expected == 200)


def test_a_hash_of_another_body_is_refused(world):
    headers = {**signed("s3"), "X-Amz-Content-SHA256": "0" * 64}
    status, _, body = send(b"x", headers, "PUT", f"/{world.bucket}/hash")
    assert status == 400 and b"<Code>XAmzContentSHA256Mismatch</Code>" in body


def test_chunks_that_end_early_are_refused(world):
    streaming = {**signed("s3"), "X-Amz-Content-SHA256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}
    for body, length in [(b"5\r\nhel", "5"), (b"5\r\nhello\r\n0\r\n\r\n", "6")]:
        headers = {**streaming, "X-Amz-Decoded-Content-Length": length}
        status, _, answer = send(body, headers, "PUT", f"/{world.bucket}/chunks")
        assert status == 400 and b"<Code>IncompleteBody</Code>" in answer


def test_every_operation_is_driven(request, world):
    """Each operation that the simulator exports was called by the tests before this one, which ran all."""
    ran = {item.path.name for item in request.session.items}
    assert ran == {path.name for path in request.path.parent.glob("test_*.py")}
    assert set(world.operations) - DRIVEN == set()
    assert len(world.operations) >= 25
