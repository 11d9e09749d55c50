"""What Schemathesis is told of this server: who asks, which ids there are, what is lenient; and checks of our own.

`SCHEMATHESIS_WORLD` names the file that world.py wrote, `SCHEMATHESIS_AS` who asks: `person` or `stranger`, who has no
credentials.
"""

import collections
import functools
import itertools
import json
import os
import time
import unicodedata
import uuid
import zlib

import jsonschema_rs
import requests
import schemathesis
from hypothesis import strategies

with open(os.environ["SCHEMATHESIS_WORLD"], encoding="utf-8") as file:
    WORLD = json.load(file)
STRANGER = os.environ["SCHEMATHESIS_AS"] == "stranger"
FOREIGN = {record for records in WORLD["foreign"].values() for record in records}
KNOWN = FOREIGN | {record for records in WORLD["own"].values() for record in records}

# What would end the session that asks, or close the organization to it. Each request of these has a session of its own,
# of a person whom nothing else needs.
ENDS_THE_SESSION = {
    "signOut": "ends the session",
    "revokeSession": "can name the session that asks",
    "revokeOtherSessions": "ends those of other requests",
    "switchOrganization": "makes the session one of another organization",
    "updateOrganization": "can ask for a second factor, which closes everything else",
}

# Parts of a list that are asked for beyond what there is at once: the server gives what there is.
CLAMPED = {"limit", "limitPerStage", "months", "page"}

# Whose id stands in a path, by how the path begins; the first that fits.
KINDS = (
    ("/api/crm/contacts/", "contacts"),
    ("/api/crm/companies/", "companies"),
    ("/api/crm/deals/", "deals"),
    ("/api/crm/notes/", "notes"),
    ("/api/crm/views/", "views"),
    ("/api/crm/fields/", "fields"),
    ("/api/crm/imports/", "imports"),
    ("/api/crm/batches/", "batches"),
    ("/api/pipeline/clients/", "contacts"),
    ("/api/pipeline/stages/", "stages"),
    ("/api/pipeline/", "pipelines"),
    ("/api/messaging/chats/", "chats"),
    ("/api/messaging/comments/", "comments"),
    ("/api/messaging/messages/", "messages"),
    ("/api/messaging/templates/", "templates"),
    ("/api/messaging/channels/", "channels"),
    ("/api/messaging/uploads/", "uploads"),
    ("/api/bd-accounts/", "accounts"),
    ("/api/v1/webhooks/", "webhooks"),
    ("/api/v1/notifications/mutes/", "mutes"),
    ("/api/v1/notifications/push/", "push"),
    ("/api/v1/notifications/", "notifications"),
    ("/api/webhooks/inbound/", "channels"),
    ("/api/team/members/", "members"),
    ("/api/team/invitations/", "invitations"),
    ("/api/teams/", "teams"),
    ("/api/auth/organizations/", "organizations"),
    ("/api/auth/sessions/", "sessions"),
    ("/api/api-keys/", "api_keys"),
)

# Ids in bodies and queries: of somebody, or of nobody.
OF_SOMEBODY = strategies.sampled_from(sorted(KNOWN))
schemathesis.openapi.format("uuid", strategies.one_of(OF_SOMEBODY, strategies.uuids().map(str)))


TURNS = collections.defaultdict(itertools.count)


@schemathesis.hook
def map_case(ctx, case):
    """Ids in paths become such as there are: three of five the asker's own, one foreign, one stays nobody's.

    Not in sequences of calls: there they come from an earlier answer.
    """
    phase = None if case.meta is None else case.meta.phase.name
    if phase == "stateful":
        return case
    for name, value in (case.path_parameters or {}).items():
        # By turns, so that each operation meets all of them. A request of chance that is found wrong is tried again, made
        # smaller, and has to name the same record then.
        label = f"{case.method} {case.path}"
        draw = next(TURNS[label]) if phase == "coverage" else zlib.crc32(f"{label} {value}".encode())
        replacement = known_id(case.path, name, value, draw)
        if replacement is not None:
            case.path_parameters[name] = replacement
    return case


