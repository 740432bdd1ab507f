"""The application whose messages are recorded."""
import os
import time

from celery import Celery
from celery.exceptions import Reject

URL = f"redis://127.0.0.1:{os.environ['UMBEL_RECORD_PORT']}/0"
app = Celery("tasks", broker=URL, backend=URL)
app.conf.update(
    task_track_started=True,
    task_send_sent_event=True,
    result_extended=True,
    accept_content=["json"],
    result_compression=os.environ.get("UMBEL_RECORD_COMPRESSION"),
)


@app.task(name="tasks.add")
def add(x, y):
    return x + y if type(x) is type(y) else f"{x}{y}"


@app.task(name="tasks.echo")
def echo(*args, **kwargs):
    return [args, kwargs]


@app.task(name="tasks.sleep")
def sleep(seconds):
    time.sleep(seconds)


@app.task(name="tasks.fail")
def fail(text):
    raise ValueError(text, 42)


@app.task(name="tasks.retrying", bind=True, max_retries=1)
def retrying(self):
    raise self.retry(exc=KeyError("again"), countdown=0.2)


@app.task(name="tasks.progress", bind=True)
def progress(self):
    self.send_event("task-progress", pct=50)
    self.update_state(state="PROGRESS", meta={"done": 1, "of": 2})
    return "done"


@app.task(name="tasks.reject")
def reject():
    raise Reject("no", requeue=False)


@app.task(name="tasks.late_reject", acks_late=True)
def late_reject():
    raise Reject("no", requeue=False)
