"""A mail server that keeps what it is sent: prints its port, then one JSON line a mail. Ends when its input ends."""
import asyncio
import base64
import json
import os
import sys

USER, PASSWORD = "umbel", "p@ss word"


async def serve(reader, writer):
    async def say(text):
        writer.write(text.encode() + b"\r\n")
        await writer.drain()

    mail = {"to": [], "user": None}
    await say("220 sink ESMTP")
    while line := (await reader.readline()).decode().strip():
        verb = line.split(" ")[0].upper()
        if verb == "EHLO":
            await say("250-sink\r\n250 AUTH PLAIN")
        elif verb == "AUTH":
            _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
            mail["user"] = user
            await say("235 ok" if (user, password) == (USER, PASSWORD) else "535 wrong password")
        elif verb == "MAIL":
            mail["from"] = line
            await say("250 ok")
        elif verb == "RCPT":
            mail["to"].append(line)
            await say("550 no such box" if "nobody@" in line else "250 ok")
        elif verb == "DATA":
            await say("354 go on")
            text = (await reader.readuntil(b"\r\n.\r\n"))[:-5].decode()
            print(json.dumps({**mail, "text": text}), flush=True)
            await say("250 kept")
        elif verb == "QUIT":
            await say("221 bye")
            break
        else:
            await say("500 what?")
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
