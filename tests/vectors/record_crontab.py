"""Records crontab.json, solar.json and rrule.json from a real Celery: what schedules read, refuse and answer.

    ~/.cache/umbel/venv/bin/python tests/vectors/record_crontab.py   # needs celery 5.7, ephem, celery-redbeat

The same on every run: the random cases are drawn with a fixed seed. Groups of crontab.json:

    expand          [field, text, values]
    invalid         [field, text, error, message]
    impossible      [crontab, message]
    next            [crontab, last run (UTC), next]
    next_zoned      [zone, crontab, last run, next or the error raised at construction]
    dst             [zone, crontab, last run, next, first whole minute at which it is due]
    is_due          [crontab, last run, now, deadline in s, is due, next in s]
    is_due_zoned    the same with a zone before, on days on which the clock is not set
    interval        [seconds, relative, last run, now, is due, next in s]
    interval_zoned  the same with a zone before, most of them where the clock is set
"""
import json
import os
import random
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import celery
from celery import Celery
from celery.schedules import crontab, crontab_parser, schedule, solar

HERE = os.path.dirname(os.path.abspath(__file__))
UTC = timezone.utc
DRAW = random.Random(20261121)
LIMITS = {
    "minute": (0, 59),
    "hour": (0, 23),
    "day_of_week": (0, 6),
    "day_of_month": (1, 31),
    "month_of_year": (1, 12),
}
#: Zones whose rules for these years are the same in all releases of the data base of the last years.
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata",
    "Asia/Tehran", "Pacific/Apia", "Asia/Kathmandu", "Pacific/Chatham", "America/St_Johns", "Europe/Dublin",
    "Antarctica/Troll", "America/Santiago",
)
APPS = {}
for zone in ZONES:
    APPS[zone] = Celery(set_as_current=False)
    APPS[zone].conf.timezone = zone

USUAL = {
    "minute": [
        "*", "*/15", "0", "5,10", "1,13,30-45,50-59/2", "55-5", "58-2/2", "*/7", "0-59/20", "07", "*/60", "*/59",
        "3,3,3", "*/1", "59", "0-0", "30-29", "*,5", "1-5!", "*/5-2", "1-2-3", " 5", "+5", "1_0", "5 ", "*/1_0", "jan",
        "mar-jun", "sun", "10-20/3,40-50/5", "*/100", "00", "0007",
    ],
    "hour": ["*", "*/3", "0,8-17/2", "22-2", "*/5", "23", "9-17", "20-4/3", "dec", "*/24", "0-23/6", "sat-mon"],
    "day_of_week": [
        "*", "mon-fri", "sunday", "SUN", "sat-mon", "fri-tue", "*/2", "0", "1-5", "mon,wed,fri", "thursday,0",
        "sun-sat", "5-1", "Tuesdays", "*/3", "6-0", "4-1/5", "mar", "sat,sun", "6", "jan-mar", "Monday-Friday/2",
    ],
    "day_of_month": ["*", "*/3", "2-30/2", "1-7,15-21", "31", "28-3", "1,15", "jan", "*/31", "30-2/2", "25-31", "1-31/7"],
    "month_of_year": [
        "*", "*/3", "2-12/2", "jan", "jan,jul", "nov-feb", "December", "mar-may", "1-12/5", "jann", "oct-mar/2", "12",
        "mon", "fri-dec", "*/12", "06",
    ],
}
ODD = {
    "minute": [
        "", "60", "-1", "*/", "a", "1-", "1,,2", "1-70", "*/0", "1/2", "1-5/", "*-5", "*/a", "?", "L", ",", "5,", "*/-1",
        "1.5", "--1", "-5-10", "60-70", "*5", "**", "*/*", "5-x", "x-5", "@daily", "W", "5#2", " ", "1 2", "0x10",
        "1-5/0", "1-5/a", "é", "it's", "99999999999",
    ],
    "hour": ["24", "1-24", "*/", "", "-1", "24-2", "noon", "*/0"],
    "day_of_week": ["7", "sun-7", "xyz", "1-8", "foo", "8", "7-2", "su", "0-7", "sep", "5L", "fri#2"],
    "day_of_month": ["0", "32", "0-5", "L", "1-32", "sun", "15W", "-3"],
    "month_of_year": ["0", "13", "sun", "1-13", "0-3", "foo", "ja", "janu-13"],
}


