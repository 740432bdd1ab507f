/** conf: the settings of the worker, with everything secret starred (wire.md D3). */
import type { Celery } from '../../lib/client/celery.ts'
import { SETTINGS } from '../../lib/client/settings/settings.ts'
import type { Crontab } from '../../lib/schedules/crontab.ts'
import { scheduleText } from '../../lib/schedules/schedule.ts'
import { type Command, isTrue } from './command.ts'
import type { Node } from './node.ts'

/** Celery's own list: a part of the name, in any case. */
const SECRET = /API|TOKEN|KEY|SECRET|PASS|PROFANITIES_LIST|SIGNATURE|DATABASE/i
const STARS = '********'

export const conf: Command = (node, { with_defaults: withDefaults }) => usedConf(node, isTrue(withDefaults))

/** Broker and results are shown as they are used, wherever their addresses came from. */
export function usedConf({ app, broker, results }: Node, withDefaults: boolean): Readonly<Record<string, unknown>> {
  const { broker_url: brokerUrl = null, result_backend: backend = null, ...rest } = shownConf(app, withDefaults)
  return {
    broker_url: brokerUrl ?? withoutPassword(broker.url),
    result_backend: backend ?? (results === null ? null : withoutPassword(results.url)),
    ...rest,
  }
}

/** The settings that were given, or all, as they may be shown to anybody. */
export function shownConf(app: Celery, withDefaults: boolean): Readonly<Record<string, unknown>> {
  const names = withDefaults ? Object.keys(SETTINGS) : [...app.given]
  const values = new Map<string, unknown>(Object.entries(app.conf))
  return Object.fromEntries(
    names.filter((name) => values.has(name)).map((name) => [name, shown(name, values.get(name))]),
  )
}

function shown(name: string, value: unknown): unknown {
  // Also what is not set, and names like task_default_routing_key: so does Celery.
  if (SECRET.test(name)) return STARS
  if (typeof value === 'string') return withoutPassword(value)
  return plain(value)
}

function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^:@/\s]*):[^@/\s]*@/g, `$1:${STARS}@`)
}

/** As data that any serializer takes: functions and expressions become their text. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (key, part: unknown) => {
    if (typeof part === 'string') return key !== '' && SECRET.test(key) ? STARS : withoutPassword(part)
    if (typeof part === 'function') return `<function ${part.name || 'anonymous'}>`
    if (isCrontab(part)) return `<crontab: ${scheduleText(part)} (m/h/dM/MY/d)>`
    return part instanceof RegExp ? String(part) : part
  })
  return text === undefined ? null : JSON.parse(text)
}

function isCrontab(value: unknown): value is Crontab {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'crontab' && 'spec' in value
}
