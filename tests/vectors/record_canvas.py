"""Records what Celery makes of canvases: the object, the messages it sends, the sizes of chords, the results.
Writes canvas.json beside this file. Needs redis-server on the PATH.

    ~/.cache/umbel/venv/bin/python tests/vectors/record_canvas.py

A canvas is written as nested lists, which the test reads in the same way (lib/client/canvas/canvas.test.ts).
Ids are numbered in the order in which they appear, so that two recordings are equal.
"""
import datetime as dt
import importlib.metadata
import json
import os
import pathlib
import random
import re
import socket
import subprocess
import tempfile

from celery import Celery, chain, chord, group
from celery.backends.base import Backend
from celery.canvas import Signature, StampingVisitor, chunks, xmap, xstarmap
from celery.signals import before_task_publish
from kombu import Producer

UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


PORT = free_port()
app = Celery("tasks", broker=f"redis://127.0.0.1:{PORT}/0", backend=f"redis://127.0.0.1:{PORT}/1")
app.conf.task_routes = {"routed": {"queue": "elsewhere"}}


def define(name, **options):
    def body(*args, **kwargs):
        pass

    return app.task(name=name, shared=False, **options)(body)


define("add")
define("tsum")
define("ident")
define("err")
define("routed")
define("own", queue="own_queue", priority=4)


class Visitor(StampingVisitor):
    """Stamps everything by where it stands."""

    def on_signature(self, sig, **headers):
        return {"sig": sig.task}

    def on_group_start(self, group, **headers):
        return {"in_group": len(group.tasks)}

    def on_chain_start(self, chain, **headers):
        return {"in_chain": True}

    def on_chord_body(self, sig, **header):
        return {"body": "yes"}

    def on_callback(self, callback, **header):
        return {"callback": 1}

    def on_errback(self, errback, **header):
        return {"errback": 2, "stamped_headers": ["errback"]}


# --- expressions -------------------------------------------------------------------------------------------------
def build(expr):
    kind, *rest = expr
    if kind in ("t", "ti"):
        name, args, options = rest[0], rest[1] if len(rest) > 1 else [], rest[2] if len(rest) > 2 else {}
        return Signature(name, tuple(args), {}, dict(options), immutable=kind == "ti", app=app)
    if kind == "chain":
        return chain(*[build(e) for e in rest])
    if kind == "chainlist":
        return chain([build(e) for e in rest])
    if kind == "group":
        return group(*[build(e) for e in rest])
    if kind == "grouplist":
        return group([build(e) for e in rest])
    if kind == "chord":
        header, body = rest
        header = [build(e) for e in header] if header and isinstance(header[0], list) or not header else build(header)
        return chord(header, build(body), app=app)
    if kind == "|":
        left, *others = [build(e) for e in rest]
        for other in others:
            left = left | other
        return left
    if kind in ("link", "link_error"):
        sig = build(rest[0])
        for e in rest[1:]:
            getattr(sig, kind)(build(e))
        return sig
    if kind == "set":
        return build(rest[0]).set(**rest[1])
    if kind == "clone":
        return build(rest[0]).clone(tuple(rest[1]), {}, **rest[2])
    if kind == "immutable":
        sig = build(rest[0])
        sig.set_immutable(True)
        return sig
    if kind == "freeze":
        sig = build(rest[0])
        sig.freeze()
        return sig
    if kind == "stamp":
        sig = build(rest[0])
        sig.stamp(append_stamps=rest[2] if len(rest) > 2 else False, **rest[1])
        return sig
    if kind == "visit":
        sig = build(rest[0])
        sig.stamp(Visitor(), append_stamps=rest[1] if len(rest) > 1 else False)
        return sig
    if kind == "json":
        return app.signature(json.loads(json.dumps(build(rest[0]))))
    if kind == "map":
        return xmap(build(rest[0]), rest[1], app=app)
    if kind == "starmap":
        return xstarmap(build(rest[0]), rest[1], app=app)
    if kind == "chunks":
        return chunks(build(rest[0]), rest[1], rest[2], app=app)
    raise ValueError(kind)


A, B, C, D, E = (["t", "add", [n]] for n in range(1, 6))
S = ["t", "tsum"]
I = ["t", "ident"]
G = ["group", A, B]
H = ["group", C, D]
ERR = ["t", "err"]
CB = ["t", "ident", ["cb"]]

