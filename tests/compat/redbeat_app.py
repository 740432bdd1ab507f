"""A RedBeat deployment: what a team that keeps its schedule in Redis has, in Python."""
import json
import os
import time

from celery import Celery
from celery.schedules import crontab, schedule

app = Celery("redbeat_app", broker=os.environ["UMBEL_TEST_BROKER"], backend=None)
app.conf.update(
    beat_scheduler="redbeat.RedBeatScheduler",
    redbeat_redis_url=os.environ["UMBEL_TEST_BROKER"],
    redbeat_lock_timeout=float(os.environ.get("UMBEL_TEST_LOCK", "10")),
    beat_max_loop_interval=float(os.environ.get("UMBEL_TEST_LOOP", "0.5")),
    broker_connection_retry_on_startup=True,
    timezone=os.environ.get("UMBEL_TEST_TIMEZONE", "UTC"),
)
if "UMBEL_TEST_STATIC" in os.environ:
    app.conf.beat_schedule = {
        "nightly": {
            "task": "proj.add",
            "schedule": crontab(minute="0", hour="*/4", day_of_week="mon-fri"),
            "args": (1, 2),
            "options": {"queue": "q", "expires": 60},
        },
        "often": {"task": "proj.echo", "schedule": 1.5, "kwargs": {"a": 1.0}, "options": {"queue": "q"}},
    }


def save_all():
    """One entry of each kind that RedBeat knows; prints what it says of each itself."""
    from datetime import datetime, timedelta, timezone
    from zoneinfo import ZoneInfo

    from dateutil.rrule import MO, WEEKLY, weekday
    from redbeat import RedBeatSchedulerEntry
    from redbeat.schedules import rrule

    start = datetime(2026, 1, 5, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    kinds = {
        "interval": schedule(run_every=timedelta(seconds=90), relative=True),
        "crontab": crontab(minute="*/5", hour=[8, 9], day_of_month="1-7", month_of_year="jan,jul", day_of_week="sun"),
        "rrule": rrule(
            WEEKLY, dtstart=start, interval=2, byweekday=[MO, weekday(3)], byhour=[9], until=start + timedelta(days=900), wkst=0
        ),
    }
    for name, one in kinds.items():
        entry = RedBeatSchedulerEntry(
            name,
            "proj.add",
            one,
            args=[1, 2.0, "ü"],
            kwargs={"when": datetime(2026, 7, 1, 12, 0, 0, 250000, tzinfo=ZoneInfo("Europe/Berlin"))},
            options={"queue": "q", "priority": 3},
            enabled=name != "crontab",
            app=app,
        )
        entry.last_run_at = datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=timezone.utc)
        entry.save()
    print(json.dumps({name: describe(name) for name in kinds}))


def describe(name):
    """What Python makes of an entry in Redis, as plain data."""
    from redbeat import RedBeatSchedulerEntry
    from redbeat.schedulers import ensure_conf

    ensure_conf(app)
    entry = RedBeatSchedulerEntry.from_key("redbeat:" + name, app=app)
    # Counted from now: RedBeat's own due_at counts it from the last run. Overdue is due at another time at each asking.
    remaining = entry.schedule.remaining_estimate(entry.last_run_at)
    left = remaining.total_seconds() if remaining else -1
    due = round(time.time() + left) if left > 0 else None
    return {
        "task": entry.task,
        "args": list(entry.args),
        "kwargs": {key: getattr(value, "isoformat", lambda: value)() for key, value in entry.kwargs.items()},
        "options": entry.options,
        "enabled": entry.enabled,
        "schedule": repr(entry.schedule),
        "due": due,
        "last": entry.last_run_at and entry.last_run_at.timestamp(),
        "count": entry.total_run_count,
    }