def dump(name, groups):
    """One vector a line."""
    parts = []
    for key, value in groups.items():
        if isinstance(value, str):
            parts.append(f"{json.dumps(key)}: {json.dumps(value)}")
        else:
            rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in value)
            parts.append(f"{json.dumps(key)}: [\n{rows}\n]")
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(parts) + "\n}\n")


def parser(field):
    low, high = LIMITS[field]
    return crontab_parser(high - low + 1, low)


def changes(zone):
    """Instants from 2026 to 2029 at which the zone's clock is set."""
    tz, found = ZoneInfo(zone), []
    at = datetime(2026, 1, 1, tzinfo=UTC)
    while at.year < 2030:
        after = at + timedelta(minutes=30)
        if after.astimezone(tz).utcoffset() != at.astimezone(tz).utcoffset():
            found.append(after)
        at = after
    return found


CHANGES = {zone: changes(zone) for zone in ZONES}


def cron(spec, zone, now):
    return crontab(**spec, app=APPS[zone], nowfun=lambda: now)


def next_run(spec, zone, last):
    tz = ZoneInfo(zone)
    return (last.astimezone(UTC) + cron(spec, zone, last).remaining_estimate(last)).astimezone(tz)


def first_due(spec, zone, last, found):
    """What a beat that looks once a minute does."""
    tz = ZoneInfo(zone)
    if found - last > timedelta(hours=6):
        return found
    at = last.astimezone(UTC).replace(second=0)
    while True:
        at += timedelta(minutes=1)
        if cron(spec, zone, at.astimezone(tz)).is_due(last).is_due:
            return at.astimezone(tz)


