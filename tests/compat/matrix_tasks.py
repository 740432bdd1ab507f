"""The tasks of the interoperability matrix; matrix-tasks.ts has the same in TypeScript. Each counts its runs."""
import os
import time

from celery import Celery

ALL = ["json", "yaml", "msgpack", "pickle"]

app = Celery("matrix", broker=os.environ["UMBEL_TEST_BROKER"], backend=os.environ["UMBEL_TEST_BACKEND"])
app.conf.update(
    accept_content=ALL,
    result_accept_content=ALL,
    result_serializer=os.environ.get("UMBEL_TEST_RESULT_SERIALIZER", "json"),
    result_compression=os.environ.get("UMBEL_TEST_RESULT_COMPRESSION") or None,
    result_extended=True,
    broker_connection_retry_on_startup=True,
)


def note(key):
    app.backend.client.incr(f"ran:{key}")


@app.task(name="matrix.echo")
def echo(value, key):
    note(key)
    return value


@app.task(name="matrix.fail")
def fail(text, key):
    note(key)
    raise ValueError(text)


@app.task(name="matrix.again", bind=True, max_retries=3)
def again(self, key):
    note(key)
    if self.request.retries < 2:
        raise self.retry(countdown=1)
    return self.request.retries


@app.task(name="matrix.now")
def now(key):
    note(key)
    return time.time()


@app.task(name="matrix.add")
def add(x, y, key):
    note(key)
    return x + y


@app.task(name="matrix.tsum")
def tsum(numbers, key):
    note(key)
    return sum(numbers)
