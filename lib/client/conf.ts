/** The settings of an app as users see them: `app.conf.task_routes = {...}` is checked when it is written. */
import { UmbelError } from '../errors.ts'
import { environmentSettings } from './settings/environment.ts'
import {
  type Conf,
  defaultConf,
  isSettingName,
  parseSetting,
  settingFault,
  unknownSetting,
} from './settings/settings.ts'
import { namedAsCelery } from './settings/source.ts'

type Values = Readonly<Record<string, unknown>>

/** Where a value comes from; a later one of these wins (client-cli.md A1). */
const LAYERS = ['source', 'code', 'environment', 'command'] as const
export type Layer = (typeof LAYERS)[number]

/** `app.conf.update({...})`, as in Celery, sets several. Not enumerable: the rest are settings. */
export type WritableConf = Conf & { readonly update: (values: Values) => void }

export interface ConfState {
  readonly conf: WritableConf
  /** Names that were given, in order, also those without effect. */
  readonly given: ReadonlySet<string>
  /** Sets several, or nothing when there is a fault; all faults are told at once. */
  update(layer: Layer, values: Values, namespace?: string | null): void
}

export interface ConfOptions {
  /** What the constructor of the app was given. */
  readonly values: Values
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly onChange: (conf: Conf) => void
}

/** Throws option/unknown, option/invalid, settings/mixed or, for several faults, settings/invalid. */
export function createConf({ values, environment, onChange }: ConfOptions): ConfState {
  const current = defaultConf()
  const given = new Set<string>()
  const layers: Record<Layer, Values> = { source: {}, code: {}, environment: {}, command: {} }

  function update(layer: Layer, written: Values, namespace: string | null = null): void {
    const changes = namedAsCelery(written, namespace)
    const names = Object.keys(changes).filter((name) => changes[name] !== undefined)
    refuseFaults(names.map((name) => faultOf(name, changes[name])))
    apply(layer, Object.fromEntries(names.map((name) => [name, changes[name]])))
  }

  function apply(layer: Layer, changes: Values): void {
    for (const name of Object.keys(changes)) given.add(name)
    const known = Object.entries(changes).flatMap(([name, value]) =>
      isSettingName(name) ? [[name, parseSetting(name, value)] as const] : [],
    )
    layers[layer] = { ...layers[layer], ...Object.fromEntries(known) }
    Object.assign(current, ...LAYERS.map((one) => layers[one]))
    onChange(current)
  }

  Object.defineProperty(current, 'update', { value: (more: Values) => update('code', more) })
  // The method was just defined.
  const conf = new Proxy(current as WritableConf, {
    set(_target, name, value) {
      update('code', { [String(name)]: value })
      return true
    },
  })
  const found = environmentSettings(environment)
  refuseFaults(found.faults)
  update('code', values)
  apply('environment', found.values)
  return { conf, given, update }
}

function faultOf(name: string, value: unknown): UmbelError | null {
  return isSettingName(name) ? settingFault(name, value) : unknownSetting(name)
}

function refuseFaults(found: readonly (UmbelError | null)[]): void {
  const faults = found.filter((fault) => fault !== null)
  const [first] = faults
  if (first === undefined) return
  if (faults.length === 1) throw first
  throw new UmbelError('settings/invalid', { faults: faults.map(({ message }) => message) })
}
