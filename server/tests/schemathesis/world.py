"""Two organizations on an empty server, over HTTP: the one that asks, and one whose every text carries a canary.

    world.py make <address of the server> <file for the result>
    world.py verify <the same file>

The result, as JSON: the token of the asker, and for each kind of record the ids of their own (`own`) and the other's
(`foreign`). `verify` says whether everything of the other organization is as it was. Needs nothing but Python; ends with
1 and a reason when the server does not do as it is told, or something has changed.
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

CANARY = "kanarek7f3a9c"
PASSWORD = "a password of tests"

# The sandbox: people who are played, inside the server. A number that ends in 1 has no password.
SANDBOX_CODE = "22222"
BROWSER = {
    "keys": {
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    }
}


class Person:
    """Who has signed up, and writes `word` into every text."""

    def __init__(self, server, word, phone):
        self.server, self.word, self.phone = server, word, phone
        self.email = f"{word}@example.com"
        self.token = None
        self.ids = {}
        signed_up = self.call(
            "POST",
            "/api/auth/signup",
            {
                "name": f"{word} Person",
                "email": self.email,
                "password": PASSWORD,
                "organizationName": f"{word} Ltd",
            },
        )
        self.token = signed_up["accessToken"]
        self.keep("members", signed_up["user"]["id"])
        self.keep("organizations", signed_up["organization"]["id"])

    def call(self, method, path, body=None, content_type="application/json"):
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if data is not None or method != "GET":
            headers["Content-Type"] = content_type
        request = urllib.request.Request(self.server + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
        except urllib.error.HTTPError as refusal:
            sys.exit(f"{method} {path}: {refusal.code} {refusal.read().decode()}")
        return json.loads(text) if text else None

    def keep(self, kind, *ids):
        self.ids.setdefault(kind, []).extend(ids)

    def make(self, kind, path, body, at=("id",)):
        """Makes a record and keeps its id, which stands in the answer at `at`."""
        made = self.call("POST", path, body)
        record = made
        for step in at:
            record = record[step]
        self.keep(kind, record)
        return record

    def upload(self, kind, path, file_name, contents, **query):
        path = f"{path}?{urllib.parse.urlencode({'fileName': file_name, **query})}"
        made = self.call("POST", path, contents, "application/octet-stream")
        self.keep(kind, made["id"])
        return made["id"]


def populate(person):
    """Some records of each kind."""
    word = person.word
    team = person.make("teams", "/api/teams", {"name": f"{word} team", "members": []})
    person.make(
        "roles",
        "/api/roles",
        {
            "name": f"{word} role",
            "base": "agent",
            "permissions": [],
            "reach": {"clients": "own", "deals": "own", "chats": "own", "accounts": "own"},
        },
        ("key",),
    )
    invited = person.call(
        "POST",
        "/api/team/members/invite",
        {"emails": [f"{word}.guest@example.com"], "roles": ["agent"], "teamIds": [team]},
    )
    person.keep("invitations", *(invitation["id"] for invitation in invited["items"]))
    person.make("fields", "/api/crm/fields", {"recordType": "contact", "name": f"{word} field", "kind": "text"})
    # The first one is made after signing up.
    pipeline = wait_for(lambda: person.call("GET", "/api/pipeline")["items"])[0]
    person.keep("pipelines", pipeline["id"])
    person.keep("stages", *(stage["id"] for stage in pipeline["stages"]))
    person.make("pipelines", "/api/pipeline", {"name": f"{word} pipeline"})
    for n in range(8):
        records_of_sales(person, n, pipeline)
    person.call("POST", "/api/crm/contacts/bulk", {"action": "addTags", "tags": [f"{word} bulk"], "all": True})
    for record_type in ("contact", "company", "deal"):
        person.make(
            "views", "/api/crm/views", {"recordType": record_type, "name": f"{word} {record_type}s", "query": {}}
        )
    person.upload(
        "imports", "/api/crm/imports", f"{word}.csv", f"Name\n{word} imported\n".encode(), recordType="contact"
    )
    person.make("webhooks", "/api/v1/webhooks", {"url": "https://127.0.0.1:9/hook", "types": ["import.reverted"]})
    person.make(
        "api_keys",
        "/api/api-keys",
        {"name": f"{word} key", "permissions": ["crm.contacts.read"], "expiresAt": None},
        ("apiKey", "id"),
    )
    person.make("mutes", "/api/v1/notifications/mutes", {"kind": "deal.won"})
    browser = {"endpoint": f"https://127.0.0.1:9/{word}", **BROWSER}
    person.make("push", "/api/v1/notifications/push", browser)
    person.call("POST", "/api/v1/notifications/test", {"channel": "inApp"})
    person.make("templates", "/api/messaging/templates", {"name": f"{word} greeting", "text": f"{word} says hello"})
    person.upload("uploads", "/api/messaging/uploads", f"{word}.txt", word.encode())
    channel(person)
    chats(person)


def records_of_sales(person, n, pipeline):
    word = person.word
    company = person.make("companies", "/api/crm/companies", {"name": f"{word} company {n}", "tags": [f"{word} tag"]})
    contact = person.make(
        "contacts",
        "/api/crm/contacts",
        {
            "name": f"{word} contact {n}",
            "emails": [f"{word}.{n}@example.com"],
            "companyId": company,
            "tags": [f"{word} tag"],
        },
    )
    deal = person.make(
        "deals",
        "/api/crm/deals",
        {"title": f"{word} deal {n}", "contactId": contact, "pipelineId": pipeline["id"], "tags": [f"{word} tag"]},
    )
    for kind, record in (("contacts", contact), ("companies", company), ("deals", deal)):
        person.make("notes", f"/api/crm/{kind}/{record}/notes", {"body": f"{word} note {n}"})


def channel(person):
    """A chat by an inbound channel, with a message and a comment."""
    opened = person.call("POST", "/api/messaging/channels", {"name": f"{person.word} channel"})
    person.keep("channels", opened["id"])


def chats(person):
    """An account of the sandbox, with the chats that came by it."""
    word = person.word
    account = person.make(
        "accounts",
        "/api/bd-accounts/connect",
        {"network": "sandbox", "phone": person.phone, "name": f"{word} account"},
        ("account", "id"),
    )
    person.call("POST", f"/api/bd-accounts/{account}/code", {"code": SANDBOX_CODE})

    def dialogs():
        return person.call("GET", f"/api/bd-accounts/{account}/dialogs?kind=private&limit=100")["items"]

    chosen = wait_for(dialogs)[:5]
    person.call(
        "POST",
        f"/api/bd-accounts/{account}/sync-chats",
        {"chats": [{"chatId": dialog["chatId"]} for dialog in chosen], "days": None},
    )
    person.call("POST", f"/api/bd-accounts/{account}/sync-start")
    wait_for(lambda: person.call("GET", f"/api/bd-accounts/{account}/sync-status")["state"] == "done")
    found = person.call("GET", "/api/messaging/inbox?queue=all")["items"]
    person.keep("chats", *(chat["id"] for chat in found))
    chat = found[0]["id"]
    person.make("comments", f"/api/messaging/chats/{chat}/comments", {"text": f"{word} comment"})
    person.call("PUT", f"/api/messaging/chats/{chat}/draft", {"text": f"{word} draft"})
    messages = person.call("GET", f"/api/messaging/messages?chatId={chat}")["items"]
    person.keep("messages", *(message["id"] for message in messages[:20]))


def wait_for(look, seconds=60):
    """What `look` sees, as soon as it sees anything."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        seen = look()
        if seen:
            return seen
        time.sleep(0.2)
    sys.exit("the server did not do in time what it does by itself")


