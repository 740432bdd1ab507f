/** Messages that a consumer could not read and set aside, as a person sees them. */
import { type Broker, type PoisonReason, SET_ASIDE_HEAD_BYTES } from '../broker/broker.ts'
import { UmbelError } from '../errors.ts'
import type { SetAsideMessages } from '../live/http.ts'
import type { Codecs } from '../protocol/codecs.ts'
import { parseEnvelope } from '../protocol/message.ts'
import { describeMessage } from './peek.ts'

const REASONS: Readonly<Record<PoisonReason, string>> = {
  'not-json': 'It is no JSON.',
  'not-an-object': 'It is JSON, but not a message.',
  'no-properties': 'It says nothing of where it came from.',
  'no-delivery-tag': 'It has no delivery tag.',
  'too-large': 'It is too large to be read.',
}

/** The last to be set aside first. Throws `queue/unknown` when this broker cannot look into queues. */
export async function readSetAside(
  broker: Broker,
  codecs: Codecs,
  page: { readonly queue: string; readonly offset: number; readonly limit: number },
  nowMs: () => number,
): Promise<SetAsideMessages> {
  const { queue, offset, limit } = page
  if (!broker.supports.peek) throw new UmbelError('queue/unknown', { name: queue })
  const [counts, kept] = await Promise.all([
    broker.queues.setAside([queue]),
    broker.queues.readSetAside(queue, Math.max(0, Math.floor(offset)), Math.max(1, Math.floor(limit))),
  ])
  return {
    queue,
    total: counts[queue] ?? 0,
    asOfMs: nowMs(),
    messages: kept.map(({ id, head, bytes, reason, atMs }, at) => ({
      id,
      reason: reasonOf(reason ?? (bytes > SET_ASIDE_HEAD_BYTES ? null : faultOf(head))),
      setAsideMs: atMs,
      message: { ...describeMessage({ position: offset + at, raw: head }, codecs), sizeBytes: bytes },
    })),
  }
}

/** Where nobody noted it, the message tells. */
function faultOf(raw: string): PoisonReason | null {
  const read = parseEnvelope(raw)
  return read.ok ? null : read.why
}

function reasonOf(reason: PoisonReason | null): string {
  return reason === null ? 'Why was not noted.' : REASONS[reason]
}
