"""The Python client of the interoperability matrix: sends every kind of call in every cell at once, then gathers.

Prints `{cell: {kind: [state, value or [exception, text]]}}`; interop/matrix-client.ts is the same in TypeScript.
"""
import datetime
import json

from celery import chain, chord, group
from kombu.exceptions import EncodeError

from matrix_tasks import add, app, again, echo, fail, now, tsum

WIRE_QUEUE = "wire"


def attempt(send):
    """The result; where Celery cannot write such a message, its exception."""
    try:
        return send()
    except EncodeError as exc:
        return exc


def settled(result):
    """State and value; of an exception its class and text."""
    if isinstance(result, EncodeError):
        return ["not sent", type(result).__name__]
    try:
        value = result.get(timeout=100)
        return ["SUCCESS", value]
    except Exception as exc:
        return [getattr(result, "state", "no result"), [type(exc).__name__, str(exc)]]


class Cell:
    def __init__(self, serializer, compression, value):
        self.name = f"{serializer}-{compression or 'plain'}"
        self.how = {"serializer": serializer, "compression": compression}
        self.value = value

    def call(self, task, *args, kind, **options):
        """A call of this cell; its body is counted under `kind`."""
        key = f"{self.name}:{kind}"
        return task.signature(args, {"key": key}).set(**self.how, **options)

    def send_doomed(self):
        """What is revoked before its time comes."""
        self.revoked = self.call(echo, 1, kind="revoke", countdown=8).apply_async()
        return self.revoked.id

    def send(self):
        call = self.call
        call(echo, self.value, kind="wire").apply_async(queue=WIRE_QUEUE)
        eta = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)
        self.eta = eta.timestamp()
        numbers = lambda kind: [call(add, n, n, kind=kind) for n in range(3)]
        self.results = {
            "success": call(echo, self.value, kind="success").apply_async(),
            "failure": call(fail, "böom", kind="failure").apply_async(),
            "retry": call(again, kind="retry").apply_async(),
            "ETA": call(now, kind="ETA", eta=eta).apply_async(),
            "expire": call(echo, 1, kind="expire", countdown=1, expires=0.5).apply_async(),
            "revoke": self.revoked,
            "link": attempt(self.send_linked),
            "chain": attempt(chain(call(add, 1, 1, kind="chain"), *(call(add, n, kind="chain") for n in (4, 8)))),
            "group": attempt(group(numbers("group")).apply_async),
            "chord": attempt(chord(numbers("chord"), call(tsum, kind="chord")).apply_async),
        }

    def send_linked(self):
        linked = self.call(add, 10, kind="link")
        result = linked.freeze()
        self.call(add, 1, 1, kind="link", link=linked).apply_async()
        return result

    def gather(self):
        found = {kind: settled(result) for kind, result in self.results.items()}
        state, ran_at = found["ETA"]
        if state == "SUCCESS":
            found["ETA"] = [state, "in time" if 0 <= ran_at - self.eta < 60 else f"{ran_at - self.eta} s after its time"]
        return found


def run(cells, value):
    cells = [Cell(serializer, compression, value) for serializer, compression in cells]
    doomed = [cell.send_doomed() for cell in cells]
    app.control.revoke(doomed, reply=True, limit=1, timeout=10)
    for cell in cells:
        cell.send()
    print(json.dumps({cell.name: cell.gather() for cell in cells}))
