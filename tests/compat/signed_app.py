"""A cluster whose messages and results are signed, with the certificates of signatures.py in UMBEL_TEST_KEYS."""
import os
from os.path import join

from celery import Celery

keys = os.environ["UMBEL_TEST_KEYS"]
app = Celery("signed", broker=os.environ["UMBEL_TEST_BROKER"], backend=os.environ["UMBEL_TEST_BACKEND"])
app.conf.update(
    task_serializer="auth",
    result_serializer="auth",
    accept_content=["auth"],
    security_key=join(keys, "py.key"),
    security_certificate=join(keys, "py.pem"),
    security_cert_store=join(keys, "[jp]*.pem"),
    worker_send_task_events=True,
)
app.setup_security()


@app.task(name="signed.add")
def add(x, y):
    return x + y


@app.task(name="signed.total")
def total(numbers):
    return sum(numbers)


@app.task(name="signed.again", bind=True, max_retries=1)
def again(self):
    if self.request.retries == 0:
        raise self.retry(countdown=0)
    return "second"
