/** The settings of an app as users see them: `app.conf.task_routes = {...}` is checked when it is written. */
import { type Conf, defaultConf, isSettingName, parseSetting, refuseUnknown } from './settings/settings.ts'

export interface ConfState {
  readonly conf: Conf
  /** Names that were given, in order, also those without effect. */
  readonly given: ReadonlySet<string>
  /** Sets several; throws option/unknown or option/invalid at the first fault and then sets nothing. */
  update(values: Readonly<Record<string, unknown>>): void
}

export function createConf(values: Readonly<Record<string, unknown>>, onChange: () => void): ConfState {
  const current = defaultConf()
  const given = new Set<string>()

  function update(changes: Readonly<Record<string, unknown>>): void {
    const parsed: [string, unknown][] = []
    for (const [name, value] of Object.entries(changes)) {
      refuseUnknown(name)
      if (value === undefined) continue
      given.add(name)
      if (isSettingName(name)) parsed.push([name, parseSetting(name, value)])
    }
    Object.assign(current, Object.fromEntries(parsed))
    onChange()
  }

  const conf = new Proxy(current, {
    set(_target, name, value) {
      update({ [String(name)]: value })
      return true
    },
  })
  update(values)
  return { conf, given, update }
}
