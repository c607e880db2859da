"""What schemathesis cannot read from the description: whose client syncs, whom there is at the demo centre, and how
strictly answers are meant."""

import base64
import hashlib
import os
import re
import zlib

import schemathesis

CLIENT = os.environ["MINVEI_CLIENT"]
IS_LYING = "MINVEI_LIE" in os.environ
# Where it is written down which addresses have given what they are there for.
REACHED = os.environ["MINVEI_REACHED"]


def name_of(token):
    """What a session is called in the list of devices: the first characters of its token's digest."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode()[:16]


# Every second participant has Kari as her contact person.
PEOPLE = ["amina", "genet", "marwa", "fatuma"]
STAFF = ["jonas", "ingunn", "slettebakken", "kari", "bente"]
# Another session of hers: the one by which she asks must not end.
SPARE = [name_of(os.environ["MINVEI_SPARE"])]
# Where entries of the log stand, as she has been told it.
PLACES = []
CLIENTS = ["api-participant", "api-adviser", "api-manager"]
# Which fields hold the id of something that there is.
REAL = {
    "/api/cards": {"person": PEOPLE},
    "/api/devices/end": {"id": SPARE},
    "/api/invitations": {"staff": STAFF},
    "/api/invitations/end": {"staff": STAFF},
    "/api/log": {"about": PEOPLE, "by": STAFF},
    "/api/log/reviewed": {"place": PLACES},
    "/api/rescue": {"user": PEOPLE + STAFF, "client": CLIENTS},
}
ID = re.compile("^[a-z0-9-]{1,64}$")
# Days that have left the devices, and how many are asked for at once.
OLDER = [("2026-10-05", "2026-10-18"), ("2026-09-21", "2026-10-20")]
DATE = re.compile("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")

reached = set()


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
    for fields in (case.body, case.query):
        if isinstance(fields, dict):
            make_real(fields, REAL.get(case.path, {}))
    if case.path == "/api/older" and isinstance(case.body, dict):
        make_older(case.body)


@schemathesis.hook
def after_call(context, case, response):
    name = case.operation.label
    if name == "GET /api/log" and response.status_code == 200:
        PLACES[:] = [line["place"] for line in response.json()]
    if 200 <= response.status_code < 300 and name not in reached:
        reached.add(name)
        with open(REACHED, "a", encoding="utf-8") as file:
            file.write(f"{name}\n")


def make_real(fields, real):
    """Puts what there is in the place of what could be there. What is wrong stays as it is, and so does a part of the
    rest: what there is not must be answered, too."""
    for name, choices in real.items():
        value = fields.get(name)
        # What a session is called, and where an entry stands, is no id that is described.
        is_free = choices is SPARE or choices is PLACES
        if choices and isinstance(value, str) and (is_free or ID.match(value)):
            choice = drawn(value, 2 * len(choices) + 1)
            if choice < 2 * len(choices):
                fields[name] = choices[choice % len(choices)]


def make_older(fields):
    """Two days drawn by lot are nearly always too far from each other."""
    days = [fields.get("first"), fields.get("last")]
    if all(isinstance(day, str) and DATE.match(day) for day in days):
        choice = drawn(days, len(OLDER) + 1)
        if choice < len(OLDER):
            fields["first"], fields["last"] = OLDER[choice]


def drawn(value, count):
    """A number below `count`; the same for the same value, so that the same seed makes the same requests."""
    return zlib.crc32(repr(value).encode(errors="replace")) % count


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
