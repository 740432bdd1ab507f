"""Records the vectors of this folder from a real Celery. Needs redis-server on the PATH.

    ~/.cache/umbel/venv/bin/python tests/vectors/record.py            # all (needs celery[redis])
    ~/.cache/umbel/venv/bin/python tests/vectors/record.py repr json  # some

Ids, times and hosts differ from run to run; what the tests compare does not.
"""
import ast
import base64
import datetime as dt
import decimal
import json
import os
import platform
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
APP = os.path.join(HERE, "recorder")
sys.path.insert(0, APP)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


PORT = free_port()
os.environ["UMBEL_RECORD_PORT"] = str(PORT)

import celery  # noqa: E402
import kombu  # noqa: E402
import redis  # noqa: E402
from celery.utils.saferepr import saferepr  # noqa: E402
from kombu.utils.json import dumps, loads  # noqa: E402

VERSIONS = {
    "celery": celery.__version__,
    "kombu": kombu.__version__,
    "python": platform.python_version(),
    "redis-py": redis.__version__,
}


def write(name, **content):
    path = os.path.join(HERE, f"{name}.json")
    head = {"recorded": dt.date.today().isoformat(), "versions": VERSIONS,
            "command": f"python tests/vectors/record.py {name}"}
    with open(path, "w") as f:
        json.dump({**head, **content}, f, indent=1, ensure_ascii=True)
        f.write("\n")
    print(path, {k: len(v) for k, v in content.items()})


# --- Python's JSON -----------------------------------------------------------------------------------------------
def values():
    return {
        "none": None, "true": True, "int": 42, "big": 10 ** 30, "negative big": -(2 ** 63), "2**53": 2 ** 53,
        "2**53+1": 2 ** 53 + 1, "float": 0.1, "tiny": 5e-324, "huge": 1.7e308, "exponent": 1e-7,
        "nan list": [float("nan"), float("inf"), float("-inf")],
        "text": "plain", "quotes": "it's \"quoted\" \\ slash", "controls": "\x00\x1f\x7f\n\r\t\b\f",
        "unicode": "äöü € \u2028 \u2029 😀 \ud800", "proto": {"__proto__": {"x": 1}, "constructor": 1},
        "nested": {"a": [1, {"b": [None, {}, []]}]}, "tuple": (1, (2, 3)), "int keys": {1: 2, None: 3, True: 4},
        "datetime": dt.datetime(2024, 1, 2, 3, 4, 5, 6), "datetime utc": dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc),
        "datetime offset": dt.datetime(2024, 1, 2, 3, 4, 5, 123456, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))),
        "date": dt.date(2024, 1, 2), "time": dt.time(1, 2, 3), "time micro": dt.time(1, 2, 3, 4),
        "decimal": decimal.Decimal("1.10"), "decimal exponent": decimal.Decimal("1E+30"), "decimal nan": decimal.Decimal("NaN"),
        "uuid": uuid.UUID(int=5), "bytes": b"text", "bytes utf8": "ä".encode(), "bytes binary": b"\xff\x00\x80", "empty bytes": b"",
        "mixed": {"when": [dt.date(2024, 1, 2), {"amount": decimal.Decimal("2.50"), "raw": b"\xfe"}]},
        "looks typed": {"__type__": "datetime", "__value__": "2024-01-02T03:04:05", "more": 1},
    }


def record_json():
    write("json", vectors=[{"name": name, "text": dumps(value)} for name, value in values().items()])


