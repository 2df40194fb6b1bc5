"""Amazon S3: checksums, encryption and multipart uploads, as botocore reads them."""

import base64
import hashlib
import urllib.error
import urllib.request
import uuid
import zlib

import pytest
from conftest import connect, refused

BODY = b"user,arn\n" * 1000
SCOPE = "AKIAHUB/20261120/us-east-1/s3/aws4_request"
MIB = 1024 * 1024
KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.fixture
def place(world):
    return {"Bucket": world.bucket, "Key": f"{uuid.uuid4()}/object"}


@pytest.fixture
def s3():
    return connect("s3")


def text(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def check(algorithm: str, body: bytes) -> str:
    digests = {
        "SHA256": lambda: hashlib.sha256(body).digest(),
        "SHA1": lambda: hashlib.sha1(body).digest(),
        "CRC32": lambda: zlib.crc32(body).to_bytes(4, "big"),
    }
    return text(digests[algorithm]())


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA1", "CRC32"])
def test_a_checksum_is_verified_stored_and_returned(s3, place, algorithm):
    member = f"Checksum{algorithm}"
    good = check(algorithm, BODY)
    assert s3.put_object(**place, Body=BODY, **{member: good})[member] == good
    for call in (s3.get_object, s3.head_object):
        got = call(**place, ChecksumMode="ENABLED")
        assert got[member] == good and got["ChecksumType"] == "FULL_OBJECT"
    plain = connect("s3", response_checksum_validation="when_required")
    assert member not in plain.get_object(**place)
    assert member not in s3.get_object(**place, Range="bytes=0-1")
    with refused("BadDigest", 400):
        s3.put_object(**place, Body=BODY, **{member: check(algorithm, b"other")})
    with refused("InvalidRequest", 400):
        s3.put_object(**place, Body=BODY, **{member: "c2hvcnQ="})


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA1", "CRC32"])
def test_a_checksum_can_come_after_the_body(s3, place, algorithm):
    def send(digest: str) -> int:
        name = f"x-amz-checksum-{algorithm.lower()}"
        chunks = b"%x\r\n%s\r\n0\r\n%s:%s\r\n\r\n" % (len(BODY), BODY, name.encode(), digest.encode())
        url = f"{s3.meta.endpoint_url}/{place['Bucket']}/{place['Key']}"
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=0",
            "Content-Encoding": "aws-chunked",
            "X-Amz-Content-SHA256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "X-Amz-Decoded-Content-Length": str(len(BODY)),
            "X-Amz-Trailer": name,
        }
        sent = urllib.request.Request(url, chunks, headers, method="PUT")
        try:
            with urllib.request.urlopen(sent) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            assert b"<Code>BadDigest</Code>" in error.read()
            return error.code

    assert send(check(algorithm, BODY)) == 200
    got = s3.get_object(**place, ChecksumMode="ENABLED")
    assert got["Body"].read() == BODY and got[f"Checksum{algorithm}"] == check(algorithm, BODY)
    assert "ContentEncoding" not in got
    assert send(check(algorithm, b"other")) == 400


def test_without_a_checksum_s3_makes_its_own(place):
    s3 = connect("s3", request_checksum_calculation="when_required")
    stored = s3.put_object(**place, Body=b"123456789")
    # The check value of the algorithm's definition.
    assert stored["ChecksumCRC64NVME"] == text(bytes.fromhex("ae8b14860a799888"))
    assert stored["ETag"] == f'"{hashlib.md5(b"123456789").hexdigest()}"'


def test_the_crc32c_of_its_definition(place):
    s3 = connect("s3")
    good = text(bytes.fromhex("e3069283"))
    assert s3.put_object(**place, Body=b"123456789", ChecksumCRC32C=good)["ChecksumCRC32C"] == good


def test_content_md5(s3, place):
    s3.put_object(**place, Body=BODY, ContentMD5=text(hashlib.md5(BODY).digest()))
    with refused("BadDigest", 400):
        s3.put_object(**place, Body=BODY, ContentMD5=text(hashlib.md5(b"other").digest()))
    with refused("InvalidDigest", 400):
        s3.put_object(**place, Body=BODY, ContentMD5="short")


def test_two_checksums_are_one_too_many(s3, place):
    with refused("InvalidRequest", 400, "Expecting a single x-amz-checksum-"):
        s3.put_object(**place, Body=BODY, ChecksumSHA256=check("SHA256", BODY), ChecksumSHA1=check("SHA1", BODY))


