#!/usr/bin/env python3
"""Deploy the suite to an emulator of AWS on this machine, and run it there: the template, the member roles, every
function from its built binary, the state machine, and the message at a subscription.

Usage: local_deployment.py [BINARIES]

BINARIES is the folder of the built functions; without it they are built first. Needs Rust and Python 3.11; installs the
emulator itself, pinned by hash, below target/, and reaches nothing but this machine. Whatever the emulator cannot create
is left out, and has to be exactly what is listed here.
"""

import contextlib
import io
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "tests/python/requirements-deployment.txt"
REGION = "us-east-1"
STACK = "iam-census"
MEMBERS = 6
# What the emulator does not know; everything else of the template is created.
UNKNOWN_TYPES = {"AWS::CloudWatch::CompositeAlarm"}
# What refuses connections as this one is: the emulator speaks HTTP without TLS.
OF_CONNECTIONS = {"RefuseUnencryptedConnections", "RefuseOldEncryption"}
# Condition keys that it does not know, so that nothing would be allowed.
OF_ORGANIZATIONS = {"aws:PrincipalOrgID", "aws:ResourceOrgID"}


def main(binaries: pathlib.Path) -> None:
    import boto3
    import yaml
    from botocore.config import Config

    with tempfile.TemporaryDirectory() as folder, emulator(pathlib.Path(folder)) as endpoint:
        place = Place(boto3, Config, endpoint)
        template = read_template(yaml, ROOT / "template.yaml")
        functions = sorted(
            resource["Metadata"]["BuildProperties"]["Binary"]
            for resource in template["Resources"].values()
            if resource["Type"] == "AWS::Serverless::Function"
        )
        for function in functions:
            place.upload(pathlib.Path(folder), binaries / function)
        members = [place.create_account(number) for number in range(MEMBERS)]
        outputs = deploy_hub(place, template, functions)
        deploy_roles(place, yaml, outputs, members)
        queue = place.subscribe(outputs["TopicArn"])

        closed = place.create_account(MEMBERS)

        listed = MEMBERS + 2
        answer = place.invoke(f"{STACK}-credential-collector", event("credential-collector"))
        counts = {"listed": listed, "collected": listed - 1, "skipped": 0, "failed": 1, "left": 0}
        expect(answer["counts"] == counts, f"all accounts are collected but the one without the role: {answer}")
        keys = place.keys(outputs["BucketName"])
        expect(any(key.startswith("credentials/date=") for key in keys), "the dataset is in the bucket")
        expect("runs/credential-collector/latest.json" in keys, "the ledger is in the bucket")
        raw = [key for key in keys if key.startswith("credential-reports/")]
        expect(len(raw) == listed - 1, f"{len(raw)} raw reports are in the bucket")
        message = place.receive(queue)
        expect(closed in message, f"a message about the account without the role arrives: {message[:80]!r}")

        deploy_roles(place, yaml, outputs, [closed])
        for function in ("credential-collector", "cis-checker"):
            arn = place.client("lambda").get_function(FunctionName=f"{STACK}-{function}")["Configuration"]["FunctionArn"]
            scheduled = {"function": arn, "time": "2026-11-20T06:00:00Z", "schedule": "local"}
            output = place.execute(outputs["FanOutMachineArn"], scheduled)
            expect(output["function"] == function, f"the state machine invokes what it is told to: {output}")
            expect(output["status"] == "COMPLETE", f"the state machine finishes the run of {function}: {output}")
            expect(output["counts"]["collected"] == listed, f"by the state machine {function} sees every account")
            parts = [key for key in place.keys(outputs["BucketName"]) if f"/{output['run']}/part-" in key]
            expect(len(parts) > 1, f"the list and each slice are parts of the run of {function}: {len(parts)} parts")
        message = place.receive(queue)
        expect(f"{listed} of {listed} accounts seen" in message, f"its message arrives: {message[:80]!r}")
        remove(place, outputs["BucketName"])
        print("everything that was looked for is there")