CASES = [
    A, ["ti", "add", [1]], ["t", "own", [1]], ["t", "routed"], ["t", "unknown.task", [1]],
    ["t", "add", [1], {"queue": "q1", "priority": 3}], ["t", "add", [1], {"task_id": "t-1", "shadow": "s", "time_limit": 3}],
    ["link", A, CB], ["link", A, CB, CB], ["link_error", A, ERR], ["link", A, CB, ["t", "ident", ["other"]]],
    ["link", A, ["chain", B, C]], ["link", A, G],
    ["chain", A, B], ["chain", A, B, C], ["chain", A], ["chainlist", A], ["chain"], ["|", A, B], ["|", A, B, C, D],
    ["|", ["|", A, B], ["|", C, D]], ["chain", ["chain", A, B], C], ["chain", A, ["chain", B, C], D],
    ["chain", ["chain", ["chain", A, B], C], D], ["|", ["chain", A], B], ["|", A, ["chain", B]],
    ["group", A], G, ["grouplist", A, B, C], ["group", ["group", A]], ["group", ["group", A, B], C], ["group"],
    ["group", A, ["group", B, C], D], ["group", A, ["group", B, ["group", C, D]], E], ["group", ["chain", A, B], C],
    ["group", ["chain", A, B]], ["group", ["chain"], A], ["group", ["chain", A, G]], ["group", ["chain", A, G], C],
    ["|", G, S], ["|", ["group", A], S], ["chain", ["group", A], S], ["|", A, ["group", B]], ["chain", A, ["group", B]],
    ["|", ["group"], S], ["|", A, ["group"]], ["chain", A, ["group"], B], ["|", G, ["group"]], ["|", G, H],
    ["|", G, ["group", C]], ["|", G, ["|", C, D]], ["chain", G, C, D], ["chain", ["group"], A], ["chain", ["group"]],
    ["chain", ["group"], ["chain"]], ["chain", ["chain"], A], ["chain", ["group"], ["group"], A, B],
    ["|", A, G, D], ["|", A, G, H], ["|", A, G, H, S], ["chain", G, H, S], ["chain", A, G, S], ["chain", A, G, S, B],
    ["chain", A, G, S, B, C], ["|", A, G, S, G], ["|", G, S, B], ["|", G, S, B, C], ["|", G, S, G], ["|", G, S, H, S],
    ["chord", [A, B], S], ["chord", [A], S], ["chord", [], S], ["chord", A, S], ["chord", ["|", A, B], S],
    ["chord", [["|", A, B]], S], ["chord", G, S], ["chord", [["|", A, B], ["|", C, D]], S],
    ["chord", [A, ["group", B, C], D], I], ["chord", [A, ["group", B, C], ["chain", D, E]], I],
    ["chord", [["group", A, ["group", B, C], D]], I], ["chord", [A, B], ["chain", S, C]], ["chord", [A, B], ["chain", S, C, D]],
    ["chord", [A, B], G], ["chord", [A, B], ["chain", G, S]], ["chord", [A, B], ["chain", S, G]],
    ["chord", [A, B], ["chain", S, G, S]], ["chord", [A, B], ["chord", [C, D], S]], ["chord", [A, B], ["group", C]],
    ["chord", [["chord", [A, B], S], C], S], ["chord", [["chord", [A], S], C], S],
    ["chord", [["chord", [A, B], S], ["chord", [C, D], S]], S], ["chord", [["chord", [["chord", [A], S], B], S], C], S],
    ["chord", [["chain", A, G, S], B], S], ["chord", [["chain", A, G], B], S], ["chord", [["chain", A, G]], S],
    ["chord", [["chain", ["group", A], B], ["chain"]], S], ["chord", [["chain", A, ["group"]], B], S],
    ["|", ["chord", [A, B], S], C], ["|", ["chord", [A, B], S], ["group", C]], ["|", ["chord", [A, B], S], H],
    ["chain", E, ["chord", [A, B], S], H], ["|", ["chord", [A, B], S], ["|", C, D]],
    ["|", ["chord", [A, B], S], ["chord", [C, D], I]], ["chain", E, ["chord", [A, B], S], H, D],
    ["chain", E, ["chord", [A, B], S], C], ["chain", E, ["chord", [A, B], S], ["chord", [C, D], I], E],
    ["chain", E, ["chord", [A, B], ["chain", S, C, D]], B], ["chain", E, ["chord", [A, B], ["chain", G, S]], B],
    ["chain", ["chord", [A, B], ["chain", S, C]], ["chord", [C, D], ["chain", I, E]], A],
    ["chain", A, ["chord", [B, ["chord", [C, D], S]], S], E], ["chain", A, ["group", ["chain", B, G, S], C], S, D],
    ["chain", A, ["group", ["group", B, C], D], S], ["chain", A, ["group", ["group", B, C], D]],
    ["group", ["chord", [A, B], S], C], ["group", ["chord", [A, B], S], ["chord", [C, D], S]],
    ["|", ["group", ["chord", [A, B], S], C], S], ["|", ["group", ["chain", A, B], ["chain", C, D]], S],
    ["chain", A, ["group", ["chain", B, C], ["chain", D, G]], S],
    ["link", ["chain", A, B], CB], ["link_error", ["chain", A, B], ERR], ["link", ["|", A, B], CB],
    ["|", ["link", ["chain", A, B], CB], C], ["|", ["link_error", ["chain", A, B], ERR], C], ["link", G, CB],
    ["link_error", G, ERR], ["link", ["chord", [A, B], S], CB], ["link_error", ["chord", [A, B], S], ERR],
    ["link_error", ["chord", [["chord", [A], S], B], S], ERR], ["link_error", ["chain", A, G, S], ERR],
    ["link_error", ["chain", A, G, S, D], ERR], ["link", ["chain", A, G, S], CB], ["link", ["chain", A, G], CB],
    ["link_error", ["chain", A, G], ERR], ["link", ["chord", [A, B], G], CB], ["link_error", ["chord", [A, B], G], ERR],
    ["|", ["link_error", G, ERR], ["link", S, CB]], ["chain", ["link", A, CB], ["link_error", B, ERR], C],
    ["set", ["chain", A, B], {"queue": "q2", "priority": 5}], ["set", G, {"queue": "q2"}],
    ["set", ["chord", [A, B], S], {"queue": "q2"}], ["set", ["chord", [A, B], S], {"countdown": 10}],
    ["set", ["chain", A, B], {"countdown": 10}], ["set", G, {"countdown": 10}], ["set", ["chain", A, B], {"task_id": "last"}],
    ["set", G, {"task_id": "the-group"}], ["set", ["chord", [A, B], S], {"task_id": "chord-id"}],
    ["chain", ["set", A, {"queue": "q1"}], ["set", B, {"queue": "q2"}]],
    ["chain", A, ["set", ["chain", B, C], {"queue": "q3"}]], ["chain", A, ["set", G, {"queue": "q3"}], S],
    ["chain", A, ["chord", [B, C], ["set", ["chain", S, D], {"queue": "q3"}]]],
    ["clone", A, [9], {"queue": "x"}], ["clone", ["chain", A, B], [9], {}], ["clone", ["ti", "add", [1]], [9], {"priority": 1}],
    ["immutable", ["chain", A, B]], ["immutable", G], ["immutable", ["chord", [A, B], S]], ["|", A, ["immutable", G]],
    ["freeze", A], ["freeze", ["chain", A, B]], ["freeze", G], ["freeze", ["chord", [A, B], S]],
    ["freeze", ["chain", A, G, S, D]], ["freeze", ["chord", [["chord", [A, B], S], C], S]], ["freeze", ["group", A, ["group", B, C]]],
    ["json", ["chain", A, B]], ["json", G], ["json", ["chord", [A, B], S]], ["json", ["chain", A, G, S, B]],
    ["json", ["freeze", ["chain", A, G, S, D]]], ["json", ["freeze", ["chord", [A, B], ["chain", S, C]]]],
    ["json", ["link_error", ["chord", [A, ["chain", B, C]], G], ERR]], ["|", ["json", ["chain", A, B]], C],
    ["stamp", A, {"tag": "t1"}], ["stamp", ["link_error", ["link", A, CB], ERR], {"tag": "t1"}],
    ["stamp", ["stamp", A, {"tag": "t1"}], {"tag": "t2"}], ["stamp", ["stamp", A, {"tag": "t1"}], {"tag": "t2"}, True],
    ["stamp", ["stamp", A, {"tag": "t1"}], {"who": ["x", "y"]}], ["stamp", ["chain", A, B], {"tag": "t1"}],
    ["stamp", G, {"tag": "t1"}], ["stamp", ["chord", [A, B], S], {"tag": "t1"}], ["stamp", ["chain", A, G, S, B], {"tag": "t1"}],
    ["stamp", ["chain", A, ["stamp", B, {"own": 1}]], {"tag": "t1"}], ["stamp", ["link", ["chain", A, B], CB], {"tag": 1}],
    ["visit", A], ["visit", ["link_error", ["link", A, CB], ERR]], ["visit", ["chain", A, B]], ["visit", G],
    ["visit", ["chord", [A, B], S]], ["visit", ["chain", A, G, S, B]], ["visit", ["stamp", A, {"sig": "before"}], True],
    ["visit", ["stamp", A, {"sig": "before"}]], ["visit", ["group", A, ["link", C, CB]]],
    ["map", I, [1, 2]], ["starmap", A, [[1, 1], [2, 2]]], ["chunks", A, [[1, 1], [2, 2], [3, 3]], 2],
    ["map", ["t", "routed"], [1]], ["chunks", ["t", "routed"], [[1], [2], [3]], 2], ["chain", A, ["map", I, [1, 2]]],
    ["group", ["map", I, [1]], ["starmap", A, [[1, 1]]]], ["set", ["map", I, [1]], {"queue": "q9"}],
    ["chain", A, B, C, D, E], ["chain", A, G, S, H, S, B],
]