# --- saferepr ----------------------------------------------------------------------------------------------------
def repr_values():
    plain = [v for k, v in values().items() if k not in ("int keys", "tuple", "looks typed", "time micro")]
    plain += ["", "a", "it's", "\"", "back\\slash", "new\nline", "tab\t", "\x00", "é", "日本語", "😀", "x y z",
              0, -1, 7, 123456789, 1.5, -2.25, 1e-5, 1.5e-7, 123456.789, 0.1 + 0.2, 1e300, [], {}, [[]], [{}], {"a": {}}, [None],
              [[1], [[2]], [[[3]]], [[[[4]]]]], {"a": {"b": {"c": {"d": 1}}}}, [{"a": [{"b": [1]}]}],
              {"a": 1, "b": [1, 2, 3], "c": {"d": "e"}}, ["a", "b c", "d'e"], [True, False, None], [b"a", b"\xff"],
              "x" * 5, "word " * 50, "x" * 3000, ["x" * 3000, "y"], list(range(3000)), {f"key{i}": i for i in range(500)},
              [["word " * 10] * 10] * 10, {"k" * 2000: 1}, "😀" * 600, [{"a": "b" * 500}, {"c": "d" * 600}, {"e": 1}]]
    rng = random.Random(5)

    def rand(depth):
        kind = rng.randrange(9 if depth < 5 else 5)
        if kind == 0:
            return rng.randrange(-10 ** 6, 10 ** 6)
        if kind == 1:
            return rng.random() * 10 ** rng.randrange(-8, 8) or 0.5
        if kind in (2, 3):
            return "".join(rng.choice("ab c'\"\\é😀\n") for _ in range(rng.randrange(12)))
        if kind == 4:
            return rng.choice([None, True, False])
        if kind in (5, 6):
            return [rand(depth + 1) for _ in range(rng.randrange(5))]
        return {rng.choice(["a", "b'", "key", "ü"]) + str(i): rand(depth + 1) for i in range(rng.randrange(4))}

    return plain + [rand(0) for _ in range(40)] + [[rand(1) for _ in range(4)] for _ in range(60)]


def record_repr():
    vectors = []
    for value in repr_values():
        text = dumps(value)
        value = loads(text)
        for maxlen, levels in ((1024, 3), (40, 3), (7, 2), (1024, 0)):
            if len(text) > 2000 and maxlen == 1024 and levels == 0:
                continue
            vectors.append({"json": text, "maxLength": maxlen, "maxLevels": levels, "repr": saferepr(value, maxlen, levels),
                            "args": saferepr(tuple(value), maxlen, levels) if isinstance(value, list) else None})
    exact = [{"json": dumps(v), "repr": repr(loads(dumps(v)))} for v in
             ["", "a", "it's", '"', "'\"", "back\\slash", "new\nline\r\t", "\x00\x1f\x7f\x80\xa0\xad", "é日本😀", "\u2028\u200b\ufeff",
              "\ud800", [1, "a", None, True, 0.5], {"a": {"b": ["'"]}}, b"", b"a'b", b"\x00\xff\n\"", 10 ** 30, 1e-7, 1.5]]
    write("repr", vectors=vectors, exact=exact)


# --- literals ----------------------------------------------------------------------------------------------------
LITERALS = r"""
None|True|False|0|1|-1|+5|007|0x1F|0o17|0b101|1_000|123456789012345678901234567890|-9007199254740993|9007199254740991
1.5|-0.25|1e5|1E-3|.5|5.|1_0.0_1|1e400|nan|inf|-inf|1j|1+2j|0777|00|1__0|1_
''|""|'a'|"a"|'it\'s'|"it's"|'a"b'|'\n\t\\\x41\u00e9\U0001F600\101\0'|'\q'|'\x4'|'\u12'|'\N{BULLET}'|r'\n'|R"\n"|u'a'|b'ab'|b'\xff\n\''|rb'\n'|b'é'|f'a'|'a' 'b'|'a'"b"
'''a'''|'unterminated|'a\|()|(1,)|(1, 2)|(1)|((1,), 2)|(1,2,)|(,)|[]|[1, 2]|[1, 2,]|[1 2]|[,]|[[], [[]]]
{}|{'a': 1}|{'a': 1,}|{'a': {'b': (1, [2])}}|{1: 2}|{None: 1}|{(1, 2): 3}|{'a' 1}|{'a': }|{1, 2}|set()|{'a', 'b'}|{**{}}|{'a': 1, 'a': 2}|{'__proto__': 1}
 1 |( 1 ,2 )|[1,
2]|datetime.datetime(2024, 1, 2)|Decimal('1')|<object at 0x7f>|foo|foo()|1 + 1|__import__('os')|[x for x in ()]|lambda: 0|'a' % 1|-'a'|not True|...|[...]|(1, ...)|{'a': ...}|, ...|(1, 2, ...|'abc...
"""


