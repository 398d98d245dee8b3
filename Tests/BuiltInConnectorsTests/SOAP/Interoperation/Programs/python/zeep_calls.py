"""Calls a SOAP service with zeep and prints what it answers, in the form in which Galley has messages in JSON.

Reads {"wsdl": url, "port": name?, "auth": {"type": "ws_security" | "basic", "username", "password", "digest"}?,
"calls": [{"operation": name, "input": {...}}]} from the file named first; prints {"results": [{"value": ...} or
{"fault": {...}} or {"error": text}]}. Members that are not there and those that are null look the same in zeep's values:
neither is printed. Dates are in ISO form, decimals as they are, bytes as base64.
"""
import base64
import datetime
import decimal
import json
import sys

import isodate
import requests
from lxml import etree
from zeep import Client, Settings, Transport, exceptions
from zeep.wsdl.messages.soap import SoapMessage
from zeep.wsse.username import UsernameToken
from zeep.xsd import SkipValue
from zeep.xsd.elements import Any, Choice, Element, Group, Sequence
from zeep.xsd.elements.indicators import All, Indicator
from zeep.xsd.types import AnySimpleType, AnyType, ComplexType
from zeep.xsd.types.builtins import Base64Binary, gYear, gYearMonth
from zeep.xsd.valueobjects import AnyObject, ArrayValue, CompoundValue

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


class Exact(float):
    """A number that is printed as it was written."""

    def __new__(cls, text):
        made = super().__new__(cls, text)
        made.text = text
        return made


def dumps(value):
    if isinstance(value, Exact):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(str(key)) + ":" + dumps(item) for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dumps(item) for item in value) + "]"
    return json.dumps(value)


# What zeep would fetch from the network: the part of SOAP 1.1's encoding schema (section 5) that arrays need.
ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
ENCODING_SCHEMA = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="http://schemas.xmlsoap.org/soap/encoding/"
    targetNamespace="http://schemas.xmlsoap.org/soap/encoding/">
  <xs:attributeGroup name="commonAttributes">
    <xs:attribute name="id" type="xs:ID"/><xs:attribute name="href" type="xs:anyURI"/>
    <xs:anyAttribute namespace="##other" processContents="lax"/>
  </xs:attributeGroup>
  <xs:attribute name="arrayType" type="xs:string"/><xs:attribute name="offset" type="xs:string"/>
  <xs:attributeGroup name="arrayAttributes">
    <xs:attribute ref="tns:arrayType"/><xs:attribute ref="tns:offset"/>
  </xs:attributeGroup>
  <xs:group name="Array">
    <xs:sequence><xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>
  </xs:group>
  <xs:complexType name="Array">
    <xs:group ref="tns:Array" minOccurs="0"/>
    <xs:attributeGroup ref="tns:arrayAttributes"/><xs:attributeGroup ref="tns:commonAttributes"/>
  </xs:complexType>
""" + b"".join(
    b"""<xs:complexType name="%s"><xs:simpleContent><xs:extension base="xs:%s">
    <xs:attributeGroup ref="tns:commonAttributes"/></xs:extension></xs:simpleContent></xs:complexType>""" % (name, name)
    for name in (b"string", b"int", b"decimal", b"boolean", b"base64Binary", b"dateTime")) + b"</xs:schema>"

# What gSOAP's own descriptions import from the network.
XOP_SCHEMA = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="http://www.w3.org/2004/08/xop/include"
    targetNamespace="http://www.w3.org/2004/08/xop/include">
  <xs:element name="Include" type="tns:Include"/>
  <xs:complexType name="Include">
    <xs:sequence><xs:any namespace="##other" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="href" type="xs:anyURI" use="required"/>
  </xs:complexType>
</xs:schema>"""


class Local(Transport):
    def load(self, url):
        known = {ENCODING: ENCODING_SCHEMA, "https://www.w3.org/2004/08/xop/include": XOP_SCHEMA}
        return known.get(url) or super().load(url)


# zeep takes the wrapping off a message with one member; here the whole message is wanted.
def whole(self, envelope):
    if not self.envelope:
        return None
    body = self._deserialize_body(envelope.find("soap-env:Body", namespaces=self.nsmap))
    headers = self._deserialize_headers(envelope.find("soap-env:Header", namespaces=self.nsmap))
    return {**body, **headers}


SoapMessage.deserialize = whole


# From zeep's values to JSON.

def scalar(value, kind):
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return Exact(str(value)) if abs(value) > 1 << 53 else value
    if isinstance(value, decimal.Decimal):
        return Exact(format(value, "f"))
    if isinstance(value, float):
        return {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(repr(value)) or Exact(repr(value))
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.timedelta) or type(value).__name__ == "Duration":
        return isodate.duration_isoformat(value)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, etree.QName):
        return value.localname
    if isinstance(value, list):
        return [scalar(item, kind) for item in value]
    if isinstance(value, tuple):
        return "-".join(("%04d" if place == 0 else "%02d") % part for place, part in enumerate(value) if part is not None)
    return str(value)


