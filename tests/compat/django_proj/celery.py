"""A Celery app that takes its schedule from Django's tables: `celery -A django_proj beat -S django`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_proj.settings")

app = Celery("django_proj", broker=os.environ.get("UMBEL_TEST_BROKER", "memory://"))
app.conf.update(
    timezone="UTC",
    broker_connection_retry_on_startup=True,
    beat_scheduler="django_celery_beat.schedulers:DatabaseScheduler",
)