def field(low, high):
    kind = DRAW.random()
    if kind < 0.4:
        return "*"
    if kind < 0.55:
        return str(DRAW.randint(low, high))
    if kind < 0.7:
        return "*/%d" % DRAW.randint(2, max(2, (high - low) // 2))
    if kind < 0.8:
        return ",".join(str(each) for each in sorted(DRAW.sample(range(low, high + 1), DRAW.randint(2, 5))))
    if kind < 0.92:
        return "%d-%d" % (DRAW.randint(low, high), DRAW.randint(low, high))
    return "%d-%d/%d" % (DRAW.randint(low, high), DRAW.randint(low, high), DRAW.randint(1, 6))


def any_spec():
    return {name: field(low, high) for name, (low, high) in LIMITS.items()}


def night_spec():
    spec = {"minute": field(0, 59), "hour": DRAW.choice(["0", "1", "2", "3", "1-3", "0-4", "*/2", "*", "*", "2,14"])}
    if DRAW.random() < 0.2:
        spec["day_of_week"] = field(0, 6)
    return spec


def any_time():
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=DRAW.randint(0, 4 * 365 * 86_400))


def time_near_change(zone):
    span = DRAW.choice([7_200, 7_200, 108_000])
    return DRAW.choice(CHANGES[zone]) + timedelta(seconds=DRAW.randint(-span, span))


def record_next():
    specs = [
        {}, {"minute": "*/15"}, {"minute": 0}, {"minute": 30, "hour": 7}, {"minute": "0", "hour": "*/3"},
        {"minute": 5, "hour": 8, "day_of_week": "mon-fri"}, {"minute": 0, "hour": 0, "day_of_month": 1},
        {"minute": 0, "hour": 0, "day_of_month": 31}, {"minute": 0, "hour": 0, "day_of_month": 29, "month_of_year": 2},
        {"minute": 0, "hour": 12, "day_of_month": "13", "day_of_week": "fri"}, {"minute": "59", "hour": "23"},
        {"day_of_week": 0}, {"minute": [0, 30], "hour": [9, 17]}, {"month_of_year": "jan,jul", "day_of_month": "*/15"},
        {"minute": "58-2/2", "hour": "22-2"}, {"minute": 0, "hour": 0, "day_of_month": "30,31", "month_of_year": "feb,apr"},
        {"minute": 0, "hour": 0, "day_of_month": 29, "month_of_year": 2, "day_of_week": "mon"},
    ]
    lasts = [
        datetime(2026, 1, 1), datetime(2026, 1, 31, 23, 59, 59), datetime(2026, 2, 28, 12, 34, 56),
        datetime(2026, 3, 6, 7, 30), datetime(2026, 3, 6, 7, 29, 59), datetime(2026, 6, 15, 8, 5),
        datetime(2026, 12, 31, 23, 59, 30), datetime(2028, 2, 28), datetime(2028, 2, 29, 0, 0, 1), datetime(2026, 11, 13),
        datetime(2026, 7, 4, 17, 35), datetime(2096, 3, 1),
    ]
    return [
        [spec, last.isoformat(), next_run(spec, "UTC", last.replace(tzinfo=UTC)).isoformat()]
        for spec in specs for last in lasts
    ]


def record_zoned(count):
    rows = []
    while len(rows) < count:
        zone = DRAW.choice(ZONES)
        near = bool(CHANGES[zone]) and DRAW.random() < 0.3
        last = (time_near_change(zone) if near else any_time()).astimezone(ZoneInfo(zone))
        spec = any_spec()
        try:
            rows.append([zone, spec, last.isoformat(), next_run(spec, zone, last).isoformat()])
        except ValueError:
            rows.append([zone, spec, last.isoformat(), "ValueError"])
    return rows


def record_dst(count):
    fixed = [
        ("Europe/Berlin", {"minute": 30, "hour": 2}, "2026-03-28T02:30:00+01:00"),
        ("Europe/Berlin", {"minute": 30, "hour": 2}, "2026-03-29T03:30:00+02:00"),
        ("Europe/Berlin", {"minute": 30, "hour": 2}, "2026-10-24T02:30:00+02:00"),
        ("Europe/Berlin", {"minute": 30, "hour": 2}, "2026-10-25T02:30:00+02:00"),
        ("Europe/Berlin", {"minute": 30, "hour": 2}, "2026-10-25T02:30:00+01:00"),
        ("Europe/Berlin", {"minute": 0}, "2026-03-29T01:00:00+01:00"),
        ("Europe/Berlin", {"minute": 0}, "2026-10-25T01:00:00+02:00"),
        ("Europe/Berlin", {"minute": 0}, "2026-10-25T02:00:00+02:00"),
        ("Europe/Berlin", {"minute": 0}, "2026-10-25T02:00:00+01:00"),
        ("America/New_York", {"minute": "*/30"}, "2026-11-01T01:30:00-04:00"),
        ("America/New_York", {"minute": "*/30"}, "2026-11-01T01:00:00-05:00"),
        ("America/New_York", {"minute": "*/30"}, "2026-03-08T01:30:00-05:00"),
    ]
    cases = [(zone, spec, datetime.fromisoformat(last).astimezone(ZoneInfo(zone))) for zone, spec, last in fixed]
    set_often = [zone for zone in ZONES if CHANGES[zone]]
    while len(cases) < count:
        zone = DRAW.choice(set_often)
        last = time_near_change(zone).replace(second=0).astimezone(ZoneInfo(zone))
        cases.append((zone, night_spec(), last))
    rows = []
    for zone, spec, last in cases:
        found = next_run(spec, zone, last)
        rows.append([zone, spec, last.isoformat(), found.isoformat(), first_due(spec, zone, last, found).isoformat()])
    return rows


def due_row(spec, zone, last, now, deadline):
    APPS[zone].conf.beat_cron_starting_deadline = deadline
    due, seconds = cron(spec, zone, now).is_due(last)
    APPS[zone].conf.beat_cron_starting_deadline = None
    return [spec, last.isoformat(), now.isoformat(), deadline, due, seconds]


def record_due():
    daily = {"minute": 30, "hour": 7}
    cases = [
        ({"minute": "*/15"}, "2026-01-01T00:00:00", "2026-01-01T00:14:59", None),
        ({"minute": "*/15"}, "2026-01-01T00:00:00", "2026-01-01T00:15:00", None),
        ({"minute": "*/15"}, "2026-01-01T00:00:00", "2026-01-01T05:07:00", None),
        ({"minute": 0, "hour": 0, "day_of_month": 1}, "2026-01-15T00:00:00", "2026-02-01T00:00:00.5", None),
        ({}, "2026-01-01T00:00:01", "2026-01-01T00:00:59.9", None),
        ({}, "2026-01-01T00:00:01", "2026-01-01T00:01:00", None),
        ({}, "2026-01-01T00:00:00", "2026-01-01T07:00:00", 60),
    ]
    times = ["2026-01-04T07:30:30", "2026-01-04T09:00:00", "2026-01-02T07:31:00", "2026-01-02T07:31:01", "2026-01-02T07:29:59"]
    cases += [(daily, "2026-01-01T07:30:00", now, deadline) for deadline in (None, 0, 1, 60, 3600, 86_400) for now in times]
    moment = lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC)  # noqa: E731
    rows = [due_row(spec, "UTC", moment(last), moment(now), deadline) for spec, last, now, deadline in cases]
    return [[spec, last.removesuffix("+00:00"), now.removesuffix("+00:00"), *rest] for spec, last, now, *rest in rows]


