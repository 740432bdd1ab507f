"""An app for `celery beat` whose beat_schedule comes from the environment: the entries that our beat gets too."""
import json
import os

from celery import Celery

app = Celery('proj', broker=os.environ['BROKER'])
app.conf.beat_schedule = json.loads(os.environ['BEAT_SCHEDULE'])


@app.task(name='proj.add', priority=4, time_limit=90)
def add(x, y=1):
    return x + y