def plain(node):
    """An element that no schema described."""
    members = {"@" + etree.QName(name).localname: text for name, text in node.attrib.items() if not name.startswith(XSI)}
    for child in node:
        if not isinstance(child.tag, str):
            continue
        name, value = etree.QName(child).localname, plain(child)
        if name in members:
            members[name] = (members[name] if isinstance(members[name], list) else [members[name]]) + [value]
        else:
            members[name] = value
    if len(node):
        return members
    if members:
        return {**members, "content!": node.text or ""}
    return node.text or ""


def open_item(value):
    if isinstance(value, AnyObject):
        name = value.xsd_obj.name
        return {name: json_value(value.value, value.xsd_obj.type)}
    if isinstance(value, CompoundValue) and getattr(value, "_xsd_elm", None) is not None:
        return {value._xsd_elm.name: json_value(value, value._xsd_elm.type)}
    return {etree.QName(value).localname: plain(value)}


def json_value(value, kind):
    """The JSON of a value; kind is the type that was expected."""
    if value is None or value is SkipValue:
        return None
    if isinstance(value, list) and not isinstance(value, ArrayValue):
        return [json_value(item, kind) for item in value]
    if isinstance(value, ArrayValue):
        return [json_value(item, None) for item in value]
    if isinstance(value, etree._Element):
        return plain(value)
    if isinstance(value, CompoundValue):
        made = compound(value, value._xsd_type)
        own = value._xsd_type.qname
        if isinstance(made, dict) and isinstance(kind, ComplexType) and kind.qname is not None and own != kind.qname:
            made = {"@xsi:type": own.localname, **made}
        return made
    if isinstance(value, dict):
        return {key: json_value(item, None) for key, item in value.items()}
    return scalar(value, kind)


def compound(value, kind):
    if kind.qname is not None and kind.qname.namespace == ENCODING and "_value_1" in value:
        return json_value(value["_value_1"], None)
    made = {}
    for name, attribute in kind.attributes:
        if value.__values__.get(name) is not None:
            key = attribute.attr_name if hasattr(attribute, "attr_name") else name
            made["@" + key] = json_value(value[name], attribute.type)
    for name, part in kind.elements_nested:
        put(made, value.__values__, name, part, kind)
    return made["content!"] if list(made) == ["content!"] and not kind.attributes else made


def put(made, values, name, part, kind):
    """The member or members of one part of a content model."""
    if isinstance(part, Element) and not isinstance(part, Any):
        found = values.get(name)
        if name.startswith("_value") and not isinstance(kind._element, Indicator):
            if found is not None:
                made["content!"] = json_value(found, part.type)
        elif found is not None:
            made[name] = json_value(found, part.type)
    elif isinstance(part, Any):
        found = values.get(name)
        items = [open_item(item) for item in (found if isinstance(found, list) else [found]) if item is not None]
        if items:
            made["any!"] = made.get("any!", []) + items
    elif isinstance(part, (Indicator, Group)):
        if part.accepts_multiple:
            found = values.get(name)
            if found:
                made["group!"] = []
                for item in found:
                    one = {}
                    for inner_name, inner in (part.elements_nested if hasattr(part, "elements_nested") else []):
                        put_inner(one, item, inner_name, inner, kind)
                    made["group!"].append(one)
            return
        for inner_name, inner in part.elements_nested if hasattr(part, "elements_nested") else part.elements:
            put_inner(made, values, inner_name, inner, kind)


def put_inner(made, values, name, part, kind):
    source = values.__values__ if isinstance(values, CompoundValue) else values
    put(made, source, name, part, kind)


# From Galley's JSON to what zeep takes.

