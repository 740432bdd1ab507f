import { dashboardOptions } from './dashboard-options.ts'
import { beatOptions, workerOptions } from './worker-options.ts'

/** Read by the launcher and the tests; no options. */
const OTHERS = ['UMBEL_CACHE_DIR']

/** All `UMBEL_*` variables that mean something to some command: one environment often serves several of them. */
export const knownVariables: readonly string[] = [
  ...new Set(
    [dashboardOptions, workerOptions, beatOptions]
      .flatMap((options) => Object.keys(options))
      .map((name) => `UMBEL_${name.toUpperCase()}`),
  ),
  ...OTHERS,
]