CALLS = [
    {"args": [10]},
    {"options": {"queue": "q7", "priority": 2}},
    {"options": {"countdown": 30}},
    {"options": {"task_id": "given-id"}},
    {"options": {"link": CB}},
    {"options": {"link_error": ERR}},
    {"options": {"root_id": "the-root", "parent_id": "the-parent"}},
    {"options": {"link": CB, "link_error": ERR, "queue": "q7", "task_id": "given-id"}, "args": [10]},
    {"options": {"stamped_headers": ["tag"], "tag": "t1"}},
    {"options": {"chain": [E, D]}},
    {"options": {"chord": S, "group_id": "outer-group", "group_index": 2}},
    {"options": {"expires": 60, "serializer": "json", "headers": {"my": 1}}},
]

CALLED = [A, ["ti", "add", [1]], ["chain", A, B], G, ["chord", [A, B], S], ["chain", A, G, S, B], ["chain", A, G],
          ["chord", [["chain", A, B], C], ["chain", S, D]], ["|", G, H], ["chord", [["chord", [A, B], S], C], G],
          ["link_error", ["link", ["chain", A, B], CB], ERR], ["set", ["chord", [A, B], S], {"countdown": 5, "queue": "q1"}],
          ["freeze", ["chain", A, G, S, D]], ["json", ["freeze", ["chord", [["chain", A, B], C], ["chain", S, D]]]]]


