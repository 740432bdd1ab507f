/** All settings of an app under Celery's own names: read once, with one clear error per fault. */

import { nearestWord } from '../../errors/nearest-word.ts'
import { UmbelError } from '../../errors.ts'
import { beatSettings } from './beat.ts'
import { brokerSettings } from './broker.ts'
import { FOREIGN_FAMILIES, inertSettings } from './inert.ts'
import { redbeatSettings } from './redbeat.ts'
import { resultSettings } from './result.ts'
import { securitySettings } from './security.ts'
import type { Setting, ValuesOf } from './setting.ts'
import { taskSettings } from './task.ts'
import { workerSettings } from './worker.ts'

export const SETTINGS = {
  ...brokerSettings,
  ...taskSettings,
  ...resultSettings,
  ...workerSettings,
  ...beatSettings,
  ...redbeatSettings,
  ...securitySettings,
  ...inertSettings,
} as const

/** Every setting with its value. */
export type Conf = ValuesOf<typeof SETTINGS>
export type SettingName = keyof Conf

/** Names with which a rest of Celery's settings is accepted without effect; see inert.ts. */
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
  if (isSettingName(name)) return Object.hasOwn(inertSettings, name)
  return FOREIGN_FAMILIES.some((family) => name.startsWith(family))
}

/** The value as the setting wants it. Throws option/invalid. */
export function parseSetting<N extends SettingName>(name: N, value: unknown): Conf[N] {
  const row: Setting<unknown> = SETTINGS[name]
  const parsed = row.schema.safeParse(value)
  if (!parsed.success) throw invalid(name, row, value, parsed.error.issues)
  // The row of this name made it.
  return parsed.data as Conf[N]
}

/** Why a setting cannot have this value; null when it can. `shownName`: under which name it was written. */
export function settingFault(name: SettingName, value: unknown, shownName: string = name): UmbelError | null {
  const row: Setting<unknown> = SETTINGS[name]
  const parsed = row.schema.safeParse(value)
  return parsed.success ? null : invalid(shownName, row, value, parsed.error.issues)
}

function invalid(
  name: string,
  row: Setting<unknown>,
  value: unknown,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string; readonly code: string }[],
): UmbelError {
  const [issue] = issues
  // Only a check of ours says more than which type was expected.
  const own = issue?.code === 'custom' && issue.message !== 'Invalid input' ? issue.message : null
  const path = (issue?.path ?? []).map(String)
  const inside = path.length > 0 && own === null && typeof value === 'object' && value !== null
  const option = inside ? `${name}.${path.join('.')}` : name
  const part = inside ? path.reduce<unknown>((whole, key) => Object(whole)[key], value) : value
  return new UmbelError('option/invalid', { option, value: shown(part), expected: own ?? row.expected })
}

/** What is wrong with a name, null when it is a setting. The error names the nearest. */
export function unknownSetting(name: string): UmbelError | null {
  if (isSettingName(name) || isWithoutEffect(name)) return null
  return new UmbelError('option/unknown', { option: name, nearest: nearestWord(name, Object.keys(SETTINGS)) })
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  // A value can hold a password in a URL; it is shown to find the fault, not to be copied.
  return text.replace(/:\/\/[^@/\s]*@/g, '://***@').slice(0, 100)
}
