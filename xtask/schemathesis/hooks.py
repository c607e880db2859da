"""What schemathesis cannot read from the description: whose client syncs, whom there is at the demo centre, and how
strictly answers are meant."""

import base64
import copy
import hashlib
import os
import re
import zlib

import jsonschema_rs
import schemathesis

CLIENT = os.environ["MINVEI_CLIENT"]
IS_LYING = "MINVEI_LIE" in os.environ
# Where it is written down for whose client which addresses have given what they are there for, and which commands were
# applied.
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
CLIENTS = ["api-participant", "api-school", "api-kitchen", "api-teacher", "api-adviser", "api-manager"]
# Those whom commands are about: what is tried at other addresses must not lose its own.
OTHERS = ["oksana", "rahel", "nadia", "sara"]
LEAVING = ["anders", "fridalen"]
SERIES = ["jobbklubb-4", "temamote-3", "norsktrening-1-2", "yoga-5"]
GROUPS = ["mat-prat", "norsk-1", "norsk-2", "jobb", "samtale"]
SCHOOLS = ["slettebakken", "fridalen"]
DAYS = ["2026-11-24", "2026-11-25", "2026-11-26", "2026-12-03"]
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
# The same in the bodies of commands. What a command makes has an id that nothing has yet.
OF_COMMANDS = {
    "contact": STAFF,
    "with": STAFF,
    "user": STAFF,
    "person": OTHERS,
    "people": OTHERS,
    "series": SERIES,
    "group": GROUPS,
    "school": SCHOOLS,
    "date": DAYS,
    "day": DAYS,
    "to": DAYS,
}
WHOSE_ID = {
    "person.correct": OTHERS,
    "person.assign": OTHERS,
    "person.shield": OTHERS,
    "staff.correct": LEAVING,
    "staff.end": LEAVING,
    "staff.return": LEAVING,
}
# What a number may be by the rules; a type allows many more.
USUAL = {"count": 5000, "counts": 5000, "late": 480, "weekday": 7}
ID = re.compile("^[a-z0-9-]{1,64}$")
# Days that have left the devices, and how many are asked for at once.
OLDER = [("2026-10-05", "2026-10-18"), ("2026-09-21", "2026-10-20")]
DATE = re.compile("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")

reached = set()
# The number of her client's last command that was judged.
judged = 0
# Says of a command whether it is as described.
described = None


@schemathesis.hook
def before_load_schema(context, raw_schema):
    global described
    schemas = raw_schema["components"]["schemas"]
    command = {"$ref": "#/components/schemas/Command", "components": {"schemas": schemas}}
    described = jsonschema_rs.validator_for(copy.deepcopy(command), validate_formats=True)
    close(schemas)
    if IS_LYING:
        # Found only in an answer to somebody who is signed in: so the control shows that the session works too.
        schemas["Me"]["properties"]["name"] = {"type": "integer"}


@schemathesis.hook
def before_call(context, case, kwargs):
    # A client that is not hers is refused before anything else is looked at.
    if case.path == "/api/sync" and isinstance(case.body, dict) and isinstance(case.body.get("client"), str):
        case.body["client"] = CLIENT
        make_next(case.body)
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
    if name == "POST /api/sync" and response.status_code == 200:
        global judged
        judged = response.json()["last_seq"]
        for command, outcome in outcomes(case, response):
            if "applied" in outcome:
                reach(command["name"])
    if 200 <= response.status_code < 300:
        reach(name)


@schemathesis.check
def what_fits_is_read(context, response, case):
    """A command that is as described may be refused by the rules, and never because it cannot be read."""
    if case.operation.label == "POST /api/sync" and response.status_code == 200:
        for command, outcome in outcomes(case, response):
            why = outcome.get("refused", {}).get("why")
            if why in ("malformed", "unknown-command") and described.is_valid(command) and not has_point(command):
                raise AssertionError(f"described, and not read: {command}: {outcome}")


def has_point(value):
    """To a schema 1.0 is a whole number; to whoever reads a command it is none."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return isinstance(value, float) or any(has_point(part) for part in inside)


def outcomes(case, response):
    """What became of each command that was sent."""
    commands, first = case.body.get("commands") or [], case.body.get("first", 0)
    for number, outcome in response.json().get("outcomes", []):
        if 0 <= number - first < len(commands):
            yield commands[number - first], outcome


def reach(what):
    if what not in reached:
        reached.add(what)
        with open(REACHED, "a", encoding="utf-8") as file:
            file.write(f"{CLIENT} {what}\n")


def make_next(body):
    """What is not her client's next command is not judged. A part is left as it is: that must be answered, too."""
    commands = body.get("commands")
    if not isinstance(commands, list) or drawn(commands, 4) == 0:
        return
    body["first"], body["stored"] = judged + 1, judged
    for command in commands:
        if isinstance(command, dict) and isinstance(command.get("body"), dict):
            name = command.get("name")
            whose = WHOSE_ID.get(name) if isinstance(name, str) else None
            make_true(command["body"], {**OF_COMMANDS, "id": whose})


def make_true(fields, real):
    """The same as `make_real`, in whatever is inside, too, and with numbers that the rules let pass."""
    make_real(fields, real)
    for name, value in fields.items():
        if isinstance(value, dict):
            make_true(value, {**OF_COMMANDS, "id": SERIES})
        elif isinstance(value, list):
            fields[name] = [made_usual(name, made_real(one, real.get(name))) for one in value]
        else:
            fields[name] = made_usual(name, value)


def made_usual(name, value):
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return 1 + drawn(value, USUAL[name]) if name in USUAL and is_whole and drawn(value, 5) else value


def make_real(fields, real):
    """Puts what there is in the place of what could be there. What is wrong stays as it is, and so does a part of the
    rest: what there is not must be answered, too."""
    for name, choices in real.items():
        if name in fields:
            fields[name] = made_real(fields[name], choices)


def made_real(value, choices):
    # What a session is called, and where an entry stands, is no id that is described.
    is_free = choices is SPARE or choices is PLACES
    if choices and isinstance(value, str) and (is_free or ID.match(value)):
        choice = drawn(value, 2 * len(choices) + 1)
        if choice < 2 * len(choices):
            return choices[choice % len(choices)]
    return value


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
