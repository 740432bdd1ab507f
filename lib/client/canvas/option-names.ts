/** The options of calls under Celery's names, as signatures hold them, and under ours (wire.md F1). Pure. */
import { isRecord } from '../../protocol/record.ts'
import type { CallOptions } from '../call-options.ts'

/** What a call may be given beside arguments; every other option of a signature is a property of the message. */
const OURS = new Set<string>([
  'countdown',
  'eta',
  'expires',
  'queue',
  'exchange',
  'exchangeType',
  'routingKey',
  'priority',
  'deliveryMode',
  'taskId',
  'serializer',
  'compression',
  'timeLimit',
  'softTimeLimit',
  'ignoreResult',
  'link',
  'linkError',
  'chain',
  'chord',
  'headers',
  'stampedHeaders',
  'shadow',
  'replyTo',
  'rootId',
  'parentId',
  'groupId',
  'groupIndex',
  'retries',
  'replacedTaskNesting',
  'argsrepr',
  'kwargsrepr',
  'origin',
  'addToParent',
  'routeName',
  'retry',
  'retryPolicy',
] satisfies (keyof CallOptions)[])

/** Celery leaves it in the options of errbacks on the header of a chord. */
const WITHOUT_EFFECT = new Set(['immutable'])

const LISTS = new Set(['link', 'linkError'])

/** Null is "not given". Stamps are those options that `stamped_headers` names. */
export function callOptionsOf(options: Readonly<Record<string, unknown>>): CallOptions {
  const found: Record<string, unknown> = {}
  const stamps: Record<string, unknown> = {}
  const properties: Record<string, unknown> = {}
  const names = options['stamped_headers']
  const stamped = new Set(Array.isArray(names) ? names.map(String) : [])
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === undefined || WITHOUT_EFFECT.has(name)) continue
    const ours = camelCase(name)
    if (stamped.has(name)) stamps[name] = value
    else if (LISTS.has(ours)) found[ours] = Array.isArray(value) ? value : [value]
    else if (ours === 'retryPolicy' && isRecord(value)) found[ours] = renamed(value, camelCase)
    else if (OURS.has(ours)) found[ours] = value
    else properties[name] = value
  }
  if (stamped.size > 0) found['stamps'] = stamps
  if (Object.keys(properties).length > 0) found['properties'] = properties
  return found
}

/** The reverse, for what a user sets. Null stays, undefined is left out. */
export function wireOptionsOf({ stamps, properties, ...options }: CallOptions): Record<string, unknown> {
  const found = renamed(options, snakeCase)
  if (isRecord(options.retryPolicy)) found['retry_policy'] = renamed(options.retryPolicy, snakeCase)
  return { ...found, ...stamps, ...properties }
}

function renamed(values: object, rename: (name: string) => string): Record<string, unknown> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [rename(name), value]))
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