def test_encryption_with_kms(s3, place):
    wish = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KMS_KEY, "BucketKeyEnabled": True}
    answers = [s3.put_object(**place, Body=BODY, **wish), s3.get_object(**place), s3.head_object(**place)]
    for answer in answers:
        assert {name: answer[name] for name in wish} == wish
    assert answers[0]["ETag"].strip('"') != hashlib.md5(BODY).hexdigest()
    by_id = s3.put_object(**place, Body=BODY, ServerSideEncryption="aws:kms", SSEKMSKeyId=KMS_KEY[-36:])["SSEKMSKeyId"]
    assert by_id.startswith("arn:aws:kms:us-east-1:") and by_id.endswith(":key/" + KMS_KEY[-36:])
    assert s3.put_object(**place, Body=BODY, ServerSideEncryption="aws:kms")["SSEKMSKeyId"].startswith("arn:aws:kms:")
    with refused("InvalidArgument", 400):
        s3.put_object(**place, Body=BODY, ServerSideEncryption="rot13")
    with refused("InvalidArgument", 400):
        s3.put_object(**place, Body=BODY, SSEKMSKeyId=KMS_KEY)


def start(s3, place, **more) -> dict:
    return {**place, "UploadId": s3.create_multipart_upload(**place, **more)["UploadId"]}


def finish(s3, upload, parts, **more):
    return s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts}, **more)


def test_parts_become_an_object(s3, place):
    bodies = [b"a" * 5 * MIB, b"b" * 5 * MIB, b"end"]
    described = {"ContentType": "text/csv", "Metadata": {"k": "v"}, "ServerSideEncryption": "AES256"}
    upload = start(s3, place, ChecksumAlgorithm="SHA256", **described)
    parts = []
    for number, body in enumerate(bodies, 1):
        part = s3.upload_part(**upload, PartNumber=number, Body=body, ChecksumSHA256=check("SHA256", body))
        assert part["ChecksumSHA256"] == check("SHA256", body)
        parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]})
    done = finish(s3, upload, parts)
    sums = b"".join(hashlib.md5(body).digest() for body in bodies)
    assert done["ETag"] == f'"{hashlib.md5(sums).hexdigest()}-3"' and len(done["VersionId"]) == 32
    sums = b"".join(hashlib.sha256(body).digest() for body in bodies)
    assert done["ChecksumSHA256"] == f"{check('SHA256', sums)}-3" and done["ChecksumType"] == "COMPOSITE"
    got = s3.get_object(**place)
    assert got["Body"].read() == b"".join(bodies)
    assert (got["ContentType"], got["Metadata"], got["ETag"]) == ("text/csv", {"k": "v"}, done["ETag"])
    with refused("NoSuchUpload", 404):
        finish(s3, upload, parts)


def test_a_checksum_of_the_whole(s3, place):
    upload = start(s3, place, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    part = s3.upload_part(**upload, PartNumber=1, Body=BODY, ChecksumAlgorithm="CRC32")
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    with refused("BadDigest", 400):
        finish(s3, upload, parts, ChecksumCRC32=check("CRC32", b"other"))
    done = finish(s3, upload, parts, ChecksumCRC32=check("CRC32", BODY))
    assert (done["ChecksumCRC32"], done["ChecksumType"]) == (check("CRC32", BODY), "FULL_OBJECT")


def test_uploads_that_are_refused(s3, place):
    upload = start(s3, place, ChecksumAlgorithm="SHA256")
    for number in (0, 10001):
        with refused("InvalidArgument", 400):
            s3.upload_part(**upload, PartNumber=number, Body=b"x")
    with refused("InvalidRequest", 400, "Checksum Type mismatch"):
        s3.upload_part(**upload, PartNumber=1, Body=b"x", ChecksumSHA1=check("SHA1", b"x"))
    tags = [s3.upload_part(**upload, PartNumber=n, Body=b"small", ChecksumAlgorithm="SHA256")["ETag"] for n in (1, 2)]
    one, two = ({"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1))
    with refused("InvalidPartOrder", 400):
        finish(s3, upload, [two, one])
    with refused("EntityTooSmall", 400):
        finish(s3, upload, [one, two])
    with refused("InvalidPart", 400):
        finish(s3, upload, [{"PartNumber": 3, "ETag": tags[0]}])
    with refused("InvalidPart", 400):
        finish(s3, upload, [{"PartNumber": 1, "ETag": '"other"'}])
    with refused("MalformedXML", 400):
        finish(s3, upload, [])
    s3.abort_multipart_upload(**upload)
    for call in (s3.abort_multipart_upload, lambda **parameters: finish(s3, parameters, [one])):
        with refused("NoSuchUpload", 404):
            call(**upload)
    with refused("NoSuchUpload", 404):
        s3.upload_part(**upload, PartNumber=1, Body=b"x")
    with refused("InvalidRequest", 400):
        s3.create_multipart_upload(**place, ChecksumAlgorithm="CRC7")


def test_a_conditional_upload(s3, place):
    s3.put_object(**place, Body=b"first")
    upload = start(s3, place)
    part = s3.upload_part(**upload, PartNumber=1, Body=b"second")
    with refused("PreconditionFailed", 412):
        finish(s3, upload, [{"PartNumber": 1, "ETag": part["ETag"]}], IfNoneMatch="*")
    assert s3.get_object(**place)["Body"].read() == b"first"