class Place:
    """The emulator, as the account in which the suite is deployed, and as every other one."""

    def __init__(self, boto3, config, endpoint: str) -> None:
        self.boto3 = boto3
        self.config = config
        self.endpoint = endpoint
        self.hub = self.client("sts").get_caller_identity()["Account"]
        self.client("s3").create_bucket(Bucket="code")

    def client(self, service: str, account: str = "test"):
        """A client; a number of an account as access key is that account."""
        keys = {"aws_access_key_id": account, "aws_secret_access_key": "none"}
        # An invocation may take as long as Lambda lets it, and is not to be repeated meanwhile.
        patient = self.config(read_timeout=900, retries={"total_max_attempts": 1})
        return self.boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, config=patient, **keys)

    def upload(self, folder: pathlib.Path, binary: pathlib.Path) -> None:
        """Packages a binary as its function's bootstrap. Without its symbols the emulator unpacks it sooner."""
        stripped = folder / binary.name
        subprocess.run(["strip", "-o", stripped, binary], check=True)
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as archive:
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = 0o755 << 16
            archive.writestr(entry, stripped.read_bytes())
        self.client("s3").put_object(Bucket="code", Key=f"{binary.name}.zip", Body=package.getvalue())
        stripped.unlink()

    def create_account(self, number: int) -> str:
        call = self.client("organizations").create_account
        status = call(Email=f"account-{number}@example.com", AccountName=f"Account {number}")["CreateAccountStatus"]
        account = status["AccountId"]
        self.client("iam", account).create_user(UserName=f"user-{number}")
        return account

    def deploy(self, name: str, template: dict, parameters: dict, account: str = "test") -> dict:
        text = json.dumps(template)
        source = {"TemplateBody": text}
        if len(text) > 51_200:  # More has to come from a bucket.
            self.client("s3").put_object(Bucket="code", Key=f"{name}.json", Body=text.encode())
            source = {"TemplateURL": f"{self.endpoint}/code/{name}.json"}
        formation = self.client("cloudformation", account)
        formation.create_stack(
            StackName=name,
            **source,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        stack = wait(lambda: finished(formation.describe_stacks(StackName=name)["Stacks"][0]), f"stack {name}")
        if stack["StackStatus"] != "CREATE_COMPLETE":
            for told in formation.describe_stack_events(StackName=name)["StackEvents"]:
                if told["ResourceStatus"].endswith("FAILED"):
                    print(told["LogicalResourceId"], told.get("ResourceStatusReason"), file=sys.stderr)
            sys.exit(f"stack {name} is {stack['StackStatus']}")
        created = formation.describe_stack_resources(StackName=name)["StackResources"]
        return {
            "resources": {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in created},
            "outputs": {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
        }

    def invoke(self, function: str, payload: str) -> dict:
        answer = self.client("lambda").invoke(FunctionName=function, Payload=payload)
        body = json.loads(answer["Payload"].read())
        expect("FunctionError" not in answer, f"{function} answers: {body}")
        return body

    def keys(self, bucket: str) -> list[str]:
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def subscribe(self, topic: str) -> str:
        queues = self.client("sqs")
        url = queues.create_queue(QueueName="messages")["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{self.hub}:messages"
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": arn,
                    "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
                }
            ],
        }
        queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        self.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return url

    def receive(self, queue: str) -> str:
        queues = self.client("sqs")

        def once():
            answer = queues.receive_message(QueueUrl=queue, WaitTimeSeconds=1)
            return next(iter(answer.get("Messages", [])), None)

        message = wait(once, "a message")
        queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return json.loads(message["Body"])["Message"]

    def execute(self, machine: str, payload: dict) -> dict:
        states = self.client("stepfunctions")
        execution = states.start_execution(stateMachineArn=machine, input=json.dumps(payload))["executionArn"]

        def once():
            described = states.describe_execution(executionArn=execution)
            return None if described["status"] == "RUNNING" else described

        described = wait(once, "the state machine")
        expect(described["status"] == "SUCCEEDED", f"the state machine succeeds: {described}")
        return json.loads(described["output"])


def deploy_hub(place: Place, template: dict, functions: list[str]) -> dict:
    left_out = {
        name: resource for name, resource in template["Resources"].items() if resource["Type"] in UNKNOWN_TYPES
    }
    expect({resource["Type"] for resource in left_out.values()} == UNKNOWN_TYPES, f"left out: {sorted(left_out)}")
    template["Resources"] = {
        name: resource for name, resource in template["Resources"].items() if name not in left_out
    }
    for name, resource in list(template["Resources"].items()):
        policy = resource["Properties"].get("PolicyDocument")
        if policy:
            policy["Statement"] = [it for it in policy["Statement"] if it["Sid"] not in OF_CONNECTIONS]
            if not policy["Statement"]:
                del template["Resources"][name]
        if resource["Type"] == "AWS::Serverless::Function":
            binary = resource["Metadata"]["BuildProperties"]["Binary"]
            resource["Properties"]["CodeUri"] = f"s3://code/{binary}.zip"
    parameters = {"FanOut": "true", "AccountsPerSlice": "3", "MaxFailedPercent": "100"}
    stack = place.deploy(STACK, template, parameters)
    for function in functions:
        place.client("lambda").get_function(FunctionName=f"{STACK}-{function}")
    alarms = place.client("cloudwatch").describe_alarms()["MetricAlarms"]
    expect(len(alarms) >= 4 * len(functions), f"{len(alarms)} alarms are there")
    print(f"{len(stack['resources'])} resources of the hub are there, all but {sorted(left_out)}")
    return stack["outputs"] | {"FanOutMachineArn": stack["resources"]["FanOutMachine"]}