def record_due_zoned(count):
    rows = []
    while len(rows) < count:
        zone, last = DRAW.choice(ZONES), any_time()
        now = last + timedelta(seconds=DRAW.choice([DRAW.randint(0, 7_200), DRAW.randint(0, 86_400 * 3)]))
        spec = {"minute": field(0, 59), "hour": field(0, 23)}
        if any(last - timedelta(days=3) < change < now + timedelta(days=3) for change in CHANGES[zone]):
            continue
        tz = ZoneInfo(zone)
        deadline = DRAW.choice([None, None, 30, 600, 7_200])
        rows.append([zone, *due_row(spec, zone, last.astimezone(tz), now.astimezone(tz), deadline)])
    return rows


def interval_row(every, relative, zone, last, now):
    due, seconds = schedule(every, relative=relative, app=APPS[zone], nowfun=lambda: now).is_due(last)
    return [every, relative, last.isoformat(), now.isoformat(), due, seconds]


def record_interval():
    cases = [
        (30, False, "2026-01-01T00:00:10", "2026-01-01T00:00:39"),
        (30, False, "2026-01-01T00:00:10", "2026-01-01T00:00:40"),
        (60, True, "2026-01-01T00:00:10", "2026-01-01T00:00:59"),
        (60, True, "2026-01-01T00:00:10", "2026-01-01T00:01:00"),
        (3600, True, "2026-01-01T00:40:10", "2026-01-01T01:00:00"),
        (86_400, True, "2026-01-01T18:40:10", "2026-01-02T00:00:00"),
        (45, True, "2026-01-01T00:00:10", "2026-01-01T00:00:54"),
        (90, True, "2026-01-01T00:00:10", "2026-01-01T00:01:00"),
        (0.5, False, "2026-01-01T00:00:10", "2026-01-01T00:00:10.4"),
        (10, False, "2026-01-01T00:00:10", "2025-12-31T00:00:10"),
        (90, True, "2026-01-01T00:00:10.75", "2026-01-01T00:03:07.25"),
        (604_800, True, "2026-01-01T18:40:10", "2026-01-08T00:00:00"),
        (5400, True, "2026-01-01T00:40:10", "2026-01-01T05:12:00"),
    ]
    moment = lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC)  # noqa: E731
    rows = [interval_row(every, relative, "UTC", moment(last), moment(now)) for every, relative, last, now in cases]
    plain = lambda text: text.removesuffix("+00:00")  # noqa: E731
    return [[every, relative, plain(last), plain(now), *rest] for every, relative, last, now, *rest in rows]


def record_interval_zoned(count):
    lengths = [1, 7.5, 30, 59, 60, 61, 90, 600, 900, 1800, 3599, 3600, 3661, 5400, 10_800, 43_200, 86_399, 86_400, 90_000,
               129_600, 172_800, 604_800]
    rows = []
    while len(rows) < count:
        zone, every = DRAW.choice(ZONES), DRAW.choice(lengths)
        last = time_near_change(zone) if CHANGES[zone] and DRAW.random() < 0.8 else any_time()
        now = last + timedelta(seconds=DRAW.choice([0, every / 2, every, every * 1.1, DRAW.randint(0, 200_000)]))
        tz = ZoneInfo(zone)
        rows.append([zone, *interval_row(every, DRAW.random() < 0.8, zone, last.astimezone(tz), now.astimezone(tz))])
    return rows


def outcome(call):
    """Whether it was taken, and the values, or the error and its message."""
    try:
        return True, call()
    except Exception as error:  # noqa: BLE001
        return False, [type(error).__name__, str(error)]