def invented(rng, depth=0):
    """A canvas that nobody would write, and somebody does."""
    kind = rng.choice(["t"] * (2 + depth * 2) + ["chain"] * 3 + ["group"] * 3 + ["chord"] * 3 + ["|", "|", "link", "link_error"])
    if kind == "t" or depth > 3:
        return ["t", rng.choice(["add", "ident", "tsum"]), [rng.randrange(100)]]
    if kind in ("link", "link_error"):
        return [kind, invented(rng, depth + 1), ["t", "err", [rng.randrange(100)]]]
    if kind == "chord":
        return ["chord", [invented(rng, depth + 1) for _ in range(rng.randrange(1, 4))], invented(rng, depth + 1)]
    return [kind, *[invented(rng, depth + 1) for _ in range(rng.randrange(2 if kind == "|" else 1, 4))]]


# More of them, for a longer look: UMBEL_RECORD_INVENTIONS=3000, with all sizes.
INVENTIONS = int(os.environ.get("UMBEL_RECORD_INVENTIONS", 250))


# --- recording ---------------------------------------------------------------------------------------------------
events = []


@before_task_publish.connect
def note(sender=None, body=None, headers=None, routing_key=None, **_):
    args, kwargs, embed = json.loads(json.dumps(body, default=str))
    shown = ("id", "group", "group_index", "root_id", "parent_id", "timelimit", "shadow", "retries", "ignore_result",
             "replaced_task_nesting", "stamped_headers", "stamps", "my")
    events.append({"message": sender, "queue": routing_key, "args": args, "kwargs": kwargs, "embed": embed,
                   "delayed": headers["eta"] is not None, "expires": headers["expires"] is not None,
                   **{k: headers[k] for k in shown if k in headers}})