def record_literals():
    vectors = []
    for text in LITERALS.strip("\n").replace("\n2]", "\x002]").replace("\n", "|").replace("\x00", "\n").split("|"):
        try:
            value = ast.literal_eval(text)
            if value is ... or "Ellipsis" in repr(value):
                raise ValueError
            vectors.append({"text": text, "ok": True, "json": dumps(value, allow_nan=True), "type": type(value).__name__})
        except (ValueError, SyntaxError, TypeError, MemoryError) as exc:
            vectors.append({"text": text, "ok": False, "error": type(exc).__name__})
    # What saferepr made of real arguments: the reader must give the arguments back, or refuse.
    round_trips = []
    for value in repr_values():
        for args in ([value], [value, 1]):
            try:
                text = dumps(args)
            except (TypeError, ValueError):
                continue
            round_trips.append({"json": text, "args": saferepr(tuple(loads(text)), 1024)})
    write("literals", vectors=vectors, roundTrips=round_trips)


# --- a real cluster ----------------------------------------------------------------------------------------------
class Cluster:
    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="umbel-record-")
        self.server = subprocess.Popen(["redis-server", "--port", str(PORT), "--save", "", "--dir", self.dir],
                                       stdout=subprocess.DEVNULL)
        self.redis = redis.Redis(port=PORT)
        self.wait(lambda: self.redis.ping())
        return self

    def wait(self, ask, seconds=30):
        end = time.time() + seconds
        while time.time() < end:
            try:
                if ask():
                    return
            except redis.exceptions.ConnectionError:
                pass
            time.sleep(0.05)
        raise SystemExit("waited in vain")

    def worker(self, *args, **env):
        out = open(os.path.join(self.dir, "worker.log"), "a+")
        at = out.tell()
        child = subprocess.Popen([sys.executable, "-m", "celery", "-A", "recorder_app", "worker", "-n", "w1@box", "-c", "2",
                                  "-l", "INFO", "-E", *args], cwd=APP, stdout=out, stderr=out, env={**os.environ, **env})

        def ready():
            out.seek(at)
            return " ready." in out.read()
        self.wait(ready)
        return child

    def __exit__(self, *exc):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait()
        shutil.rmtree(self.dir)


def record_envelopes():
    from recorder_app import add, app, echo
    from celery import chain, chord, group
    vectors = []

    def take(cluster, name, queue="cap"):
        raws = [r.decode() for key in cluster.redis.keys(f"{queue}*") for r in reversed(cluster.redis.lrange(key, 0, -1))]
        for key in cluster.redis.keys(f"{queue}*"):
            cluster.redis.delete(key)
        for index, raw in enumerate(raws):
            vectors.append({"name": name if len(raws) == 1 else f"{name} {index}", "raw": raw})

    with Cluster() as cluster:
        def send(name, task=add, args=(1, 2), **options):
            task.apply_async(args, queue="cap", **options)
            take(cluster, name)
        send("plain")
        send("kwargs", echo, (), kwargs={"a": [1, {"b": None}]})
        for compression in ("zlib", "gzip", "bzip2", "lzma"):
            send(f"compression {compression}", compression=compression)
        for serializer in ("json", "pickle"):
            send(f"serializer {serializer}", serializer=serializer)
        send("extended", echo, ([dt.datetime(2024, 1, 2, 3, 4, 5, 6), decimal.Decimal("1.1"), uuid.UUID(int=5), b"\xff"],))
        send("numbers", echo, ([10 ** 30, float("nan"), 0.1, 2 ** 53 + 1],))
        send("countdown", countdown=60)
        send("expires", expires=120)
        send("priority 7", priority=7)
        send("headers", headers={"my": "header", "when": dt.datetime(2024, 1, 2)})
        send("shadow and limits", shadow="other.name", time_limit=60, soft_time_limit=50)
        send("link", link=add.s(3), link_error=echo.s())
        send("not ascii", echo, ("äöü 😀 \u2028",))
        chain(add.s(1, 2), add.s(3), add.s(4)).apply_async(queue="cap")
        take(cluster, "chain")
        chord([add.s(1, 1).set(queue="cap"), add.s(2, 2).set(queue="cap")])(echo.s().set(queue="cap"))
        take(cluster, "chord")
        proto1 = type(app)("one", broker=app.conf.broker_url, backend=app.conf.result_backend)
        proto1.conf.task_protocol = 1
        proto1.send_task("tasks.add", (1, 2), {"z": 3}, queue="cap", countdown=10)
        take(cluster, "protocol 1")
    write("envelopes", vectors=vectors)