def record_crontab():
    impossible = [
        {"day_of_month": "31", "month_of_year": "2"}, {"day_of_month": 31, "month_of_year": [2, 4, 6, 9, 11]},
        {"day_of_month": "30-31", "month_of_year": "feb"}, {"day_of_month": [30], "month_of_year": 2},
    ]
    texts = [(name, text) for name in LIMITS for text in USUAL[name] + ODD[name]]
    read = [(name, text, *outcome(lambda: sorted(parser(name).parse(text)))) for name, text in texts]
    refused = [(spec, *outcome(lambda: crontab(**spec))) for spec in impossible]
    assert not any(taken for _, taken, _ in refused)
    dump("crontab.json", {
        "source": f"celery {celery.__version__}; record_crontab.py says what the columns are",
        "expand": [[name, text, values] for name, text, taken, values in read if taken],
        "invalid": [[name, text, *error] for name, text, taken, error in read if not taken],
        "impossible": [[spec, message] for spec, _, (_, message) in refused],
        "next": record_next(),
        "is_due": record_due(),
        "interval": record_interval(),
        "dst": record_dst(600),
        "next_zoned": record_zoned(2500),
        "is_due_zoned": record_due_zoned(400),
        "interval_zoned": record_interval_zoned(600),
    })


def record_solar():
    import ephem

    events = sorted(solar._all_events)
    rows, app = [], APPS["UTC"]
    for index in range(270):
        bounds = DRAW.choice([(-60, 60), (60, 75), (-75, -60), (75, 89), (-89, -75)])
        place = DRAW.choice([0, 90, -90, 66.56]) if index % 20 == 0 else round(DRAW.uniform(*bounds), 4)
        longitude, at = round(DRAW.uniform(-180, 180), 4), any_time()
        found = solar(events[index % 9], place, longitude, app=app, nowfun=lambda: at).remaining_estimate(at)
        rows.append([events[index % 9], place, longitude, at.isoformat(), (at + found).isoformat(timespec="milliseconds")])
    dump("solar.json", {
        "source": f"celery {celery.__version__}, ephem {ephem.__version__}; [event, latitude, longitude, last run, next]",
        "next": rows,
    })


def record_rrule(count):
    """Rules as lib/schedules/rrule.ts has them, run by RedBeat's class."""
    from redbeat.schedules import rrule

    DRAW.seed(3)
    names = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]
    ranges = {"bymonth": (1, 12), "bymonthday": (1, 28), "byweekday": (0, 6), "byhour": (0, 23), "byminute": (0, 59)}
    rows = []
    while len(rows) < count:
        freq = DRAW.choice(names)
        offset = DRAW.choice([0, 0, 60, -300, 345])
        start = datetime(2025, 1, 1, tzinfo=timezone(timedelta(minutes=offset))) + timedelta(minutes=DRAW.randint(0, 500_000))
        parts = {
            name: sorted(DRAW.sample(range(low, high + 1), DRAW.randint(1, 3)))
            for name, (low, high) in ranges.items() if DRAW.random() < 0.25
        }
        if freq in ("YEARLY", "MONTHLY") and DRAW.random() < 0.3:
            parts["bysetpos"] = [DRAW.choice([1, -1, 2])]
        # Finer rules are kept to what dateutil finds within a while.
        if freq in ("MINUTELY", "SECONDLY"):
            parts = {name: values for name, values in parts.items() if name in ("byweekday", "byhour", "bymonth")}
        every = DRAW.randint(1, 3) if freq != "HOURLY" or "byhour" not in parts else 1
        many = None if freq in ("MINUTELY", "SECONDLY") and parts else DRAW.choice([None, None, None, 5, 50])
        until = start + timedelta(days=DRAW.randint(1, 2000)) if many is None and DRAW.random() < 0.2 else None
        week = DRAW.choice([None, None, 0, 6])
        last = start.astimezone(UTC) + timedelta(minutes=DRAW.randint(-100_000, 1_000_000 if freq != "SECONDLY" else 2_000))
        rule = rrule(freq, dtstart=start, interval=every, wkst=week, count=many, until=until, app=APPS["UTC"], nowfun=lambda: last, **parts)
        found = rule.remaining_estimate(last)
        ms = lambda at: None if at is None else round(at.timestamp() * 1000)  # noqa: E731
        spec = {"freq": freq, "startMs": ms(start), "offsetMinutes": offset, "every": every, "weekStart": week,
                "count": many, "untilMs": ms(until), "parts": parts}
        rows.append([spec, last.isoformat(), None if found is None else (last + found).isoformat()])
    dump("rrule.json", {"source": f"celery-redbeat with celery {celery.__version__}; [rule, last run, next]", "next": rows})


if __name__ == "__main__":
    record_crontab()
    record_solar()
    record_rrule(250)
