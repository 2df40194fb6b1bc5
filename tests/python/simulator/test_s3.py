"""Amazon S3: buckets, objects, versions, conditions, ranges and listings, as botocore reads them."""

import datetime
import uuid

import pytest
from conftest import connect, member, of_state, refused

KEY = "credential-reports/2026-11-20/ä b+c%/credentialReport_1.csv"


@pytest.fixture
def s3():
    return connect("s3")


@pytest.fixture
def bucket(s3):
    """A new bucket, without versions as new buckets are."""
    name = f"test-{uuid.uuid4()}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def key():
    return f"{uuid.uuid4()}/{KEY}"


def test_buckets_are_made_once_and_listed(world, s3, bucket):
    s3.create_bucket(Bucket=bucket)
    listed = [one["Name"] for one in s3.list_buckets()["Buckets"]]
    assert {bucket, world.bucket} <= set(listed) and listed == sorted(listed)
    assert s3.head_bucket(Bucket=bucket)["BucketRegion"] == world.region
    with refused("BucketAlreadyExists", 409):
        connect("s3", world.management_account).create_bucket(Bucket=bucket)
    with refused("InvalidBucketName", 400):
        connect("s3").create_bucket(Bucket="ab")
    abroad = f"abroad-{uuid.uuid4()}"
    place = {"LocationConstraint": "eu-central-1"}
    s3.create_bucket(Bucket=abroad, CreateBucketConfiguration=place)
    assert s3.head_bucket(Bucket=abroad)["BucketRegion"] == "eu-central-1"
    with refused("BucketAlreadyOwnedByYou", 409):
        s3.create_bucket(Bucket=abroad, CreateBucketConfiguration=place)


def test_buckets_of_others_and_buckets_that_are_not_there(world, s3, key):
    with refused("404", 404):
        s3.head_bucket(Bucket="no-such-bucket")
    with refused("NoSuchBucket", 404):
        s3.put_object(Bucket="no-such-bucket", Key=key, Body=b"x")
    with refused("NoSuchBucket", 404):
        s3.list_objects_v2(Bucket="no-such-bucket")
    stranger = member("s3", world.sample_account)
    with refused("AccessDenied", 403):
        stranger.put_object(Bucket=world.bucket, Key=key, Body=b"x")
    with refused("403", 403):
        stranger.head_bucket(Bucket=world.bucket)
    for call in (s3.put_object, s3.get_object):
        with refused("AccessDenied", 403):
            call(Bucket=world.bucket, Key=key, ExpectedBucketOwner=of_state("CLOSED"))
    s3.put_object(Bucket=world.bucket, Key=key, Body=b"x", ExpectedBucketOwner=world.hub_account)


@pytest.mark.parametrize("style", ["path", "virtual"])
def test_an_object_comes_back_as_it_went(world, key, style):
    s3 = connect("s3", s3={"addressing_style": style})
    stored = s3.put_object(
        Bucket=world.bucket,
        Key=key,
        Body=b"user,arn\n",
        ContentType="text/csv",
        CacheControl="no-store",
        ContentEncoding="identity",
        ContentDisposition="attachment",
        ContentLanguage="en",
        Metadata={"generated-time": "2026-11-20T01:00:00Z"},
        ACL="bucket-owner-full-control",
    )
    assert stored["ServerSideEncryption"] == "AES256" and len(stored["VersionId"]) == 32
    for call in (s3.get_object, s3.head_object):
        got = call(Bucket=world.bucket, Key=key)
        assert got["ETag"] == stored["ETag"] and got["VersionId"] == stored["VersionId"]
        assert (got["ContentType"], got["ContentLength"]) == ("text/csv", 9)
        assert (got["CacheControl"], got["ContentEncoding"]) == ("no-store", "identity")
        assert (got["ContentDisposition"], got["ContentLanguage"]) == ("attachment", "en")
        assert got["Metadata"] == {"generated-time": "2026-11-20T01:00:00Z"}
        age = datetime.datetime.now(datetime.UTC) - got["LastModified"]
        assert -2 < age.total_seconds() < 60
        assert "Body" not in got or got["Body"].read() == b"user,arn\n"


def test_objects_that_are_not_there(world, s3, key):
    with refused("NoSuchKey", 404):
        s3.get_object(Bucket=world.bucket, Key=key)
    with refused("404", 404):
        s3.head_object(Bucket=world.bucket, Key=key)
    s3.put_object(Bucket=world.bucket, Key=key, Body=b"x")
    with refused("NoSuchVersion", 404):
        s3.get_object(Bucket=world.bucket, Key=key, VersionId="A" * 32)
    with refused("InvalidArgument", 400):
        s3.get_object(Bucket=world.bucket, Key=key, VersionId="short")
    with refused("KeyTooLongError", 400):
        s3.put_object(Bucket=world.bucket, Key="k" * 1025, Body=b"")
    with refused("MetadataTooLarge", 400):
        s3.put_object(Bucket=world.bucket, Key=key, Body=b"", Metadata={"m": "x" * 2048})
    with refused("AccessControlListNotSupported", 400):
        s3.put_object(Bucket=world.bucket, Key=key, Body=b"", ACL="public-read")


def test_versions_stay(world, s3, key):
    ids = [s3.put_object(Bucket=world.bucket, Key=key, Body=bytes([n]))["VersionId"] for n in range(3)]
    assert len(set(ids)) == 3
    for number, version in enumerate(ids):
        assert s3.get_object(Bucket=world.bucket, Key=key, VersionId=version)["Body"].read() == bytes([number])
    assert s3.get_object(Bucket=world.bucket, Key=key)["Body"].read() == b"\2"
    listed = s3.list_object_versions(Bucket=world.bucket, Prefix=key)["Versions"]
    assert [(one["VersionId"], one["IsLatest"]) for one in listed] == [(ids[2], True), (ids[1], False), (ids[0], False)]
    one_by_one = {"PaginationConfig": {"PageSize": 1}}
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=world.bucket, Prefix=key, **one_by_one)
    assert [one["VersionId"] for page in pages for one in page["Versions"]] == ids[::-1]


