/**
 * A library that few schedules need, loaded when the first of them is asked: a worker's start and a page pay nothing.
 * Schedules answer at once and not later, so it is loaded in one step (require); where there is none (a page), by
 * `load` beforehand.
 */
import { UmbelError } from '../errors.ts'

export interface KeptLibrary<T> {
  /** Throws schedule/invalid where it cannot be loaded in one step and `load` was not called. */
  get(): T
  load(): Promise<void>
}

export function keptLibrary<T>(name: string, load: () => Promise<T>): KeptLibrary<T> {
  let loaded: T | null = null
  return {
    get() {
      loaded ??= required<T>(name)
      return loaded
    },
    async load() {
      loaded = await load()
    },
  }
}

function required<T>(name: string): T {
  const builtIn = globalThis.process?.getBuiltinModule?.('node:module')
  if (builtIn === undefined) {
    throw new UmbelError('schedule/invalid', {
      field: 'schedule',
      value: name,
      reason: `The library ${name} is not loaded here.`,
      expected: 'loadSchedules() to be called before',
    })
  }
  return builtIn.createRequire(import.meta.url)(name) as T // its own types say what it exports
}
