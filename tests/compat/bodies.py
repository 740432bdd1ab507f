"""Bodies and results in every serializer and compression of the real kombu and Celery, in one process.

    python bodies.py write          # prints what Python writes, as JSON
    python bodies.py read < cases   # prints for each case of ours what Python makes of it: "ok", or what is wrong
"""
import base64
import collections
import datetime as dt
import decimal
import json
import pickle
import sys
import uuid

import yaml
from celery import Celery
from celery.canvas import chain, group
from kombu.compression import compress, decompress
from kombu.serialization import dumps, loads, prepare_accept_content

SERIALIZERS = ("json", "yaml", "msgpack", "pickle")
COMPRESSIONS = (None, "zlib", "gzip", "bzip2", "brotli", "zstd", "lzma")

COMMON = {
    "int": 7, "negative": -300, "large": 2 ** 53 + 1, "least": -(2 ** 63), "float": 0.1, "whole": 1.0, "tiny": 5e-324,
    "huge": 1e300, "infinity": float("inf"), "text": "plain", "quotes": "it's \"q\" \\ \n\t\x00 \x7f\x85\u2028\ufeff",
    "unicode": "äöü € 日本 😀", "words": ["yes", "no", "null", "~", "1", "1.0", "017", "1e3", "2024-01-02", "=", "<<", "-", "a: b",
                                      "# c", "", " ", "1:30", ".inf", "!x", "&a", "*a", "{", "[", "%", "@", "`", "|", ">"],
    "none": None, "true": True, "false": False, "empty": [[], {}, ""], "nested": {"a": [1, {"b": [None, {"c": [[]]}]}]},
    "bytes": b"\xff\x00abc", "list": list(range(40)), "dict": {f"key{i}": i for i in range(20)}, "long": "word " * 300,
    "__proto__": {"x": 1}, "key" * 400: 1,
}
TIMES = {
    "naive": dt.datetime(2024, 1, 2, 3, 4, 5, 6), "utc": dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc),
    "offset": dt.datetime(2024, 1, 2, 3, 4, 5, 120000, tzinfo=dt.timezone(dt.timedelta(hours=-5, minutes=-30))),
    "date": dt.date(2024, 2, 29),
}
KINDS = {"decimal": decimal.Decimal("1.10"), "uuid": uuid.UUID(int=5), "time": dt.time(1, 2, 3, 4)}
OF_PICKLE = {"set": {1, 2}, "span": dt.timedelta(days=-1, seconds=5, microseconds=7), "big": 10 ** 40, "keys": {1: 2, None: 3, 2.5: 4}}
OF = {
    "json": {**COMMON, **TIMES, **KINDS}, "yaml": {**COMMON, **TIMES, "set": {1, 2}, "keys": {1: 2, None: 3, 2.5: 4}, "big": 10 ** 40},
    "msgpack": COMMON, "pickle": {**COMMON, **TIMES, **KINDS, **OF_PICKLE},
}
META = {"status": "SUCCESS", "result": {"sum": 5, "text": "ü"}, "traceback": None, "children": [], "date_done": "2026-01-02T03:04:05+00:00",
        "args": [2, 3.0], "kwargs": {}, "name": "proj.add", "task_id": "an-id"}


def body(serializer):
    return [[OF[serializer]], {"kw": 1}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]


def backend(serializer, compression):
    app = Celery("bodies", backend="redis://localhost:1/0", set_as_current=False)
    app.conf.update(result_serializer=serializer, result_compression=compression, result_accept_content=[serializer])
    return app.backend


def text(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


def bodies():
    cases = []
    for serializer in SERIALIZERS:
        for compression in COMPRESSIONS:
            content_type, encoding, payload = dumps(body(serializer), serializer=serializer)
            mime = None
            if compression:
                payload, mime = compress(payload, compression)
            cases.append({"serializer": serializer, "compression": compression, "type": content_type, "encoding": encoding,
                          "mime": mime, "body": text(payload)})
    return cases


def failure():
    try:
        raise ValueError("x", 42)
    except ValueError as error:
        return error


def metas():
    cases = []
    for serializer in SERIALIZERS:
        for compression in (None, "zstd", "bzip2"):
            store = backend(serializer, compression)
            failed = {**META, "status": "FAILURE", "result": store.prepare_exception(failure())}
            cases.append({"serializer": serializer, "compression": compression, "success": text(store.encode(META)),
                          "failure": text(store.encode(failed))})
    return cases


def pickles():
    app = Celery("bodies", set_as_current=False)

    @app.task(name="proj.add")
    def add(x, y):
        return x + y

    shared = [1]
    values = {
        "all": OF["pickle"], "tuple": (1, (2,), ()), "shared": [shared, shared], "ordered": collections.OrderedDict(b=1, a=2),
        "default": collections.defaultdict(list, a=[1]), "deque": collections.deque([1, 2]), "counter": collections.Counter("aab"),
        "frozen": frozenset("a"), "array": bytearray(b"\x00\xff"), "error": ValueError("x", 42), "signature": add.s(1, 2),
        "chain": chain(add.s(1, 2), add.s(3)), "group": group(add.s(1, 2), add.s(3, 4)), "many": list(range(1200)),
        "long": "x" * 300, "longs": [2 ** 31, -(2 ** 31) - 1, 2 ** 300, -(2 ** 300)],
    }
    return [{"name": name, "protocol": protocol, "pickle": text(pickle.dumps(value, protocol))}
            for name, value in values.items() for protocol in range(6)]


def written():
    full = yaml.dump({"tuple": (1, 2), "text": "a", "bytes": b"x", "nested": [(1, (2,))]})
    return {"bodies": bodies(), "metas": metas(), "pickles": pickles(), "fullYaml": text(full)}


def same(a, b):
    """Equal, with the same types; a list of ours stands for a tuple too."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dt.datetime):
        return type(a) is type(b) and a.isoformat() == b.isoformat()
    return type(a) is type(b) and a == b


def check(case):
    payload = base64.b64decode(case["body"])
    if case["kind"] == "meta":
        store = backend(case["serializer"], case["compression"])
        found = store.decode_result(payload)
        if found["status"] == "FAILURE":
            return "ok" if repr(found["result"]) == "ValueError('x', 42)" else repr(found["result"])
        return "ok" if same(META, found) else repr(found)
    if case["mime"]:
        payload = decompress(payload, case["mime"])
    found = loads(payload, case["type"], case["encoding"], accept=prepare_accept_content([case["serializer"]]))
    wanted = body(case["serializer"])
    if same(wanted, found):
        return "ok"
    wanted, found = wanted[0][0], found[0][0]
    return repr([(key, found.get(key)) for key in wanted if not same(wanted[key], found.get(key))])[:500]


def read(cases):
    for case in cases:
        try:
            yield check(case)
        except Exception as error:  # noqa: BLE001 - what went wrong is the answer
            yield repr(error)[:500]


if __name__ == "__main__":
    print(json.dumps(written() if sys.argv[1] == "write" else list(read(json.load(sys.stdin)))))
