"""The same in Python: sender.py <url> <messages> <threads>."""
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from celery import Celery

url, messages, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
app = Celery('bench', broker=url)


@app.task(name='bench.add')
def add(x, y):
    return x + y


def send(count):
    for n in range(count):
        add.delay(2, n)


def send_all(count):
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(send, [count // threads] * threads))


send_all(200)
start, cpu = time.perf_counter(), time.process_time()
send_all(messages)
print(json.dumps({'ms': (time.perf_counter() - start) * 1000, 'cpuMicros': (time.process_time() - cpu) * 1e6}))
