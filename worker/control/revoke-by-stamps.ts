/** revoke_by_stamped_headers: all tasks that carry a stamp (wire.md D5, F9). */

import { exactRepr } from '../../lib/protocol/exact-repr.ts'
import { isRecord } from '../../lib/protocol/record.ts'
import { stampValues } from '../revoked.ts'
import type { TaskInHand } from '../task-in-hand.ts'
import { type Command, isTrue, pythonError, requireArguments } from './command.ts'
import { setRepr } from './revoke.ts'
import { signalNumber } from './signal-number.ts'

type Headers = Readonly<Record<string, unknown>>

export const revokeByStampedHeaders: Command = async (node, args) => {
  requireArguments('revoke_by_stamped_headers', args, ['headers'])
  const signum = signalNumber(args['signal'] ?? 'SIGTERM')
  const headers = headersOf(args['headers'])
  for (const [header, stamps] of Object.entries(headers)) node.revoked.addStamps(header, stampValues(stamps))
  const ended = new Map<string, Set<unknown>>()
  if (isTrue(args['terminate'])) {
    for (const hand of [...node.books.active]) {
      const matching = matchesOf(hand, headers)
      for (const [header, stamps] of matching) ended.set(header, new Set([...(ended.get(header) ?? []), ...stamps]))
      if (matching.length > 0) node.executor.terminate(hand.message.id, signum)
    }
  }
  node.consumer.discardRevoked()
  await node.stateDb?.saved()
  if (!isTrue(args['terminate'])) return { ok: `headers ${exactRepr(headers)} flagged as revoked, but not terminated` }
  if (ended.size === 0) return { ok: `headers ${exactRepr(headers)} were not terminated` }
  const shown = [...ended].map(([header, stamps]) => `${exactRepr(header)}: ${setRepr(stamps)}`).join(', ')
  return { ok: `headers defaultdict(<class 'set'>, {${shown}}) revoked` }
}

/** An object, or what the command line sends: a list of `name=value`. */
function headersOf(headers: unknown): Headers {
  if (isRecord(headers)) return headers
  if (!Array.isArray(headers)) {
    const type = typeof headers === 'string' ? 'str' : headers === null ? 'NoneType' : 'int'
    throw pythonError('AttributeError', `'${type}' object has no attribute 'items'`)
  }
  const pairs = headers.map((pair: unknown) => {
    const [name = '', value] = String(pair).split('=')
    if (value === undefined) throw pythonError('IndexError', 'list index out of range')
    return [name, value] as const
  })
  return Object.fromEntries(pairs)
}

function matchesOf({ message }: TaskInHand, headers: Headers): readonly (readonly [string, readonly unknown[]])[] {
  if (message.stampedHeaders === null) return []
  const carried = message.stampedHeaders.filter((header) => Object.hasOwn(headers, header))
  return carried.flatMap((header) => {
    const wanted = stampValues(headers[header])
    const found = stampValues(message.stamps[header]).filter((stamp) => wanted.includes(stamp))
    return found.length === 0 ? [] : [[header, found] as const]
  })
}
