"""What Celery's own State makes of the recorded events (events.json). Writes event-state.json beside this file.

    ~/.cache/umbel/venv/bin/python tests/vectors/record_event_state.py
"""
import base64
import importlib.metadata
import json
import pathlib

from celery.events.state import State

HERE = pathlib.Path(__file__).parent
FIELDS = [
    "uuid", "name", "state", "sent", "received", "started", "succeeded", "failed", "retried", "revoked", "rejected",
    "timestamp", "args", "kwargs", "result", "exception", "traceback", "eta", "expires", "retries", "runtime",
    "exchange", "routing_key", "clock", "client", "root_id", "parent_id",
]


def replay(messages):
    state = State()
    for message in messages:
        body = json.loads(base64.b64decode(json.loads(message["raw"])["body"]))
        for event in body if isinstance(body, list) else [body]:
            state.event({**event, "local_received": message["receivedSeconds"]})
    return state


def task_row(task):
    row = {field: getattr(task, field, None) for field in FIELDS}
    return {**row, "worker": task.worker.hostname if task.worker else None, "queue": getattr(task, "queue", None)}


def worker_row(worker):
    fields = ["hostname", "pid", "freq", "active", "processed", "sw_ident", "sw_ver", "sw_sys"]
    return {**{field: getattr(worker, field) for field in fields}, "heartbeats": len(worker.heartbeats)}


if __name__ == "__main__":
    state = replay(json.loads((HERE / "events.json").read_text())["messages"])
    content = {
        "versions": {"celery": importlib.metadata.version("celery")},
        "command": "python tests/vectors/record_event_state.py",
        "tasks": [task_row(task) for task in state.tasks.values()],
        "workers": [worker_row(worker) for worker in state.workers.values()],
    }
    (HERE / "event-state.json").write_text(json.dumps(content, indent=1) + "\n")
