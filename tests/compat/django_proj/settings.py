"""The smallest Django project with django-celery-beat, on the database that the test names."""

import os
from urllib.parse import unquote, urlsplit

SECRET_KEY = "only for tests"
TIME_ZONE = os.environ.get("UMBEL_TEST_TIME_ZONE", "UTC")
USE_TZ = os.environ.get("UMBEL_TEST_USE_TZ", "1") == "1"
DJANGO_CELERY_BEAT_TZ_AWARE = USE_TZ
INSTALLED_APPS = ["django_celery_beat"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"


def database(url):
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.path[1:], "OPTIONS": {"timeout": 20}}
    if parts.scheme == "mysql":
        import pymysql

        pymysql.version_info = (2, 2, 7, "final", 0)  # Django asks for mysqlclient's number
        pymysql.install_as_MySQLdb()
    return {
        "ENGINE": "django.db.backends." + parts.scheme,
        "NAME": parts.path[1:],
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname,
        "PORT": parts.port,
    }


DATABASES = {"default": database(os.environ["UMBEL_TEST_DATABASE"])}