publish = Producer.publish


def noted_publish(self, *args, **options):
    events[-1]["priority"] = options.get("priority") or 0
    return publish(self, *args, **options)


Producer.publish = noted_publish


def set_chord_size(group_id, size):
    events.append({"chord": group_id, "size": size})


def plain(value):
    return json.loads(json.dumps(value))


def numbered(value):
    seen = {}

    def walk(part):
        if isinstance(part, str):
            return f"#{seen.setdefault(part, len(seen))}" if UUID.match(part) else part
        if isinstance(part, list):
            return [walk(item) for item in part]
        if isinstance(part, dict):
            if isinstance(part.get("stamped_headers"), list):
                part = {**part, "stamped_headers": sorted(part["stamped_headers"])}
            return {key: walk(part[key]) for key in sorted(part)}
        return part

    return walk(value)


def options_of(given):
    return {k: build(v) if k in ("link", "link_error", "chord") else [build(e) for e in v] if k == "chain" else v
            for k, v in given.items()}


def record(expr, call, fallback=False):
    events.clear()
    out = {"expr": expr, **({"call": call} if call else {}), **({"fallback": True} if fallback else {})}
    try:
        sig = build(expr)
        built = plain(sig)
        result = sig.apply_async(tuple(call.get("args", ())), {}, **options_of(call.get("options", {})))
        got = None if result is None else plain(result.as_tuple())
    except Exception as error:
        return {**out, "error": type(error).__name__, "text": str(error)}
    seen = {"1 built": built, "2 sent": plain(events), "3 result": got}
    if call:
        del seen["1 built"]
    return {**out, **numbered(seen)}


def main():
    redis = subprocess.Popen(["redis-server", "--port", str(PORT), "--save", "", "--dir", tempfile.mkdtemp()],
                             stdout=subprocess.DEVNULL)
    try:
        app.backend.client.ping()
        app.backend.set_chord_size = set_chord_size
        save = app.backend._set_chord_key
        app.backend._set_chord_key = lambda key, value: events.append({"saved": json.loads(value)["result"]})
        vectors = [record(case, {}) for case in CASES]
        vectors += [record(case, call) for case in CALLED for call in CALLS]
        rng = random.Random(7)
        inventions = [record(invented(rng), rng.choice([{}, {}, {"args": [5]}])) for _ in range(INVENTIONS)]
        # Those that a reader could still follow.
        vectors += [v for v in inventions if INVENTIONS > 250 or len(json.dumps(v)) < 3000]
        app.conf.task_allow_error_cb_on_chord_header = True
        on_header = [record(case, {}) for case in CASES if "link_error" in json.dumps(case)]
        app.conf.task_allow_error_cb_on_chord_header = False
        app.backend.set_chord_size = lambda group_id, size: None
        app.backend.apply_chord = lambda *args, **kwargs: Backend.apply_chord(app.backend, *args, **kwargs)
        polled = [record(case, {}) for case in
                  (["chord", [A, B], S], ["chord", [["chain", A, B], C], ["chain", S, D]], ["chain", A, G, S, B],
                   ["chord", [A, B], ["t", "tsum", [], {"queue": "q5", "priority": 6}]], ["chord", [A, B], ["t", "routed"]],
                   ["chord", [["group", A, B], C], G])]
        assert save
    finally:
        redis.terminate()
        redis.wait()
    path = pathlib.Path(__file__).with_name("canvas.json")
    head = {"recorded": dt.date.today().isoformat(), "command": "python tests/vectors/record_canvas.py",
            "versions": {name: importlib.metadata.version(name) for name in ("celery", "kombu", "redis")}}
    with path.open("w") as file:
        file.write("{" + json.dumps(head)[1:-1])
        for name, list_ in (("vectors", vectors), ("onHeader", on_header), ("polled", polled)):
            file.write(f',\n"{name}": [\n' + ",\n".join(json.dumps(v, separators=(",", ":")) for v in list_) + "\n]")
        file.write("}\n")
    print(path, len(vectors), len(on_header), len(polled), sum("error" in v for v in vectors), "errors")


if __name__ == "__main__":
    main()