def record_events():
    """Every type of event that a worker and a client send, and the metas and replies of the same run."""
    from recorder_app import add, app, echo, fail, late_reject, progress, reject, retrying, sleep
    messages, metas = [], []
    with Cluster() as cluster:
        listener = cluster.redis.pubsub()
        listener.psubscribe("/0.celeryev*", "celery-task-meta-*", "/0.celery.pidbox")
        time.sleep(0.2)
        worker = cluster.worker()

        def drain(seconds):
            end = time.time() + seconds
            while time.time() < end:
                m = listener.get_message(timeout=0.1)
                if m is None or m["type"] != "pmessage":
                    continue
                channel = m["channel"].decode()
                if channel.startswith("celery-task-meta-"):
                    metas.append({"key": channel, "base64": base64.b64encode(m["data"]).decode()})
                else:
                    messages.append({"channel": channel, "receivedSeconds": time.time(), "raw": m["data"].decode()})

        add.delay(2, 3)
        add.delay(x=2, y="drei äöü")
        fail.delay("boom")
        retrying.delay()
        progress.delay()
        reject.delay()
        late_reject.delay()
        app.send_task("nope.nope", (1,), queue="celery")
        echo.apply_async(("expired",), expires=-1)
        slow = sleep.delay(30)
        revoked = add.apply_async((1, 1), countdown=2)
        drain(2)
        app.control.revoke(slow.id, terminate=True)
        app.control.revoke(revoked.id)
        app.control.heartbeat()
        replies = app.control.inspect(timeout=1).ping()
        stats = app.control.inspect(timeout=1).stats()
        drain(3)
        hard = sleep.apply_async((30,), time_limit=1)
        drain(2.5)
        worker.send_signal(signal.SIGTERM)
        worker.wait()
        drain(1)
        zipped = cluster.worker(UMBEL_RECORD_COMPRESSION="gzip")
        add.delay(5, 6)
        fail.delay("zipped")
        drain(2)
        zipped.send_signal(signal.SIGTERM)
        zipped.wait()
        drain(1)
        assert replies and stats and hard
    types = {}
    for m in messages:
        if not m["channel"].startswith("/0.celeryev"):
            continue
        body = json.loads(base64.b64decode(json.loads(m["raw"])["body"]))
        for event in body if isinstance(body, list) else [body]:
            types[event["type"]] = types.get(event["type"], 0) + 1
    write("events", types=types, messages=[m for m in messages if m["channel"].startswith("/0.celeryev")])
    write("control", messages=[m for m in messages if m["channel"].endswith("pidbox")])
    write("metas", metas=metas)


def record_bodies():
    sys.path.insert(0, os.path.join(HERE, "..", "compat"))
    import bodies
    write("bodies", **bodies.written())


RECORDERS = {"bodies": record_bodies, "json": record_json, "repr": record_repr, "literals": record_literals,
             "envelopes": record_envelopes, "events": record_events}

if __name__ == "__main__":
    for wanted in sys.argv[1:] or RECORDERS:
        RECORDERS[wanted]()