def deploy_roles(place: Place, yaml, outputs: dict, members: list[str]) -> None:
    organization = place.client("organizations").describe_organization()["Organization"]["Id"]
    template = read_template(yaml, ROOT / "stacks/member-roles.yaml")
    parameters = {
        name: outputs[name] for name in template["Parameters"] if name.endswith("RoleArn") and name in outputs
    } | {"OrganizationId": organization}
    for account in members:
        place.deploy(f"{STACK}-roles", template, parameters, account)
    print(f"the roles are in {len(members)} member accounts")


def remove(place: Place, bucket: str) -> None:
    """Removes the hub by the script for it, where the AWS CLI is there; the evidence stays."""
    if not shutil.which("aws"):
        print("not tried: the removal, which needs the AWS CLI")
        return
    environment = os.environ | {
        "AWS_ENDPOINT_URL": place.endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_CONFIG_FILE": os.devnull,
    }
    keys = place.keys(bucket)
    told = subprocess.run(
        [ROOT / "scripts/remove.sh", "--yes", STACK], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    expect(bucket in told.stdout, "the removal says what it keeps")
    functions = place.client("lambda").list_functions()["Functions"]
    expect(not functions, "the functions are removed")
    expect(place.keys(bucket) == keys, "the evidence stays")


def read_template(yaml, path: pathlib.Path) -> dict:
    """A template with the short forms of CloudFormation's functions written out."""

    class Loader(yaml.SafeLoader):
        pass

    def written_out(loader, name, node):
        if isinstance(node, yaml.ScalarNode):
            value = loader.construct_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            value = loader.construct_sequence(node, deep=True)
        else:
            value = loader.construct_mapping(node, deep=True)
        if name == "GetAtt":
            value = value.split(".", 1)
        return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}

    Loader.add_multi_constructor("!", written_out)
    # Dates stay text, as CloudFormation reads them.
    Loader.yaml_implicit_resolvers = {
        first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in Loader.yaml_implicit_resolvers.items()
    }
    return without_organization(yaml.load(path.read_text(encoding="utf-8"), Loader))


def without_organization(value):
    """The same without conditions on the organization of a caller or a resource."""
    if isinstance(value, list):
        return [without_organization(item) for item in value]
    if isinstance(value, dict):
        return {key: without_organization(item) for key, item in value.items() if key not in OF_ORGANIZATIONS}
    return value


def event(function: str) -> str:
    return (ROOT / "events" / f"{function}.json").read_text(encoding="utf-8")


@contextlib.contextmanager
def emulator(folder: pathlib.Path):
    """Runs the emulator, which decides who may do what by the policies that are deployed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AUTH": "true",
        "NO_PROXY": "*",
    }
    log = folder / "emulator.log"
    with open(log, "w") as output:
        program = pathlib.Path(sys.executable).parent / "ministack"
        server = subprocess.Popen([program], env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait(lambda: answers(endpoint), "the emulator")
        yield endpoint
    except BaseException:
        print(log.read_text()[-4000:], file=sys.stderr)
        raise
    finally:
        server.terminate()
        server.wait(30)


def answers(endpoint: str) -> bool:
    try:
        urllib.request.urlopen(endpoint, timeout=1)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def finished(stack: dict) -> dict | None:
    return None if stack["StackStatus"].endswith("IN_PROGRESS") else stack


def wait(look, what: str):
    for _ in range(600):
        if found := look():
            return found
        time.sleep(0.2)
    sys.exit(f"{what} does not come")


def expect(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"not so: {what}")
    print(f"ok: {what}"[:200])


def prepared() -> pathlib.Path:
    """The Python of the emulator's environment, made if needed."""
    command = [sys.executable, ROOT / "scripts/venv.py", REQUIREMENTS, ROOT / "target/python"]
    made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return pathlib.Path(made.stdout.strip()) / "bin/python"


def built() -> pathlib.Path:
    if not shutil.which("cargo"):
        sys.exit("Rust is needed: install it with rustup")
    subprocess.run(["cargo", "build", "--locked", "--workspace", "--bins"], cwd=ROOT, check=True)
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) == 2 else built()
    python = prepared()
    if pathlib.Path(sys.executable) == python:
        main(folder)
    else:
        os.execv(python, [str(python), __file__, str(folder)])
