import { nearestWord } from '../../lib/errors/nearest-word.ts'
import { UmbelError } from '../../lib/errors.ts'
import type { Environment } from './parse-options.ts'

/** Read by the launcher; no options. */
const LAUNCHER_VARIABLES: readonly string[] = ['UMBEL_CACHE_DIR']
/** Set by the tests for the programs they start. */
const TEST_VARIABLES = 'UMBEL_TEST_'

/**
 * Throws `option/unknown` for a `UMBEL_*` variable that means nothing to any command. The rows of all commands are
 * loaded only where there is one to look for: those of the dashboard bring in half of its server, and a worker has
 * 250 ms to start.
 */
export async function refuseUnknownVariables(environment: Environment): Promise<void> {
  const ours = Object.keys(environment).filter(
    (name) => name.startsWith('UMBEL_') && !name.startsWith(TEST_VARIABLES) && !LAUNCHER_VARIABLES.includes(name),
  )
  if (ours.length === 0) return
  const { knownVariables } = await import('./known-variables.ts')
  for (const variable of ours) {
    if (knownVariables.includes(variable)) continue
    const option = `environment ${variable.slice(0, 100)}`
    throw new UmbelError('option/unknown', { option, nearest: nearestWord(variable, knownVariables) })
  }
}
