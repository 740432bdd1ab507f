/** Settings as somebody wrote them, under Celery's names: Django's prefix and the old upper-case names are undone. */
import { UmbelError } from '../../errors.ts'
import { createOldNames } from './old-names.ts'
import { SETTINGS } from './settings.ts'

type Values = Readonly<Record<string, unknown>>

let oldNames: ReadonlyMap<string, string> | null = null

/**
 * With a namespace (`CELERY`) only keys that begin with it count, and without it they are settings in upper case
 * (`CELERY_TASK_ACKS_LATE`). Throws settings/mixed where old and new names stand together, as Celery does: half of them
 * would be forgotten when the old ones go away.
 */
export function namedAsCelery(values: Values, namespace: string | null = null): Values {
  oldNames ??= createOldNames(Object.keys(SETTINGS))
  const entries = Object.entries(values)
  if (namespace !== null) return withoutPrefix(entries, namespace, oldNames)
  const old = entries.filter(([key]) => oldNames?.has(key))
  if (old.length === 0) return values
  mustNotMix(entries, oldNames)
  // Given in both forms, the new one counts.
  const renamed = old.map(([key, value]) => [oldNames?.get(key) ?? key, value] as const)
  return { ...Object.fromEntries(renamed), ...Object.fromEntries(entries.filter(([key]) => !oldNames?.has(key))) }
}

function withoutPrefix(
  entries: readonly (readonly [string, unknown])[],
  namespace: string,
  old: ReadonlyMap<string, string>,
): Values {
  const prefix = namespace.endsWith('_') ? namespace : `${namespace}_`
  const ours = entries.filter(([key]) => key.startsWith(prefix))
  return Object.fromEntries(
    ours.map(([key, value]) => {
      const name = key.slice(prefix.length).toLowerCase()
      return [Object.hasOwn(SETTINGS, name) ? name : (old.get(key) ?? name), value]
    }),
  )
}

function mustNotMix(entries: readonly (readonly [string, unknown])[], old: ReadonlyMap<string, string>): void {
  const keys = new Set(entries.map(([key]) => key))
  const inOld = [...keys].filter((key) => old.has(key))
  const inNew = [...keys].filter((key) => Object.hasOwn(SETTINGS, key))
  const twice = new Set(inOld.map((key) => old.get(key) ?? '').filter((name) => keys.has(name)))
  const stray = inNew.filter((key) => !twice.has(key))
  if (stray.length === 0) return
  const renames = inOld.filter((key) => !twice.has(old.get(key) ?? '')).map((key) => `${key} -> ${old.get(key)}`)
  if (renames.length > 0) throw new UmbelError('settings/mixed', { renames: renames.sort() })
}
