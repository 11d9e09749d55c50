"""Telethon, a client with no line of code in common with the network, talks with an account on the Rust client.

Started by scripts/telegram-telethon with the two programs as arguments. Ends with 0 when everything held.
"""

import asyncio
import io
import json
import sys

from telethon import TelegramClient, errors, events
from telethon.crypto import AuthKey
from telethon.sessions import MemorySession

PATIENCE = 20
CODE = "22222"


class Network:
    """The network as a process; its commands are lines of JSON."""

    @classmethod
    async def start(cls, program):
        self = cls()
        pipe = asyncio.subprocess.PIPE
        self.process = await asyncio.create_subprocess_exec(program, stdin=pipe, stdout=pipe, limit=1 << 24)
        self.address = json.loads(await self.process.stdout.readline())["address"]
        return self

    async def ask(self, **command):
        self.process.stdin.write((json.dumps(command) + "\n").encode())
        answer = json.loads(await self.process.stdout.readline())
        assert "error" not in answer, answer
        return answer["ok"]


def telethon(network, key):
    session = MemorySession()
    host, port = network.address.split(":")
    session.set_dc(2, host, int(port))
    session.auth_key = AuthKey(bytes.fromhex(key))
    return TelegramClient(session, 1, "hash")


async def sign_in(client, phone, password):
    await client.connect()
    assert not await client.is_user_authorized()
    await client.send_code_request(phone)
    try:
        await client.sign_in(phone, "11111")
        raise AssertionError("a wrong code signed in")
    except errors.PhoneCodeInvalidError:
        pass
    try:
        await client.sign_in(phone, CODE)
        raise AssertionError("signed in without the password")
    except errors.SessionPasswordNeededError:
        pass
    try:
        await client.sign_in(password="wrong")
        raise AssertionError("a wrong password signed in")
    except errors.PasswordHashInvalidError:
        pass
    return await client.sign_in(password=password)


async def main(network_program, echo_program):
    network = await Network.start(network_program)
    tele = await network.ask(
        do="add_person", phone="15550001", first_name="Tele", username="tele_here", password="rapport"
    )
    rust = await network.ask(do="add_person", phone="15550002", first_name="Rust", username="rust_here")
    client = telethon(network, await network.ask(do="new_key"))
    me = await sign_in(client, "+15550001", "rapport")
    assert me.id == tele, me

    heard = asyncio.Queue()
    client.add_event_handler(lambda event: heard.put(event.raw_text), events.NewMessage(incoming=True))

    async def next_text():
        return await asyncio.wait_for(heard.get(), PATIENCE)

    key = await network.ask(do="new_key")
    echo = await asyncio.create_subprocess_exec(
        echo_program, network.address, key, "15550002", "tele_here", stdout=asyncio.subprocess.PIPE
    )
    assert await asyncio.wait_for(echo.stdout.readline(), PATIENCE) == b"ready\n"
    assert await next_text() == "hello from grammers"

    friend = await client.get_entity("rust_here")
    assert friend.id == rust
    sent = await client.send_message(friend, "**one**")
    assert await next_text() == "echo: one"
    await client.edit_message(friend, sent.id, "one, edited")
    await client.send_read_acknowledge(friend)

    picture = await client.send_file(friend, io.BytesIO(b"picture" * 5000), caption="two", force_document=True)
    assert await next_text() == "echo: two"
    assert await client.download_media(picture, bytes) == b"picture" * 5000

    group = await network.ask(do="add_channel", title="Both", username="both_here", broadcast=False,
                              creator=rust, members=[tele])
    dialogs = await client.get_dialogs()
    assert dialogs[0].entity.id == rust, dialogs
    await network.ask(do="send", **{"from": rust}, to=f"channel:{group}", post={"text": "in the group"})
    assert await next_text() == "in the group"

    await network.ask(do="drop_connections", account=tele)
    await network.ask(do="send", **{"from": rust}, to=f"user:{tele}", post={"text": "while away"})
    await client.get_me()
    await client.catch_up()
    assert await next_text() == "while away"

    texts = [message.raw_text async for message in client.iter_messages(friend)]
    expected = ["while away", "echo: two", "two", "echo: one", "one, edited", "hello from grammers"]
    assert texts == expected, texts
    theirs = [message["text"] for message in await network.ask(do="messages", account=rust)
              if message["chat"] == f"user:{tele}"]
    assert theirs == expected[::-1], theirs
    print(f"telethon: {len(texts)} messages, the same on both sides")

    await client.disconnect()
    for process in (echo, network.process):
        process.kill()
        await process.wait()


asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), 120))
