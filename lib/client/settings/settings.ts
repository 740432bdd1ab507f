/** All settings of an app under Celery's own names: read once, with one clear error per fault. */

import { nearestWord } from '../../errors/nearest-word.ts'
import { UmbelError } from '../../errors.ts'
import { beatSettings } from './beat.ts'
import { brokerSettings } from './broker.ts'
import { resultSettings } from './result.ts'
import type { Setting, ValuesOf } from './setting.ts'
import { taskSettings } from './task.ts'
import { FOREIGN_FAMILIES, NOT_YET, WITHOUT_EFFECT } from './without-effect.ts'
import { workerSettings } from './worker.ts'

export const SETTINGS = {
  ...brokerSettings,
  ...taskSettings,
  ...resultSettings,
  ...workerSettings,
  ...beatSettings,
} as const

/** Every setting with its value. */
export type Conf = ValuesOf<typeof SETTINGS>
export type SettingName = keyof Conf

/** Names with which a rest of Celery's settings is accepted without effect; see without-effect.ts. */
export type GivenSettings = Partial<Conf> & Readonly<Record<string, unknown>>

export function defaultConf(): Conf {
  const values = Object.entries(SETTINGS).map(([name, row]) => [name, row.default])
  // The table and the type are made from the same rows.
  return Object.fromEntries(values) as Conf
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name)
}

/** A setting of Celery that Umbel takes and does not act upon. */
export function isWithoutEffect(name: string): boolean {
  return WITHOUT_EFFECT.has(name) || NOT_YET.has(name) || FOREIGN_FAMILIES.some((family) => name.startsWith(family))
}

/** The value as the setting wants it. Throws option/invalid. */
export function parseSetting<N extends SettingName>(name: N, value: unknown): Conf[N] {
  const row: Setting<unknown> = SETTINGS[name]
  const parsed = row.schema.safeParse(value)
  if (!parsed.success) {
    throw new UmbelError('option/invalid', { option: name, value: shown(value), expected: row.expected })
  }
  // The row of this name made it.
  return parsed.data as Conf[N]
}

/** Throws option/unknown with the nearest name. */
export function refuseUnknown(name: string): void {
  if (isSettingName(name) || isWithoutEffect(name)) return
  throw new UmbelError('option/unknown', { option: name, nearest: nearestWord(name, Object.keys(SETTINGS)) })
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  // A value can hold a password in a URL; it is shown to find the fault, not to be copied.
  return text.replace(/:\/\/[^@/\s]*@/g, '://***@').slice(0, 100)
}
