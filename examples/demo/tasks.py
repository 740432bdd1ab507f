"""The demo's tasks for a Python worker, so that it can share the work: see README.md."""
import os
import random
import time

from celery import Celery
from celery.signals import celeryd_init

app = Celery("demo", broker=os.environ.get("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0"))
app.conf.update(
    task_default_queue="default",
    task_track_started=True,
    worker_prefetch_multiplier=1,
    worker_send_task_events=True,
    result_extended=True,
    result_expires=3600,
    task_routes={
        "payments.*": "high_priority",
        "emails.*": "high_priority",
        "webhooks.*": "high_priority",
        "images.*": "low_priority",
        "reports.*": "low_priority",
        "search.*": "low_priority",
        "newsletters.deliver": "low_priority",
    },
)


@celeryd_init.connect
def keep_results_beside_messages(conf, **_):
    """`celery -b URL` names the broker only; the demo's results are in the same Redis."""
    if "CELERY_RESULT_BACKEND" not in os.environ:
        conf.result_backend = conf.broker_url


def work(from_ms, to_ms):
    time.sleep(random.uniform(from_ms, to_ms) / 1000)


@app.task(name="notifications.push")
def push(user_id, title):
    work(4, 20)
    return {"user_id": user_id, "title": title, "delivered": True}


@app.task(name="emails.send_receipt")
def send_receipt(order_id):
    work(40, 160)
    return {"order_id": order_id}


@app.task(name="payments.capture", acks_late=True)
def capture(order_id, amount, currency="EUR"):
    work(80, 240)
    return {"order_id": order_id, "amount": amount, "currency": currency, "status": "captured"}


@app.task(name="orders.place")
def place(order_id, amount):
    work(10, 40)
    capture.apply_async((order_id, amount), link=send_receipt.si(order_id))
    return {"order_id": order_id, "placed": True}


@app.task(name="webhooks.deliver", bind=True, max_retries=4)
def deliver_webhook(self, url, event):
    work(30, 200)
    if random.random() < 0.12:
        raise self.retry(exc=ConnectionError(f"{url} answered 503"), countdown=2**self.request.retries)
    return {"url": url, "event": event, "status": 200}


@app.task(name="sync.user")
def sync_user(user_id):
    work(60, 350)
    return {"user_id": user_id, "changed": random.randint(0, 5)}


@app.task(name="sync.stock")
def sync_stock():
    work(300, 900)
    return {"products": 200}


@app.task(name="fraud.score")
def score(order_id):
    work(20, 120)
    return {"order_id": order_id, "score": round(random.random(), 3)}


@app.task(name="sessions.cleanup", ignore_result=True)
def cleanup():
    work(100, 400)


@app.task(name="metrics.rollup")
def rollup(window):
    work(200, 600)
    return {"window": window}


@app.task(name="images.resize", time_limit=30)
def resize(path, width):
    work(150, 700)
    return {"path": path, "width": width}


@app.task(name="images.publish")
def publish(image):
    work(30, 120)
    return f"https://cdn.example.com/{image['path']}"


@app.task(name="search.reindex")
def reindex(collection, page):
    work(120, 500)
    return {"collection": collection, "page": page}


@app.task(name="reports.build", bind=True)
def build(self, kind, rows=10_000):
    for step in range(1, 11):
        work(700, 1300)
        self.send_event("task-progress", progress=step / 10)
        self.update_state(state="PROGRESS", meta={"done": rows * step // 10, "of": rows})
    return {"kind": kind, "rows": rows}


@app.task(name="reports.count_region")
def count_region(region):
    work(200, 900)
    return {"region": region, "orders": random.randint(40, 900)}


@app.task(name="reports.sum_up")
def sum_up(regions):
    work(50, 200)
    return {"regions": len(regions), "orders": sum(region["orders"] for region in regions)}


@app.task(name="newsletters.send_batch")
def send_batch(campaign, recipients):
    for user in range(recipients):
        deliver.delay(campaign, user)
    return {"campaign": campaign, "recipients": recipients}


@app.task(name="newsletters.deliver", ignore_result=True)
def deliver(campaign, user_id):
    work(20, 90)