def collect(person):
    """Ids that are known from lists only."""
    for kind, path in (
        ("sessions", "/api/auth/sessions"),
        ("notifications", "/api/v1/notifications"),
    ):
        person.keep(kind, *(item["id"] for item in person.call("GET", path)["items"]))


# Lists of what nobody but its organization changes.
KEPT = (
    *("contacts", "companies", "deals", "imports"),
    *("views?recordType=contact", "views?recordType=company", "views?recordType=deal", "fields?recordType=contact"),
)
UNTOUCHED = (
    *(f"/api/crm/{part}" for part in KEPT),
    *("/api/pipeline", "/api/teams", "/api/roles", "/api/team/invitations", "/api/organization", "/api/api-keys"),
    *("/api/messaging/templates", "/api/messaging/channels", "/api/v1/webhooks", "/api/v1/notifications/mutes"),
)


def everything_of(person):
    lists = {path: person.call("GET", path) for path in UNTOUCHED}
    for kind in ("contacts", "companies", "deals"):
        for record in person.ids[kind]:
            path = f"/api/crm/{kind}/{record}/notes"
            lists[path] = person.call("GET", path)
    return lists


def make(server, result):
    foreign = Person(server, CANARY, "+999660000011")
    populate(foreign)
    collect(foreign)
    own = Person(server, "asker", "+999660000021")
    populate(own)
    collect(own)
    leaver = Person(server, "leaver", None)
    world = {
        "server": server,
        "canary": CANARY,
        "leaver": leaver.email,
        "password": PASSWORD,
        "token": own.token,
        "own": own.ids,
        "foreign": foreign.ids,
        "foreign_token": foreign.token,
        "foreign_records": everything_of(foreign),
    }
    with open(result, "w", encoding="utf-8") as file:
        json.dump(world, file, indent=2)


def verify(result):
    with open(result, encoding="utf-8") as file:
        world = json.load(file)
    foreign = object.__new__(Person)
    foreign.server, foreign.token, foreign.ids = world["server"], world["foreign_token"], world["foreign"]
    now = everything_of(foreign)
    changed = [path for path, records in world["foreign_records"].items() if now[path] != records]
    if changed:
        sys.exit(f"Something of the other organization has changed: {', '.join(changed)}")


if __name__ == "__main__":
    {"make": make, "verify": verify}[sys.argv[1]](*sys.argv[2:])
