"""The Python side: an ordinary app, its own tasks on its own queue, and a route to the worker in TypeScript."""
from celery import Celery, group

app = Celery("shop", broker="redis://localhost:6379/0", backend="redis://localhost:6379/0")
app.conf.task_routes = {"images.*": "images"}


@app.task(name="stats.image_measured")
def image_measured(url, size):
    return f"{url} has {size} bytes"


@app.task(name="stats.join")
def join(urls):
    return " ".join(urls)


if __name__ == "__main__":
    thumbnail = app.signature("images.thumbnail")
    print(thumbnail.delay("https://example.com/cat.png", width=64).get(timeout=10))
    # A chord whose header runs in TypeScript and whose body runs in Python.
    pages = [thumbnail.clone((f"https://example.com/{n}.png",)) for n in range(3)]
    print((group(pages) | join.s()).delay().get(timeout=10))
