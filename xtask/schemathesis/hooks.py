"""What schemathesis cannot read from the description: whose client syncs, and how strictly answers are meant."""

import os

import schemathesis

CLIENT = os.environ["MINVEI_CLIENT"]
IS_LYING = "MINVEI_LIE" in os.environ


@schemathesis.hook
def before_load_schema(context, raw_schema):
    schemas = raw_schema["components"]["schemas"]
    close(schemas)
    if IS_LYING:
        # Found only in an answer to somebody who is signed in: so the control shows that the session works too.
        schemas["Me"]["properties"]["name"] = {"type": "integer"}


@schemathesis.hook
def before_call(context, case, kwargs):
    # A client that is not hers is refused before anything else is looked at.
    if case.path == "/api/sync" and isinstance(case.body, dict) and isinstance(case.body.get("client"), str):
        case.body["client"] = CLIENT


def close(schema):
    """An answer may have more fields in a later version. In this one, each that is sent is to be described."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            close(part)
    elif isinstance(schema, list):
        for part in schema:
            close(part)
