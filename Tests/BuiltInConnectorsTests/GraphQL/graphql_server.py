"""A shop's GraphQL interface by Graphene: orders in pages (Relay), one order, a mutation, errors of each kind. Usage: graphql_server.py PORT"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import graphene
from graphene import relay
from graphql import GraphQLError
from graphql.error import format_error


class Order(graphene.ObjectType):
    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    total = graphene.Float()


class OrderConnection(relay.Connection):
    class Meta:
        node = Order


ORDERS = [Order(id=str(number), name=f"Order {number}", total=number * 1.5) for number in range(1, 26)]


class Coded(GraphQLError):
    def __init__(self, message, code):
        super().__init__(message)
        self.extensions = {"code": code}


class Query(graphene.ObjectType):
    orders = relay.ConnectionField(OrderConnection, least=graphene.Float())
    order = graphene.Field(Order, id=graphene.ID(required=True))
    broken = graphene.Int()
    forbidden = graphene.Int()

    def resolve_orders(self, info, least=None, **pages):
        return [order for order in ORDERS if least is None or order.total >= least]

    def resolve_order(self, info, id):
        return next((order for order in ORDERS if order.id == id), None)

    def resolve_broken(self, info):
        raise ValueError("it broke")

    def resolve_forbidden(self, info):
        raise Coded("not yours", "FORBIDDEN")


class OrderInput(graphene.InputObjectType):
    name = graphene.String(required=True)
    total = graphene.Float(required=True)


class AddOrder(graphene.Mutation):
    class Arguments:
        order = OrderInput(required=True)

    order = graphene.Field(Order)

    def mutate(self, info, order):
        if order.total < 0:
            raise Coded("total must not be negative", "BAD_USER_INPUT")
        return AddOrder(order=Order(id="new", name=order.name, total=order.total))


class Mutation(graphene.ObjectType):
    add_order = AddOrder.Field()


SCHEMA = graphene.Schema(query=Query, mutation=Mutation)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        result = SCHEMA.execute(
            asked["query"], variable_values=asked.get("variables"), operation_name=asked.get("operationName"))
        answer = {"data": result.data}
        if result.errors:
            answer["errors"] = [format_error(error) for error in result.errors]
        body = json.dumps(answer).encode()
        # As servers do that follow GraphQL over HTTP: what was never run is a 400.
        self.send_response(400 if result.invalid else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
