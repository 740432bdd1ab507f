/**
 * What an app in Python says of where messages and results are. It is asked as `celery -A proj flower` asks it, by
 * Python, so that `umbel -A proj flower` watches the same cluster; where there is no Python, nothing is known of it.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../../lib/errors.ts'

export interface PythonApp {
  readonly brokerUrl: string | null
  readonly resultBackend: string | null
  readonly transportOptions: Readonly<Record<string, unknown>>
  readonly resultTransportOptions: Readonly<Record<string, unknown>>
  /** Its `task_queues` and default queue. */
  readonly queues: readonly string[]
  readonly redbeatUrl: string | null
}

export type Asked = { readonly app: PythonApp } | { readonly reason: string }

/** `proj`, `proj.celery`, `proj.celery:app`. */
const NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(:[A-Za-z_]\w*)?$/
const TIMEOUT_MS = 30_000
/** What the app's own modules print comes before it. */
const MARK = '\x1eumbel'

const PROGRAM = `
import json, os, sys
sys.path.insert(0, os.getcwd())
from celery.app.utils import find_app
conf = find_app(sys.argv[1]).conf
def plain(value):
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        return None
def options(found):
    found = dict(found or {})
    return {str(key): plain(value) for key, value in found.items() if plain(value) is not None}
def url(found):
    return ';'.join(found) if isinstance(found, (list, tuple)) else found
queues = conf.task_queues or []
names = [getattr(each, 'name', each) for each in (queues.values() if hasattr(queues, 'values') else queues)]
print('${MARK}' + json.dumps(dict(
    brokerUrl=url(conf.broker_read_url or conf.broker_url), resultBackend=plain(conf.result_backend),
    transportOptions=options(conf.broker_transport_options),
    resultTransportOptions=options(conf.result_backend_transport_options),
    queues=[str(name) for name in [conf.task_default_queue, *names]],
    redbeatUrl=plain(getattr(conf, 'redbeat_redis_url', None)))))
`

const told = z.object({
  brokerUrl: z.string().nullable(),
  resultBackend: z.string().nullable().catch(null),
  transportOptions: z.record(z.string(), z.unknown()),
  resultTransportOptions: z.record(z.string(), z.unknown()),
  queues: z.array(z.string()),
  redbeatUrl: z.string().nullable().catch(null),
})

/** Never rejects: `reason` is why nobody could be asked, for a person. */
export async function askPythonApp(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Asked> {
  if (!NAME.test(name)) return { reason: `${name} is neither a file nor a name of Python's` }
  const venv = environment['VIRTUAL_ENV'] ?? ''
  let reason: string | null = null
  for (const python of [...(venv === '' ? [] : [join(venv, 'bin', 'python')]), 'python3', 'python']) {
    const answer = await run(python, name)
    if ('app' in answer) return answer
    reason ??= answer.reason
  }
  return { reason: reason ?? 'there is no Python here' }
}

/** A null reason: there is no such program. */
async function run(
  python: string,
  name: string,
): Promise<{ readonly app: PythonApp } | { readonly reason: string | null }> {
  const asked = Promise.withResolvers<{ readonly app: PythonApp } | { readonly reason: string | null }>()
  const limits = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 1_048_576 } as const
  const child = execFile(python, ['-c', PROGRAM, name], limits, (error, stdout, stderr) => {
    const text = stdout.slice(stdout.lastIndexOf(MARK) + MARK.length)
    if (error === null && stdout.includes(MARK)) return asked.resolve(read(text))
    if (error !== null && 'code' in error && error.code === 'ENOENT') return asked.resolve({ reason: null })
    const last = stderr.trim().split('\n').at(-1)?.trim() ?? ''
    const slow = error?.killed === true ? `it did not answer within ${TIMEOUT_MS / 1_000} s` : 'it said nothing'
    asked.resolve({ reason: `${python}: ${last === '' ? slow : last.slice(0, 300)}` })
  })
  child.stdin?.end()
  return asked.promise
}

function read(text: string): { readonly app: PythonApp } | { readonly reason: string } {
  try {
    return { app: told.parse(JSON.parse(text)) }
  } catch (error) {
    return { reason: `what it says cannot be read: ${messageOf(error).slice(0, 100)}` }
  }
}
