"""The Python side: what the Node service calls. Start it with: celery -A tasks worker -l info"""
import time

from celery import Celery

app = Celery("shop", broker="redis://localhost:6379/0", backend="redis://localhost:6379/0")
app.conf.update(task_track_started=True)


@app.task(name="quotes.price")
def price(amount, days=30):
    if amount <= 0:
        raise ValueError(f"amount must be positive, not {amount}")
    return {"amount": amount, "days": days, "price": round(amount * (1 + 0.001 * days), 2)}


@app.task(name="reports.build", bind=True)
def build(self, kind, rows=100):
    for done in range(0, rows, 25):
        self.update_state(state="PROGRESS", meta={"done": done, "of": rows})
        time.sleep(0.2)
    return {"kind": kind, "rows": rows}
