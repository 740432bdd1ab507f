"""The Python side. Start it with: celery -A tasks worker -l info"""
import time

from celery import Celery

app = Celery("journey", broker="redis://localhost:6379/0", backend="redis://localhost:6379/0")


@app.task(name="reports.build", bind=True)
def build(self, topic):
    if not topic:
        raise ValueError("a report needs a topic")
    for percent in (0, 50):
        self.update_state(state="PROGRESS", meta={"percent": percent})
        time.sleep(0.3)
    return {"topic": topic, "pages": 3 + len(topic)}
