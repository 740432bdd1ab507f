/** Settings from the environment: `CELERY_BROKER_URL`, `CELERY_TASK_ACKS_LATE=true`. */
import type { UmbelError } from '../../errors.ts'
import { SETTINGS, type SettingName, settingFault } from './settings.ts'

const PREFIX = 'CELERY_'

export interface EnvironmentSettings {
  readonly values: Readonly<Record<string, unknown>>
  readonly faults: readonly UmbelError[]
}

/**
 * Every setting under its name in upper case behind `CELERY_`. A text that JSON can read (`true`, `5`, `["a"]`) is
 * that value where the setting takes it. Other variables with this prefix belong to others (`CELERY_APP`).
 */
export function environmentSettings(env: Readonly<Record<string, string | undefined>>): EnvironmentSettings {
  const values: Record<string, unknown> = {}
  const faults: UmbelError[] = []
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || text === undefined || text === '') continue
    const name = variable.slice(PREFIX.length).toLowerCase()
    if (!isKnown(name)) continue
    const value = readings(text).find((one) => settingFault(name, one) === null)
    const fault = value === undefined ? settingFault(name, text, variable) : null
    if (fault === null) values[name] = value
    else faults.push(fault)
  }
  return { values, faults }
}

function isKnown(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name)
}

/** What a text may mean, the likeliest first. */
function readings(text: string): readonly unknown[] {
  const list = text.split(',').map((part) => part.trim())
  const word = text.trim().toLowerCase()
  const truth = ['yes', 'on', '1', 'true'].includes(word)
    ? [true]
    : ['no', 'off', '0', 'false'].includes(word)
      ? [false]
      : []
  try {
    return [JSON.parse(text), ...truth, text, list]
  } catch {
    return [...truth, text, list]
  }
}
