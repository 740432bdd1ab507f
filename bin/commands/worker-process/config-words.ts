/** Settings behind the options: `umbel worker -A x worker.prefetch_multiplier=1` (client-cli.md B2). */
import type { Celery } from '../../../lib/client/celery.ts'
import { isUmbelError, UmbelError } from '../../../lib/errors.ts'

/** Throws `command/usage` as Celery does for what is no setting. */
export function configure(app: Celery, words: readonly string[], namespace: string): void {
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals < 0) throw refused(`${word} is no key=value`)
    const name = settingName(word.slice(0, equals).toLowerCase(), namespace)
    try {
      app.configure({ [name]: readValue(word.slice(equals + 1)) })
    } catch (error) {
      if (!isUmbelError(error)) throw error
      throw refused(error.code === 'option/unknown' ? `'${name}'` : error.message)
    }
  }
}

/** `.x` is one of the command's own, `broker.x` one of the broker's. */
function settingName(key: string, namespace: string): string {
  const dot = key.indexOf('.')
  return dot < 0 ? key : `${key.slice(0, dot) || namespace}_${key.slice(dot + 1)}`
}

function readValue(text: string): unknown {
  if (/^(yes|on)$/i.test(text)) return true
  if (/^(no|off)$/i.test(text)) return false
  try {
    return JSON.parse(/^(true|false)$/i.test(text) ? text.toLowerCase() : text)
  } catch {
    return text
  }
}

function refused(reason: string): UmbelError {
  const text = `Unable to parse extra configuration from command line.\nReason: ${reason}`
  return new UmbelError('command/usage', { reason: text })
}
