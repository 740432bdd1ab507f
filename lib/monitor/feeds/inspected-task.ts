/** Tasks as `inspect active`, `reserved` and `scheduled` list them (wire.md D3). */
import type { InspectedTaskView } from '../../live/views.ts'
import { parseIsoTime } from '../../protocol/iso-time.ts'
import { isRecord } from '../../protocol/record.ts'
import { argsRepr, kwargsRepr, pythonRepr } from '../../protocol/repr.ts'
import { field } from '../served-queues.ts'
import { clip } from './words.ts'
import { finite, objectsOf } from './worker-row.ts'

/** Of a longer list its length is told beside it. */
const MOST = 2_000
const TEXT = 300

/** `scheduled` wraps each task: `{eta, priority, request}`. */
export function inspectedTasks(value: unknown): readonly InspectedTaskView[] {
  const seen = new Set<string>()
  const tasks: InspectedTaskView[] = []
  for (const item of objectsOf(value).slice(0, MOST)) {
    const wrapped = field(item, 'request')
    const request = isRecord(wrapped) ? wrapped : item
    const id = field(request, 'id')
    // A worker that got a message twice lists it twice; rows are told apart by their id.
    if (typeof id !== 'string' || seen.has(id)) continue
    seen.add(id)
    tasks.push(describe(id, request, field(item, 'eta')))
  }
  return tasks
}

function describe(id: string, request: object, eta: unknown): InspectedTaskView {
  const name = field(request, 'name') ?? field(request, 'type')
  const started = finite(field(request, 'time_start'))
  const acknowledged = field(request, 'acknowledged')
  return {
    id,
    task: typeof name === 'string' ? name : null,
    args: clip(argsText(field(request, 'args')), TEXT),
    kwargs: clip(kwargsText(field(request, 'kwargs')), TEXT),
    startedMs: started === null ? null : Math.round(started * 1_000),
    etaMs: typeof eta === 'string' ? parseIsoTime(eta) : null,
    acknowledged: typeof acknowledged === 'boolean' ? acknowledged : null,
    pid: finite(field(request, 'worker_pid')),
  }
}

/** Text when the worker was asked for it (`safe`), else the values. */
function argsText(args: unknown): string | null {
  if (args === undefined || args === null) return null
  if (typeof args === 'string') return args
  return Array.isArray(args) ? argsRepr(args, { maxLength: TEXT }) : pythonRepr(args, { maxLength: TEXT })
}

function kwargsText(kwargs: unknown): string | null {
  if (kwargs === undefined || kwargs === null) return null
  if (typeof kwargs === 'string') return kwargs
  return isRecord(kwargs) ? kwargsRepr(kwargs, { maxLength: TEXT }) : pythonRepr(kwargs, { maxLength: TEXT })
}
