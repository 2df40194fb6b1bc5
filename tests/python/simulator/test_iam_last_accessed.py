"""When services were last used, as botocore reads the jobs and their results."""

import time

from conftest import connect, functional, member, refused, role


def reader(account: str):
    """A client with the credentials of the role that reads privileges."""
    arn = role(account, "iam-census/config-rule")
    keys = connect("sts").assume_role(RoleArn=arn, RoleSessionName="privileges")["Credentials"]
    return connect("iam", keys["AccessKeyId"], keys["SessionToken"])


def result(iam, arn: str, **parameters) -> list[dict]:
    """All pages of a job that is over."""
    job = iam.generate_service_last_accessed_details(Arn=arn, Granularity="SERVICE_LEVEL")["JobId"]
    assert len(job) == 36
    for _ in range(20):
        answer = iam.get_service_last_accessed_details(JobId=job, **parameters)
        if answer["JobStatus"] != "IN_PROGRESS":
            break
        assert answer["ServicesLastAccessed"] == []
        time.sleep(0.5)
    assert answer["JobStatus"] == "COMPLETED" and answer["JobCompletionDate"] > answer["JobCreationDate"]
    services = answer["ServicesLastAccessed"]
    while answer["IsTruncated"]:
        answer = iam.get_service_last_accessed_details(JobId=job, Marker=answer["Marker"], **parameters)
        services += answer["ServicesLastAccessed"]
    return services


def test_a_job_tells_for_each_service_when_or_never():
    iam = reader(functional()[0])
    roles = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    whole = result(iam, roles[0]["Arn"])
    names = [service["ServiceNamespace"] for service in whole]
    assert names == sorted(set(names)) and "s3" in names
    used = [service for service in whole if "LastAuthenticated" in service]
    assert all(service["LastAuthenticatedEntity"] == roles[0]["Arn"] for service in used)
    assert [service["TotalAuthenticatedEntities"] for service in whole] == [
        int("LastAuthenticated" in service) for service in whole
    ]
    assert result(iam, roles[0]["Arn"], MaxItems=3) == whole


def test_what_is_not_there_or_not_allowed_is_refused():
    account, other = functional()[:2]
    iam = reader(account)
    with refused("NoSuchEntity", 404):
        iam.generate_service_last_accessed_details(Arn=f"arn:aws:iam::{account}:user/nobody-of-that-name")
    with refused("NoSuchEntity", 404):
        iam.get_service_last_accessed_details(JobId="0" * 36)
    arn = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"][0]["Arn"]
    job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
    with refused("NoSuchEntity", 404):
        reader(other).get_service_last_accessed_details(JobId=job)
    with refused("AccessDenied", 403):
        member("iam", account).generate_service_last_accessed_details(Arn=arn)
