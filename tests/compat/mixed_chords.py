"""Sends chords whose headers are spread over the queues of a mixed fleet; interop/mixed-chords.ts is the same in TypeScript."""
import json

from celery import chord

from matrix_tasks import add, tsum


def run(prefix, count, queues):
    """Chord `n` is to give 4n + 6. Prints how many did."""
    sent = []
    for n in range(count):
        queue = lambda part: queues[(n + part) % len(queues)]
        header = [add.s(n, part, key=f"{prefix}{n}:{part}").set(queue=queue(part)) for part in range(4)]
        body = tsum.s(key=f"{prefix}{n}:body").set(queue=queue(n // len(queues)))
        sent.append(chord(header)(body))
    print(json.dumps(sum(result.get(timeout=150) == 4 * n + 6 for n, result in enumerate(sent))))