def given(value, kind, client):
    if isinstance(value, list):
        items = [given(item, kind, client) for item in value]
        return items
    if isinstance(kind, ComplexType) and kind.qname is not None and kind.qname.namespace == ENCODING and not isinstance(value, dict):
        return None if value is None else {"_value_1": given(value, kind.elements[0][1].type, client)}
    if isinstance(kind, Base64Binary):
        return base64.b64decode(value) if value is not None else None
    if isinstance(kind, (gYear, gYearMonth)) and value is not None:
        return tuple(int(part) for part in value.split("-")) + (None,)
    if isinstance(value, dict) and isinstance(kind, ComplexType):
        if "@xsi:type" in value:
            found = [each for each in client.wsdl.types.types if each.qname and each.name == value["@xsi:type"]]
            kind = found[0] if found else kind
        elements, attributes = dict(kind.elements), dict(kind.attributes)
        made = {}
        for key, item in value.items():
            if key == "@xsi:type":
                continue
            if key == "content!":
                made["_value_1"] = given(item, elements["_value_1"].type, client)
            elif key == "group!":
                made["_value_1"] = [
                    {name: given(inner, member(kind._element, name), client) for name, inner in one.items()} for one in item]
            elif key == "any!":
                made["_value_1"] = [anything(one, client) for one in item]
            elif key.startswith("@"):
                found = [name for name, each in attributes.items() if each.name == key[1:] or name == key[1:]]
                made[found[0]] = given(item, attributes[found[0]].type, client)
            else:
                made[key] = given(item, elements[key].type if key in elements else None, client)
        return kind(**made) if "@xsi:type" in value else made
    if isinstance(value, float) and not isinstance(value, Exact):
        return value
    return decimal.Decimal(value.text) if isinstance(value, Exact) else value


def member(part, name):
    """The type of an element anywhere in a content model."""
    if isinstance(part, Element):
        return part.type if part.attr_name == name else None
    for inner in part if isinstance(part, Indicator) else []:
        found = member(inner, name)
        if found is not None:
            return found
    return None


def anything(item, client):
    (name, value), = [(key, inner) for key, inner in item.items() if not key.startswith("@")]
    uri = item.get("@xmlns")
    element = etree.Element("{%s}%s" % (uri, name) if uri else name)
    element.text = str(value)
    return element


def isText(operation, message):
    """Whether the message's only element holds a text, with attributes or without: then it is a member with its name."""
    if operation.style != "document" or message is None or message.body is None:
        return False
    kind = message.body.type
    return not isinstance(kind, ComplexType) or isinstance(kind._element, Element)


def call(client, service, entry):
    operation = service._binding.get(entry["operation"])
    values, headers = dict(entry["input"]), None
    kind = operation.input.body.type if operation.input.body is not None else None
    if isText(operation, operation.input):
        values = given(values[operation.input.body.name], kind, client)
    if isinstance(values, dict) and "headers!" in values:
        headers = {}
        # zeep calls a header by its part, Galley by its element.
        for name, element in operation.input.header.type.elements:
            if element.name in values["headers!"]:
                headers[name] = given(values["headers!"][element.name], element.type, client)
        values.pop("headers!")
    made = given(values, kind, client) if kind is not None else {}
    # A document whose only part has one text is its argument.
    arguments = [] if isinstance(made, dict) else [made]
    keywords = made if isinstance(made, dict) else {}
    if headers:
        keywords["_soapheaders"] = headers
    answer = getattr(service, entry["operation"])(*arguments, **keywords)
    if answer is None:
        return {}
    if isText(operation, operation.output):
        return {operation.output.body.name: json_value(answer.get("body"), operation.output.body.type)}
    # In document style the body is the message's only element, or that of its parts.
    value = json_value(answer.get("body"), operation.output.body.type)
    value = {} if value is None else value
    header = answer.get("header")
    if header is not None:
        found = {element.name: json_value(header[name], element.type)
                 for name, element in header._xsd_type.elements if header[name] is not None}
        if found:
            value["headers!"] = found
    return value


def code(text):
    """Without the prefix of a qualified name; other codes as they are."""
    parts = text.split(":")
    return parts[1] if len(parts) == 2 and "/" not in parts[1] else text


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file, parse_float=Exact)
    session, wsse = requests.Session(), None
    session.trust_env = False
    auth = job.get("auth") or {}
    if auth.get("type") == "basic":
        session.auth = (auth["username"], auth["password"])
    if auth.get("type") == "ws_security":
        wsse = UsernameToken(auth["username"], auth["password"], use_digest=auth.get("password_type") == "digest")
    client = Client(job["wsdl"], wsse=wsse, transport=Local(session=session, timeout=20),
                    settings=Settings(strict=True, xml_huge_tree=False))
    service = client.bind(None, job.get("port")) if job.get("port") else client.service
    if job.get("address"):
        service._binding_options["address"] = job["address"]
    results = []
    for entry in job["calls"]:
        try:
            results.append({"value": call(client, service, entry)})
        except exceptions.Fault as fault:
            detail = None
            if fault.detail is not None:
                detail = {etree.QName(child).localname: plain(child) for child in fault.detail}
            results.append({"fault": {
                "code": code(fault.code or ""), "string": fault.message, "actor": fault.actor,
                "subcodes": [etree.QName(each).localname for each in fault.subcodes or []], "detail": detail}})
        except Exception as error:
            results.append({"error": "%s: %s" % (type(error).__name__, error)})
    print(dumps({"results": results}))


main()
