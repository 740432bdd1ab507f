/** Replies of workers as Celery's command line lays them out (client-cli.md B4). */
import { exactRepr } from '../../../lib/protocol/exact-repr.ts'
import { isRecord } from '../../../lib/protocol/record.ts'
import { pythonJson } from '../python-json.ts'
import { harmless, type Style } from '../style.ts'

export interface ReplyText {
  readonly status: string
  readonly body: string
}

/** OK or ERROR, and what was answered: lists by item, other objects as JSON, all else as Python prints it. */
export function replyText(reply: unknown, style: Style): ReplyText {
  const ok = style.green('OK')
  if (Array.isArray(reply)) return { status: ok, body: listText(reply) }
  if (isRecord(reply)) {
    if ('ok' in reply) return { status: ok, body: indented(replyText(reply['ok'], style).body) }
    if ('error' in reply) return { status: style.red('ERROR'), body: indented(replyText(reply['error'], style).body) }
    return { status: ok, body: pythonJson(reply, { indent: 4, sortKeys: true }) }
  }
  return { status: ok, body: pythonText(reply) }
}

/** `str()` of Python: a text as it is, everything else as its repr. */
export function pythonText(value: unknown): string {
  return typeof value === 'string' ? harmless(value) : exactRepr(value)
}

export function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}

function listText(items: readonly unknown[]): string {
  if (items.length === 0) return '- empty -'
  return items.map((item) => `* ${pythonText(item)}`).join('\n')
}
