"""The tasks of tasks.ts for Python's worker."""
import os

from celery import Celery

url = os.environ["UMBEL_TEST_BROKER"]
app = Celery("bench", broker=url, backend=url)
app.conf.broker_connection_retry_on_startup = True


@app.task(name="bench.add")
def add(x, y):
    return x + y