def known_id(path, name, value, draw):
    try:
        uuid.UUID(value)
    except (AttributeError, TypeError, ValueError):
        return None
    kind = "stages" if name == "stageId" else kind_of(path)
    whose = ("own", "foreign", "own", "own", None)[draw % 5]
    records = WORLD[whose].get(kind) if whose else None
    return records[draw // 5 % len(records)] if records else None


def kind_of(path):
    return next((kind for start, kind in KINDS if path.startswith(start)), None)


@schemathesis.hook
def filter_case(ctx, case):
    """Leaves out what the document calls wrong and the server understands on purpose."""
    if case.meta is None or not case.meta.generation.mode.is_negative:
        return True
    return not is_clamped(case.meta.phase.data) and not is_understood(case)


def is_clamped(data):
    """Numbers that say how much is wanted are brought between their bounds."""
    bounds = {"minimum", "maximum", "format"}
    if data.mutations:
        return all(m.parameter in CLAMPED and set(m.keywords) <= bounds for m in data.mutations)
    beyond = any(word in (data.description or "") for word in ("minimum", "maximum"))
    return data.parameter in CLAMPED and data.parameter_location == "query" and beyond


def is_understood(case):
    """A body is well formed once what is null is left out and its texts are cleaned, as the server does first.

    A list within it may also stand for an object, with the values of its fields in their order.
    """
    places = case.meta.components
    if not isinstance(case.body, dict) or any(
        component.mode.is_negative for place, component in places.items() if place != "body"
    ):
        return False
    schema = case.operation.definition.raw["requestBody"]["content"].get(case.media_type, {}).get("schema")
    return schema is not None and validator(json.dumps(schema)).is_valid(cleaned(case.body))


def cleaned(value):
    if isinstance(value, dict):
        return {name: cleaned(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        stands_for_object = value and all(inner is None for inner in value)
        return {} if stands_for_object else [cleaned(inner) for inner in value]
    if isinstance(value, str) and value.strip():
        return "".join(letter for letter in value if unicodedata.category(letter) not in ("Cc", "Cf")).strip()
    return value


@functools.cache
def validator(schema):
    with open(os.environ["SCHEMATHESIS_DOCUMENT"], encoding="utf-8") as file:
        components = json.load(file)["components"]
    return jsonschema_rs.Draft202012Validator({**json.loads(schema), "components": components})


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Nothing leaves this machine: accounts are of the sandbox, and what the server is to send to is here."""
    body = kept_here(case.body)
    if body != case.body:
        case.body = body


def kept_here(value, key=None):
    if isinstance(value, dict):
        return {name: kept_here(inner, name) for name, inner in value.items()}
    if key == "network" and value == "telegram":
        return "sandbox"
    if key == "host":
        return "127.0.0.1"
    if key in ("url", "endpoint") and isinstance(value, str) and "://" in value:
        return "https://127.0.0.1:9/"
    return value


@schemathesis.auth(refresh_interval=None)
class Person:
    """The asker, whose proof of who they are is renewed before it runs out."""

    proved_at = time.monotonic()

    def get(self, case, ctx):
        if STRANGER:
            return None
        if operation_id(case) in ENDS_THE_SESSION:
            leaver = {"email": WORLD["leaver"], "password": WORLD["password"]}
            return post("/api/auth/signin", leaver).json()["accessToken"]
        if time.monotonic() - Person.proved_at > 300:
            Person.proved_at = time.monotonic()
            post("/api/auth/step-up", {"method": "password", "password": WORLD["password"]}, WORLD["token"])
        return WORLD["token"]

    def set(self, case, data, ctx):
        if data:
            case.headers = case.headers or {}
            case.headers["Authorization"] = f"Bearer {data}"


def post(path, body, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.post(WORLD["server"] + path, json=body, headers=headers, timeout=30)
    answer.raise_for_status()
    return answer


def operation_id(case):
    return case.operation.definition.raw.get("operationId")


def is_public(case):
    return {} in case.operation.definition.raw.get("security", [])


@schemathesis.check
def nothing_foreign(ctx, response, case):
    """No answer has anything in it of the other organization, and no record of theirs is found."""
    if WORLD["canary"] in response.text:
        raise AssertionError("The answer has something of another organization in it")
    named = [value for value in (case.path_parameters or {}).values() if value in FOREIGN]
    if named and 200 <= response.status_code < 300:
        raise AssertionError(f"A record of another organization was found: {named[0]}")


@schemathesis.check
def strangers_are_refused(ctx, response, case):
    """Whoever shows no credentials gets 401, whatever they ask for; but for what is open to everybody."""
    if not STRANGER or is_public(case) or case.method.upper() != case.operation.method.upper():
        return
    if response.status_code != 401:
        raise AssertionError(f"A stranger got {response.status_code}, not 401")
