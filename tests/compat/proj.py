"""The Celery application of the tests: what a team's own tasks module looks like, in Python."""
import functools
import json
import os
import time

from celery import Celery

app = Celery("proj", broker=os.environ["UMBEL_TEST_BROKER"], backend=os.environ["UMBEL_TEST_BACKEND"])
app.conf.update(
    worker_send_task_events=True,
    task_send_sent_event=True,
    task_track_started=True,
    result_extended=os.environ.get("UMBEL_TEST_EXTENDED", "1") == "1",
    broker_connection_retry_on_startup=True,
    timezone=os.environ.get("UMBEL_TEST_TIMEZONE", "UTC"),
    broker_transport_options=json.loads(os.environ.get("UMBEL_TEST_BROKER_OPTIONS", "{}")),
    result_backend_transport_options=json.loads(os.environ.get("UMBEL_TEST_BACKEND_OPTIONS", "{}")),
)

# How long a program that gives no time of its own, such as Flower, waits for an answer of a worker; Celery's is a second.
if seconds := os.environ.get("UMBEL_TEST_CONTROL_SECONDS"):
    app.control.broadcast = functools.partial(app.control.broadcast, timeout=float(seconds))


@app.task(name="proj.add")
def add(x, y=1):
    return x + y


@app.task(name="proj.echo")
def echo(*args, **kwargs):
    return [list(args), kwargs]


@app.task(name="proj.sleep")
def sleep(seconds):
    time.sleep(seconds)
    return seconds


@app.task(name="proj.fail")
def fail(text="boom"):
    raise ValueError(text)


@app.task(name="proj.fail_until")
def fail_until(path):
    """Fails until a file exists: what a retry from the page repairs."""
    if not os.path.exists(path):
        raise RuntimeError("not yet")
    return "done"


@app.task(name="proj.retrying", bind=True, max_retries=2)
def retrying(self, countdown=0.5):  # time enough for the end of one try to be told before the next one begins
    raise self.retry(exc=KeyError("again"), countdown=countdown)


@app.task(name="proj.progress", bind=True)
def progress(self, steps=3):
    for step in range(steps):
        self.send_event("task-progress", progress=(step + 1) / steps)
        self.update_state(state="PROGRESS", meta={"done": step + 1, "of": steps})
        time.sleep(0.05)
    return steps


@app.task(name="proj.late", acks_late=True)
def late(seconds=0):
    time.sleep(seconds)
    return "late"


@app.task(name="proj.keep", bind=True)
def keep(self, *args, **kwargs):
    """Notes what it was given beside its result, and fails: a retry must be given the same."""
    app.backend.client.set(f"kept-{self.request.id}", repr((args, kwargs)))
    raise ValueError("kept")
