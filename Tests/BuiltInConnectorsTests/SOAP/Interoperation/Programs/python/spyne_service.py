"""A service of spyne's: document/literal, wrapped and bare, in both versions of SOAP. Prints nothing; the port is the argument.

Echoes what it is given where that can be: spyne reads the request into Python values and writes those again, so that an
answer equals its request only when both were understood.
"""
import datetime
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

from spyne import (AnyUri, AnyXml, Application, Array, Boolean, ByteArray, ComplexModel, Date, DateTime, Decimal,
                   Double, Duration, Enum, Fault, Integer, Iterable, Service, Time, Unicode, UnsignedLong,
                   Uuid, XmlAttribute, XmlData, rpc)
from spyne.protocol.soap import Soap11, Soap12
from spyne.server.wsgi import WsgiApplication

NS = "urn:galley:spyne"
Colour = Enum("red", "green", "light blue", type_name="Colour")


class Money(ComplexModel):
    __namespace__ = NS
    amount = XmlData(Decimal)
    currency = XmlAttribute(Unicode, use="required")
    note = XmlAttribute(Unicode)


class Party(ComplexModel):
    __namespace__ = NS
    name = Unicode(min_occurs=1, nillable=False)
    phone = Unicode(nillable=True)


class Company(Party):
    __namespace__ = NS
    vat = Unicode(pattern=r"[A-Z]{2}[0-9]+")
    founded = Date


class Person(Party):
    __namespace__ = NS
    born = Date(min_occurs=1)


class Line(ComplexModel):
    __namespace__ = "urn:galley:spyne:lines"
    sku = Unicode(min_occurs=1)
    quantity = Integer(ge=1, default=1)
    price = Money


class Order(ComplexModel):
    __namespace__ = NS
    id = UnsignedLong
    placed = DateTime
    due = Date
    at = Time
    lead = Duration
    total = Decimal
    weight = Double
    paid = Boolean
    colour = Colour
    scan = ByteArray
    site = AnyUri
    key = Uuid
    tags = Array(Unicode)
    lines = Line.customize(max_occurs="unbounded")
    buyer = Party
    parts = Array(Line)


Order.append_field("parent", Order)


class Session(ComplexModel):
    __namespace__ = NS
    token = Unicode(min_occurs=1)
    hop = Integer


class OutOfStock(Fault):
    __namespace__ = NS
    __type_name__ = "OutOfStock"


class Orders(Service):
    __in_header__ = Session
    __out_header__ = Session

    @rpc(Order, _returns=Order)
    def echo(ctx, order):
        return order

    @rpc(Unicode, _returns=Session)
    def session(ctx, unused):
        given = ctx.in_header
        ctx.out_header = Session(token=given.token + "!", hop=(given.hop or 0) + 1)
        return given


class Shop(Service):
    @rpc(Array(Integer), Unicode(nillable=False), _returns=Iterable(Order))
    def find(ctx, ids, prefix):
        for number in ids or []:
            yield Order(id=number, tags=[prefix, None, "%s%d" % (prefix, number)])

    @rpc(Decimal(min_occurs=1, nillable=False), Decimal, _returns=[Decimal, Unicode], _out_variable_names=["sum", "words"])
    def add(ctx, a, b):
        return a + (b or 0), None if b is None else "%s+%s" % (a, b)

    @rpc(Unicode, _returns=Party)
    def party(ctx, kind):
        """Finds somebody.

        The answer's type is one of several."""
        if kind == "company":
            return Company(name="ACME <& Söhne>", vat="DE12", founded=None)
        if kind == "person":
            return Person(name="Ann", phone="", born=datetime.date(1990, 2, 28))
        return Party(name="x") if kind else None

    @rpc(Party, _returns=Unicode)
    def kind(ctx, party):
        return type(party).__name__.split(".")[-1]

    @rpc(Unicode, Integer, _throws=[OutOfStock])
    def fail(ctx, sku, left):
        if left is None:
            raise ValueError("never shown")
        raise OutOfStock("Client.Stock", "none of %s" % sku, faultactor="urn:shop",
                         detail={"OutOfStock": {"sku": sku, "left": str(left)}})

    @rpc()
    def nothing(ctx):
        pass

    @rpc(AnyXml, _returns=AnyXml)
    def anything(ctx, xml):
        return xml

    @rpc(Money, _body_style="bare", _returns=Money)
    def bare(ctx, money):
        return money

    @rpc(Array(Money), _returns=Array(Money))
    def amounts(ctx, amounts):
        return amounts

    @rpc(Unicode(max_occurs="unbounded"), Integer(max_occurs="unbounded", nillable=True),
         _returns=[Unicode(max_occurs="unbounded"), Integer])
    def many(ctx, words, numbers):
        return list(reversed(words or [])), sum(n for n in numbers or [] if n is not None)


def application(services, protocol, path):
    return WsgiApplication(Application(
        services, NS, name="Spyne" + path, in_protocol=protocol(validator="lxml"),
        out_protocol=protocol(polymorphic=True)))


paths = {
    "/orders11": application([Orders], Soap11, "Orders"), "/orders12": application([Orders], Soap12, "Orders"),
    "/shop11": application([Shop], Soap11, "Shop"), "/shop12": application([Shop], Soap12, "Shop"),
}


def choose(environ, start):
    found = paths.get(environ["PATH_INFO"])
    if found is None:
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"no such service"]
    return found(environ, start)


class Silent(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


make_server("127.0.0.1", int(sys.argv[1]), choose, handler_class=Silent).serve_forever()
