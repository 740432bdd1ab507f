"""A cluster that takes one format only: UMBEL_TEST_FORMAT, for tasks, results and remote control."""
import os

from celery import Celery
from kombu.common import Broadcast

form = os.environ["UMBEL_TEST_FORMAT"]
app = Celery("plain", broker=os.environ["UMBEL_TEST_BROKER"], backend=os.environ["UMBEL_TEST_BACKEND"])
app.conf.update(
    task_serializer=form,
    result_serializer=form,
    accept_content=[form],
    task_queues=[Broadcast("all")] if os.environ.get("UMBEL_TEST_BROADCAST") else None,
)


@app.task(name="plain.add")
def add(x, y):
    return x + y


@app.task(name="plain.again", bind=True, max_retries=1)
def again(self):
    if self.request.retries == 0:
        raise self.retry(countdown=0)
    return "second"


@app.task(name="plain.note", ignore_result=True)
def note(n):
    app.backend.client.hincrby(f"ran:{os.environ['UMBEL_TEST_NODE']}", n, 1)