def test_without_versioning_the_newest_replaces(s3, bucket, key):
    for body in (b"1", b"2"):
        assert "VersionId" not in s3.put_object(Bucket=bucket, Key=key, Body=body)
    [version] = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert version["VersionId"] == "null"
    assert s3.get_object(Bucket=bucket, Key=key, VersionId="null")["Body"].read() == b"2"


def test_conditional_writes(world, s3, key):
    with refused("NoSuchKey", 404):
        s3.put_object(Bucket=world.bucket, Key=key, Body=b"1", IfMatch='"x"')
    first = s3.put_object(Bucket=world.bucket, Key=key, Body=b"1", IfNoneMatch="*")
    with refused("PreconditionFailed", 412) as refusal:
        s3.put_object(Bucket=world.bucket, Key=key, Body=b"2", IfNoneMatch="*")
    assert refusal.error.response["Error"]["Condition"] == "If-None-Match"
    second = s3.put_object(Bucket=world.bucket, Key=key, Body=b"2", IfMatch=first["ETag"])
    with refused("PreconditionFailed", 412):
        s3.put_object(Bucket=world.bucket, Key=key, Body=b"3", IfMatch=first["ETag"])
    s3.put_object(Bucket=world.bucket, Key=key, Body=b"3", IfMatch=second["ETag"].strip('"'))
    with refused("NotImplemented", 501):
        s3.put_object(Bucket=world.bucket, Key=key, Body=b"3", IfNoneMatch='"x"')


def test_conditional_reads(world, s3, key):
    tag = s3.put_object(Bucket=world.bucket, Key=key, Body=b"1")["ETag"]
    s3.get_object(Bucket=world.bucket, Key=key, IfMatch=tag)
    s3.get_object(Bucket=world.bucket, Key=key, IfNoneMatch='"other"')
    with refused("304", 304):
        s3.get_object(Bucket=world.bucket, Key=key, IfNoneMatch=tag)
    with refused("304", 304):
        s3.head_object(Bucket=world.bucket, Key=key, IfNoneMatch=tag)
    with refused("PreconditionFailed", 412):
        s3.get_object(Bucket=world.bucket, Key=key, IfMatch='"other"')


@pytest.mark.parametrize(
    ("asked", "body", "told"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
        ("bytes=4-2", b"0123456789", None),
        ("lines=1-2", b"0123456789", None),
    ],
)
def test_ranges(world, s3, key, asked, body, told):
    s3.put_object(Bucket=world.bucket, Key=key, Body=b"0123456789")
    got = s3.get_object(Bucket=world.bucket, Key=key, Range=asked)
    assert (got["Body"].read(), got.get("ContentRange"), got["ContentLength"]) == (body, told, len(body))
    assert got["ResponseMetadata"]["HTTPStatusCode"] == (206 if told else 200)
    with refused("InvalidRange", 416):
        s3.get_object(Bucket=world.bucket, Key=key, Range="bytes=10-")


def test_listings(s3, bucket):
    keys = ["a/1", "a/2", "a/b/3", "c d/é", "e", "e/5"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    listed = s3.list_objects_v2(Bucket=bucket)
    assert [one["Key"] for one in listed["Contents"]] == sorted(keys) and listed["KeyCount"] == 6
    assert [one["Size"] for one in listed["Contents"]] == [len(key.encode()) for key in sorted(keys)]
    folders = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [one["Prefix"] for one in folders["CommonPrefixes"]] == ["a/", "c d/", "e/"]
    assert [one["Key"] for one in folders["Contents"]] == ["e"]
    within = s3.list_objects_v2(Bucket=bucket, Prefix="a/", Delimiter="/")
    assert [one["Key"] for one in within["Contents"]] == ["a/1", "a/2"]
    assert [one["Prefix"] for one in within["CommonPrefixes"]] == ["a/b/"]
    after = s3.list_objects_v2(Bucket=bucket, StartAfter="a/b/3")
    assert [one["Key"] for one in after["Contents"]] == ["c d/é", "e", "e/5"]
    for delimiter, expected in [({}, sorted(keys)), ({"Delimiter": "/"}, ["a/", "c d/", "e", "e/"])]:
        found = []
        one_by_one = {"PaginationConfig": {"PageSize": 1}}
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **one_by_one, **delimiter):
            found += [one["Key"] for one in page.get("Contents", [])]
            found += [one["Prefix"] for one in page.get("CommonPrefixes", [])]
        assert found == expected
    with refused("InvalidArgument", 400):
        s3.list_objects_v2(Bucket=bucket, ContinuationToken="!")
    with refused("InvalidArgument", 400):
        s3.list_objects_v2(Bucket=bucket, MaxKeys="many")


def test_operations_that_are_not_simulated(world, s3, key):
    for call, parameters in [
        (s3.delete_object, {"Key": key}),
        (s3.get_object_tagging, {"Key": key}),
        (s3.get_bucket_policy, {}),
        (s3.list_objects, {}),
        (s3.copy_object, {"Key": key, "CopySource": f"{world.bucket}/x"}),
    ]:
        with refused("NotImplemented", 501):
            call(Bucket=world.bucket, **parameters)


def test_unknown_sessions_are_refused_in_this_services_words(world):
    with refused("InvalidAccessKeyId", 403):
        connect("s3", "ASIAINVENTEDINVENTED", "x").list_buckets()
