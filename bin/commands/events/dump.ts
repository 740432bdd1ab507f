/** Events as the lines of `celery events --dump` (client-cli.md B6). */
import { decodeBody } from '../../../lib/protocol/body.ts'
import type { Envelope } from '../../../lib/protocol/envelope.ts'
import { type EventReading, JSON_EVENTS } from '../../../lib/protocol/events.ts'
import { parseEnvelope } from '../../../lib/protocol/message.ts'
import { isRecord } from '../../../lib/protocol/record.ts'
import { pythonText } from '../remote/reply-text.ts'

export interface Dumper {
  /** One message of the event exchange; what is no event is passed over. `nowSeconds` is when it came. */
  take(raw: string, nowSeconds: number): void
}

/** Names of so many tasks are remembered for their later events, which carry only the id. */
const MOST_NAMES = 4_095
const MOST_BYTES = 24_000_000
const HUMAN: Readonly<Record<string, string>> = {
  'worker-offline': 'shutdown',
  'worker-online': 'started',
  'worker-heartbeat': 'heartbeat',
}

export function createDumper(say: (line: string) => void, reading: EventReading = JSON_EVENTS): Dumper {
  const names = new Map<string, string>()

  function remember(id: string, text: string): string {
    names.delete(id)
    names.set(id, text)
    const [oldest] = names.keys()
    if (names.size > MOST_NAMES && oldest !== undefined) names.delete(oldest)
    return text
  }

  function dump({ timestamp, type, hostname, ...rest }: Record<string, unknown>, nowSeconds: number): void {
    if (typeof type !== 'string' || typeof hostname !== 'string') return
    const atSeconds = Number(timestamp)
    const time = pythonTime(Number.isFinite(atSeconds) ? atSeconds : nowSeconds)
    const fields: Record<string, unknown> = { ...rest, local_received: nowSeconds }
    const head = `${hostname} [${time}] ${HUMAN[type] ?? type.replaceAll('-', ' ')}`
    if (!type.startsWith('task-')) {
      say(`${head}${listed(fields)}`)
      return
    }
    const { uuid, ...others } = fields
    const { name, args, kwargs, ...later } = others
    const id = String(uuid)
    const begins = type === 'task-received' || type === 'task-sent'
    const call = `${pythonText(name)}(${id}) args=${pythonText(args)} kwargs=${pythonText(kwargs)}`
    const task = begins ? remember(id, call) : (names.get(id) ?? '')
    say(`${head}: ${task} ${pairs(begins ? later : others)}`)
  }

  return {
    take(raw, nowSeconds) {
      const envelope = parseEnvelope(raw, MOST_BYTES)
      if (!envelope.ok) return
      for (const event of eventsIn(envelope.value, reading)) dump(event, nowSeconds)
    },
  }
}

/** Floats as they were written: 1.0 stays one. */
function eventsIn(envelope: Envelope, reading: EventReading): readonly Record<string, unknown>[] {
  try {
    const body = decodeBody(envelope, { ...reading, maxBytes: MOST_BYTES, exactFloats: true })
    return (Array.isArray(body) ? body : [body]).filter(isRecord)
  } catch {
    return [] // no event of Celery's
  }
}

function listed(fields: Readonly<Record<string, unknown>>): string {
  const text = pairs(fields)
  return text === '' ? ' ' : `: ${text}`
}

function pairs(fields: Readonly<Record<string, unknown>>): string {
  return Object.keys(fields)
    .sort()
    .map((key) => `${key}=${pythonText(fields[key])}`)
    .join(', ')
}

/** `2026-11-21 06:48:10.234759+00:00` */
function pythonTime(seconds: number): string {
  const micros = Math.round((seconds % 1) * 1e6)
  const whole = new Date(Math.floor(seconds) * 1000)
  if (Number.isNaN(whole.getTime())) return String(seconds)
  const text = whole.toISOString().slice(0, 19).replace('T', ' ')
  return `${text}${micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`}+00:00`
}
