import { dashboardOptions } from './dashboard-options.ts'
import { callOptions, eventsOptions, inspectOptions, purgeOptions, resultOptions } from './remote-options.ts'
import { beatOptions, workerOptions } from './worker-options.ts'

const ALL = [
  dashboardOptions,
  workerOptions,
  beatOptions,
  inspectOptions,
  callOptions,
  resultOptions,
  purgeOptions,
  eventsOptions,
]

/** All `UMBEL_*` variables that mean something to some command: one environment often serves several of them. */
export const knownVariables: readonly string[] = [
  ...new Set(ALL.flatMap((options) => Object.keys(options)).map((name) => `UMBEL_${name.toUpperCase()}`)),
]
