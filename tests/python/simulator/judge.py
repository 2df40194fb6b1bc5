"""Judge an answer by the service's model in botocore: members, types, required members, enumerations, lengths."""

import json
import xml.etree.ElementTree as Xml


# What the model demands and AWS leaves out for the root user, who has neither name nor path.
NOT_OF_ROOT = {"UserName", "Path"}
ROOT_ANSWERS = {
    "GetLoginProfile",
    "GetUser",
    "ListAccessKeys",
    "ListMFADevices",
    "ListSigningCertificates",
    "ListVirtualMFADevices",
}


def check(http_response, parsed: dict, model) -> None:
    """Fails if a successful answer is not what the model says."""
    shape = model.output_shape
    if http_response.status_code >= 300 or shape is None:
        return
    where = model.name
    members = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    value_of(shape, members, where)
    if model.has_streaming_output:
        return
    protocol = model.service_model.metadata["protocol"]
    content_type = http_response.headers.get("content-type", "")
    if protocol in ("json", "rest-json") or content_type.startswith("application/x-amz-json"):
        known_members(shape, json.loads(http_response.content), where)
    elif content_type == "application/cbor":
        return
    elif http_response.content:
        root = Xml.fromstring(http_response.content)
        if protocol == "query":
            assert local(root) == f"{model.name}Response", f"{where}: root element {root.tag}"
            assert [local(child) for child in root] == [f"{model.name}Result", "ResponseMetadata"], where
            namespace = model.service_model.metadata["xmlNamespace"]
            assert root.tag == f"{{{namespace}}}{model.name}Response", f"{where}: namespace of {root.tag}"
            root = root[0]
        payload = shape.serialization.get("payload")
        known_elements(shape.members[payload] if payload else shape, root, where)
    assert parsed["ResponseMetadata"].get("RequestId"), f"{where}: no request id"


def value_of(shape, value, where: str) -> None:
    if shape.type_name == "structure":
        missing = set(shape.required_members) - set(value)
        if where.split(".")[0] in ROOT_ANSWERS:
            missing -= NOT_OF_ROOT
        assert not missing, f"{where}: required members {missing} are missing"
        for name, member in value.items():
            if name in shape.members:
                value_of(shape.members[name], member, f"{where}.{name}")
    elif shape.type_name == "list":
        limits(shape, len(value), where)
        for place, member in enumerate(value):
            value_of(shape.member, member, f"{where}[{place}]")
    elif shape.type_name == "string":
        # The root user's id is that of its account, shorter than the model's ids.
        if not (where.endswith(".User.UserId") and value.isdigit()):
            limits(shape, len(value), where)
        assert not shape.enum or value in shape.enum, f"{where}: {value!r} is not one of {shape.enum}"


def limits(shape, length: int, where: str) -> None:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max")
    assert length >= least, f"{where}: {length} is less than {least}"
    assert most is None or length <= most, f"{where}: {length} is more than {most}"


def known_members(shape, document, where: str) -> None:
    """JSON carries no member that the model does not know."""
    if shape.type_name == "structure":
        names = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        unknown = set(document) - set(names)
        assert not unknown, f"{where}: unknown members {unknown}"
        for name, value in document.items():
            known_members(names[name], value, f"{where}.{name}")
    elif shape.type_name == "list":
        for value in document:
            known_members(shape.member, value, f"{where}[]")
    elif shape.type_name == "map":
        for key, value in document.items():
            assert not shape.key.enum or key in shape.key.enum, f"{where}: unknown key {key}"
            known_members(shape.value, value, f"{where}.{key}")


def known_elements(shape, element, where: str) -> None:
    """XML carries no element that the model does not know, and single values once only."""
    if shape.type_name == "structure":
        names = {}
        for name, member in shape.members.items():
            flattened = member.serialization.get("flattened")
            inner = member.member.serialization.get("name") if flattened else None
            names[inner or member.serialization.get("name", name)] = member
        seen = set()
        for child in element:
            name = local(child)
            assert name in names, f"{where}: unknown element {name}"
            member = names[name]
            if member.type_name == "list" and member.serialization.get("flattened"):
                known_elements(member.member, child, f"{where}.{name}")
                continue
            assert name not in seen, f"{where}: element {name} comes twice"
            seen.add(name)
            known_elements(member, child, f"{where}.{name}")
    elif shape.type_name == "list":
        item = shape.member.serialization.get("name", "member")
        for child in element:
            assert local(child) == item, f"{where}: {local(child)} in a list of {item}"
            known_elements(shape.member, child, f"{where}.{item}")


def local(element) -> str:
    return element.tag.rsplit("}", 1)[-1]
