"""Tasks of a mixed fleet: `py.*` run in Python, `ts.*` in TypeScript (canvas_tasks.ts); their names say where."""
import os

from celery import Celery

app = Celery("canvas", broker=os.environ["UMBEL_TEST_BROKER"], backend=os.environ["UMBEL_TEST_BACKEND"])
app.conf.task_routes = {"py.*": {"queue": "py"}, "ts.*": {"queue": "ts"}}


def note(name, key):
    """Counts how often something ran, where both sides see it."""
    app.backend.client.incr(f"ran:{name}:{key}")


@app.task(name="py.add")
def add(x, y=1):
    return x + y


@app.task(name="py.tsum")
def tsum(numbers):
    return sum(numbers)


@app.task(name="py.ident")
def ident(*args):
    return list(args)


@app.task(name="py.fail")
def fail(*args):
    raise ValueError("boom")


@app.task(name="py.count")
def count(values, key):
    note("py.count", key)
    return values


@app.task(name="py.errback")
def errback(task_id, key="errback"):
    app.backend.client.rpush(f"errbacks:{key}", task_id)


@app.task(name="py.replaced", bind=True)
def replaced(self, name, *args):
    raise self.replace(app.signature(name, args))
