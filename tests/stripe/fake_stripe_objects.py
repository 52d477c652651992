# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects behind the fake Stripe server: customers, products, prices, meters, in memory.

Follows the public API description for 2026-09-30.endive as far as billctl uses it, and is stricter where that finds mistakes:
unknown parameters are refused at every depth that billctl writes, amounts of prices never change, a lookup key stands on one
price.
"""

import operator
import re


class Refused(Exception):
    """An error answer: HTTP status and the fields of its "error" object."""

    def __init__(self, status, message, kind="invalid_request_error", **fields):
        super().__init__(message)
        self.status = status
        self.body = {"error": dict({"type": kind, "message": message}, **fields)}


def bad(message, param=None, code=None):
    fields = {}
    if param is not None:
        fields["param"] = param
    if code is not None:
        fields["code"] = code
    return Refused(400, message, **fields)


def missing(what, identity, param="id"):
    return Refused(404, "No such %s: '%s'" % (what, identity), code="resource_missing", param=param)


# Allowed parameters. "*" is a list, "{}" any keys with string values, None a scalar.
EXPAND = {"expand": {"*": None}}
ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
PAGING = {"limit": None, "starting_after": None, "ending_before": None, **EXPAND}
CUSTOMER = {"name": None, "email": None, "phone": None, "description": None, "address": ADDRESS, "metadata": "{}",
            "preferred_locales": {"*": None}, "tax_exempt": None, "balance": None, "business_name": None, **EXPAND}
PRODUCT = {"name": None, "active": None, "description": None, "metadata": "{}", "unit_label": None, "tax_code": None, "url": None,
           "statement_descriptor": None, **EXPAND}
TIER = dict.fromkeys(("up_to", "unit_amount", "unit_amount_decimal", "flat_amount", "flat_amount_decimal"))
PRICE_UPDATE = {"active": None, "lookup_key": None, "transfer_lookup_key": None, "metadata": "{}", "nickname": None,
                "tax_behavior": None, **EXPAND}
PRICE = {**PRICE_UPDATE, "currency": None, "product": None, "unit_amount": None, "unit_amount_decimal": None,
         "billing_scheme": None, "tiers_mode": None, "tiers": {"*": TIER},
         "transform_quantity": dict.fromkeys(("divide_by", "round")),
         "recurring": dict.fromkeys(("interval", "interval_count", "usage_type", "meter"))}
METER = {"display_name": None, "event_name": None, "default_aggregation": {"formula": None},
         "customer_mapping": dict.fromkeys(("event_payload_key", "type")), "value_settings": {"event_payload_key": None},
         "event_time_window": None, **EXPAND}


def check_known(params, allowed, where=""):
    for name, value in params.items():
        full = "%s[%s]" % (where, name) if where else name
        rule = allowed.get("*", allowed.get(name, False)) if isinstance(allowed, dict) else False
        if rule is False or ("*" in allowed and not name.isdigit()):
            raise bad("Received unknown parameter: %s" % full, full, "parameter_unknown")
        if rule is None and isinstance(value, dict):
            raise bad("Invalid string: %s" % full, full)
        if rule == "{}":
            check_metadata(value, full)
        elif rule is not None and value != "":
            if not isinstance(value, dict):
                raise bad("Invalid object: %s" % full, full)
            check_known(value, rule, full)


def check_metadata(value, where):
    if value == "":
        return
    if not isinstance(value, dict) or len(value) > 50:
        raise bad("Invalid metadata", where)
    for key, text in value.items():
        if isinstance(text, dict) or len(key) > 40 or len(text) > 500:
            raise bad("Metadata key or value too long: %s" % key, "%s[%s]" % (where, key))


def need(params, *names):
    for name in names:
        if params.get(name, "") == "":
            raise bad("Missing required param: %s." % name, name, "parameter_missing")


def boolean(params, name, otherwise):
    text = params.get(name)
    if text is None:
        return otherwise
    if text not in ("true", "false"):
        raise bad("Invalid boolean: %s" % text, name)
    return text == "true"


def integer(text, name):
    if not re.fullmatch(r"-?\d+", text):
        raise bad("Invalid integer: %s" % text, name, "parameter_invalid_integer")
    return int(text)


def merge_metadata(old, params):
    new = params.get("metadata")
    if new is None:
        return old
    if new == "":
        return {}
    merged = dict(old)
    for key, value in new.items():
        if value == "":
            merged.pop(key, None)
        else:
            merged[key] = value
    return merged


def as_list(value):
    return [value[key] for key in sorted(value, key=int)] if isinstance(value, dict) else []


class Store:
    """All objects of one account. Not thread-safe: the server holds a lock around each call."""

    def __init__(self, livemode, clock, account):
        self.account = account
        self.livemode = livemode
        self.clock = clock
        self.counter = 0
        self.tables = {"customer": {}, "product": {}, "price": {}, "billing.meter": {}}

    def dump(self):
        return {kind: list(rows.values()) for kind, rows in self.tables.items()}

    def new(self, kind, prefix, identity=None):
        self.counter += 1
        identity = identity or "%s_%06d" % (prefix, self.counter)
        row = {"id": identity, "object": kind, "created": int(self.clock()), "livemode": self.livemode}
        self.tables[kind][identity] = row
        return row

    def get(self, kind, identity):
        row = self.tables[kind].get(identity)
        if row is None:
            raise missing(kind.split(".")[-1], identity)
        return row

    # Dispatch: (method, collection, id, action) -> answer object.
    def handle(self, method, parts, params):
        if parts == ["account"] and method == "GET":
            check_known(params, EXPAND)
            return {"id": self.account, "object": "account", "charges_enabled": True, "default_currency": "usd", "country": "US"}
        kinds = {"customers": "customer", "products": "product", "prices": "price"}
        if parts[:2] == ["billing", "meters"]:
            kind, rest = "billing.meter", parts[2:]
        elif parts and parts[0] in kinds:
            kind, rest = kinds[parts[0]], parts[1:]
        else:
            raise Refused(404, "Unrecognized request URL (%s: /v1/%s)." % (method, "/".join(parts)))
        name = kind.split(".")[-1]
        if not rest:
            action = {"GET": "list", "POST": "create"}.get(method)
        elif len(rest) == 1:
            action = {"GET": "retrieve", "POST": "update", "DELETE": "delete"}.get(method)
        else:
            action = rest[1] if method == "POST" else None
        function = getattr(self, "%s_%s" % (action, name), None) or getattr(self, action or "", None)
        if action is None or function is None or len(rest) > 2:
            raise Refused(404, "Unrecognized request URL (%s: /v1/%s)." % (method, "/".join(parts)))
        if action in ("list", "retrieve"):
            return function(kind, params) if not rest else function(kind, rest[0], params)
        return function(params) if not rest else function(rest[0], params)

    # Reading.
    def retrieve(self, kind, identity, params):
        check_known(params, EXPAND)
        return self.expand(self.get(kind, identity), as_list(params.get("expand")))

    def list(self, kind, params):
        filters = {"customer": ("email",), "product": ("active", "ids"),
                   "price": ("active", "lookup_keys", "product", "currency", "type"), "billing.meter": ("status",)}[kind]
        allowed = dict(PAGING)
        allowed.update({name: {"*": None} if name in ("ids", "lookup_keys") else None for name in filters})
        allowed["created"] = dict.fromkeys(("gt", "gte", "lt", "lte"))
        check_known(params, allowed)
        rows = [row for row in reversed(list(self.tables[kind].values())) if not row.get("deleted")]
        if len(params.get("lookup_keys", ())) > 10:
            raise bad("Too many lookup_keys", "lookup_keys")
        for name in filters:
            if name in params:
                rows = [row for row in rows if self.matches(row, name, params[name])]
        for name, text in params.get("created", {}).items():
            compare = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}[name]
            rows = [row for row in rows if compare(row["created"], integer(text, "created[%s]" % name))]
        limit = integer(params.get("limit", "10"), "limit")
        if not 1 <= limit <= 100:
            raise bad("Invalid integer: limit must be from 1 to 100", "limit")
        page, more = self.page(rows, params, limit)
        expand = [path[len("data."):] for path in as_list(params.get("expand")) if path.startswith("data.")]
        return {"object": "list", "data": [self.expand(row, expand) for row in page], "has_more": more,
                "url": "/v1/" + {"billing.meter": "billing/meters"}.get(kind, kind + "s")}

    @staticmethod
    def matches(row, name, wanted):
        if name == "lookup_keys":
            return row["lookup_key"] in as_list(wanted)
        if name == "ids":
            return row["id"] in as_list(wanted)
        if name == "active":
            return row["active"] == (wanted == "true")
        return row.get(name) == wanted

    @staticmethod
    def page(rows, params, limit):
        ids = [row["id"] for row in rows]
        if "starting_after" in params:
            if params["starting_after"] not in ids:
                raise bad("No such object: '%s'" % params["starting_after"], "starting_after", "resource_missing")
            rows = rows[ids.index(params["starting_after"]) + 1:]
        elif "ending_before" in params:
            rows = rows[:ids.index(params["ending_before"])]
            return rows[-limit:], len(rows) > limit
        return rows[:limit], len(rows) > limit

    def expand(self, row, paths):
        row = dict(row)
        for path in paths:
            kind = {"product": "product", "default_price": "price"}.get(path)
            if kind is None or path not in row:
                raise bad("This property cannot be expanded (%s)." % path, "expand")
            if row[path] is not None:
                row[path] = dict(self.tables[kind][row[path]])
        return row

    # Customers.
    def create_customer(self, params):
        check_known(params, CUSTOMER)
        row = self.new("customer", "cus")
        row.update({"name": None, "email": None, "phone": None, "description": None, "address": None, "metadata": {},
                    "preferred_locales": [], "tax_exempt": "none", "balance": 0, "delinquent": False})
        return self.write_customer(row, params)

    def update_customer(self, identity, params):
        check_known(params, CUSTOMER)
        row = self.get("customer", identity)
        if row.get("deleted"):
            raise missing("customer", identity)
        return self.write_customer(row, params)

    @staticmethod
    def write_customer(row, params):
        if len(params.get("name", "")) > 256 or len(params.get("email", "")) > 512:
            raise bad("Invalid string: too long", "name")
        for name in ("name", "email", "phone", "description", "tax_exempt"):
            if name in params:
                row[name] = params[name] or None
        if "address" in params:
            row["address"] = {field: params["address"].get(field) or None for field in ADDRESS} if params["address"] else None
        if "preferred_locales" in params:
            row["preferred_locales"] = as_list(params["preferred_locales"])
        row["metadata"] = merge_metadata(row["metadata"], params)
        return row

    def delete_customer(self, identity, params):
        check_known(params, {})
        self.get("customer", identity)
        self.tables["customer"][identity] = {"id": identity, "object": "customer", "deleted": True}
        return self.tables["customer"][identity]

    # Products.
    def create_product(self, params):
        check_known(params, {**PRODUCT, "id": None})
        need(params, "name")
        if params.get("id") in self.tables["product"]:
            raise bad("Product already exists.", "id", "resource_already_exists")
        if "id" in params and not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", params["id"]):
            raise bad("Invalid id: %s" % params["id"], "id")
        row = self.new("product", "prod", params.get("id"))
        row.update({"active": True, "default_price": None, "description": None, "unit_label": None, "metadata": {},
                    "tax_code": None})
        return self.write_product(row, params)

    def update_product(self, identity, params):
        check_known(params, {**PRODUCT, "default_price": None})
        return self.write_product(self.get("product", identity), params)

    def write_product(self, row, params):
        if params.get("name") == "":
            raise bad("Invalid name: must not be empty", "name", "parameter_invalid_empty")
        if "default_price" in params:
            price = self.tables["price"].get(params["default_price"])
            if price is None or price["product"] != row["id"]:
                raise bad("No such price: '%s'" % params["default_price"], "default_price", "resource_missing")
            row["default_price"] = price["id"]
        for name in ("name", "description", "unit_label", "tax_code"):
            if name in params:
                row[name] = params[name] or None
        row["active"] = boolean(params, "active", row["active"])
        row["metadata"] = merge_metadata(row["metadata"], params)
        return row

    def delete_product(self, identity, params):
        check_known(params, {})
        self.get("product", identity)
        if any(price["product"] == identity for price in self.tables["price"].values()):
            raise bad("This product cannot be deleted because it has one or more user-created prices.")
        del self.tables["product"][identity]
        return {"id": identity, "object": "product", "deleted": True}

    # Prices.
    def create_price(self, params):
        check_known(params, PRICE)
        need(params, "currency", "product")
        if params["product"] not in self.tables["product"]:
            raise bad("No such product: '%s'" % params["product"], "product", "resource_missing")
        if not re.fullmatch(r"[a-z]{3}", params["currency"]):
            raise bad("Invalid currency: %s" % params["currency"], "currency")
        fields = self.price_amount(params)
        recurring = self.price_recurring(params)
        self.claim_lookup_key(params, None)
        row = self.new("price", "price")
        row.update({"active": True, "currency": params["currency"], "product": params["product"], "lookup_key": None,
                    "metadata": {}, "nickname": None, "recurring": recurring, "type": "recurring" if recurring else "one_time",
                    "tax_behavior": "unspecified"})
        row.update(fields)
        return self.write_price(row, params)

    def price_amount(self, params):
        scheme = params.get("billing_scheme", "per_unit")
        fields = {"billing_scheme": scheme, "unit_amount": None, "unit_amount_decimal": None, "tiers_mode": None,
                  "transform_quantity": params.get("transform_quantity")}
        if scheme == "tiered":
            need(params, "tiers", "tiers_mode")
            tiers = as_list(params["tiers"])
            if tiers[-1].get("up_to") != "inf":
                raise bad("The last tier must be `inf`", "tiers")
            return {**fields, "tiers_mode": params["tiers_mode"], "tiers": tiers}
        if ("unit_amount" in params) == ("unit_amount_decimal" in params):
            raise bad("You must pass one of `unit_amount` and `unit_amount_decimal`.", "unit_amount")
        if "unit_amount" in params:
            amount = integer(params["unit_amount"], "unit_amount")
            if amount < 0:
                raise bad("This value must be greater than or equal to 0.", "unit_amount")
            return {**fields, "unit_amount": amount, "unit_amount_decimal": str(amount)}
        if not re.fullmatch(r"\d+(\.\d{1,12})?", params["unit_amount_decimal"]):
            raise bad("Invalid decimal", "unit_amount_decimal", "parameter_invalid_decimal")
        return {**fields, "unit_amount_decimal": params["unit_amount_decimal"]}

    def price_recurring(self, params):
        recurring = params.get("recurring")
        if not recurring:
            return None
        if recurring.get("interval") not in ("day", "week", "month", "year"):
            raise bad("Invalid recurring[interval]", "recurring[interval]")
        count = integer(recurring.get("interval_count", "1"), "recurring[interval_count]")
        if not 1 <= count <= {"day": 1095, "week": 156, "month": 36, "year": 3}[recurring["interval"]]:
            raise bad("Maximum of three years interval allowed", "recurring[interval_count]")
        usage_type = recurring.get("usage_type", "licensed")
        if usage_type == "metered":
            need(recurring, "meter")
            self.get("billing.meter", recurring["meter"])
        return {"interval": recurring["interval"], "interval_count": count, "usage_type": usage_type,
                "meter": recurring.get("meter")}

    def claim_lookup_key(self, params, own):
        key = params.get("lookup_key")
        if not key:
            return
        if len(key) > 200:
            raise bad("Invalid lookup_key: too long", "lookup_key")
        for other in self.tables["price"].values():
            if other is not own and other["lookup_key"] == key:
                if not boolean(params, "transfer_lookup_key", False):
                    raise bad("A price (`%s`) already uses that lookup key." % other["id"], "lookup_key")
                other["lookup_key"] = None

    def update_price(self, identity, params):
        check_known(params, PRICE_UPDATE)
        row = self.get("price", identity)
        if params.get("active") == "false" and self.tables["product"][row["product"]]["default_price"] == identity:
            raise bad("This price cannot be archived because it is the default price of its product.", "active")
        self.claim_lookup_key(params, row)
        return self.write_price(row, params)

    @staticmethod
    def write_price(row, params):
        for name in ("lookup_key", "nickname", "tax_behavior"):
            if name in params:
                row[name] = params[name] or None
        row["active"] = boolean(params, "active", row["active"])
        row["metadata"] = merge_metadata(row["metadata"], params)
        return row

    # Meters.
    def create_meter(self, params):
        check_known(params, METER)
        need(params, "display_name", "event_name", "default_aggregation")
        if params["default_aggregation"].get("formula") not in ("sum", "count", "last"):
            raise bad("Invalid default_aggregation[formula]", "default_aggregation[formula]")
        meters = self.tables["billing.meter"].values()
        if any(row["event_name"] == params["event_name"] and row["status"] == "active" for row in meters):
            raise bad("An active meter already has this event_name", "event_name", "resource_already_exists")
        row = self.new("billing.meter", "mtr")
        row.update({"display_name": params["display_name"], "event_name": params["event_name"], "status": "active",
                    "default_aggregation": params["default_aggregation"],
                    "customer_mapping": params.get("customer_mapping", {"event_payload_key": "stripe_customer_id",
                                                                        "type": "by_id"}),
                    "value_settings": params.get("value_settings", {"event_payload_key": "value"})})
        return row

    def update_meter(self, identity, params):
        check_known(params, {"display_name": None, **EXPAND})
        row = self.get("billing.meter", identity)
        row["display_name"] = params.get("display_name", row["display_name"])
        return row

    def deactivate_meter(self, identity, params):
        check_known(params, EXPAND)
        return self.set_meter_status(identity, "inactive")

    def reactivate_meter(self, identity, params):
        check_known(params, EXPAND)
        return self.set_meter_status(identity, "active")

    def set_meter_status(self, identity, status):
        row = self.get("billing.meter", identity)
        row["status"] = status
        return row
