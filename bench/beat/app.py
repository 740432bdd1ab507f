"""The entries of entries.ts for Python's beat."""
import os

from celery import Celery

app = Celery("bench", broker=os.environ["BROKER"], backend=os.environ["BROKER"])
app.conf.beat_schedule = {
    f"entry {n}": {"task": "bench.tick", "schedule": 1 + n % 60, "args": [n, 1 + n % 60]}
    for n in range(int(os.environ["ENTRIES"]))
}
