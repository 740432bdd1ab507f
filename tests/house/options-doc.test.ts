/** The table of options in the docs and the options themselves: the same names, the same sentences. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { dashboardOptions } from '../../bin/options/dashboard-options.ts'

const text = readFileSync(new URL('../../docs/options.md', import.meta.url), 'utf8')
const documented = [...text.matchAll(/^\| `--([a-z-]+)[^`]*` *\|[^|]*\| ([^|]+?) *\|$/gm)].map(
  ([, name = '', says = '']) => [name, says],
)

it('every option of the dashboard is documented with its own sentence, and no other', () => {
  const rows = Object.entries(dashboardOptions).map(([name, { says }]) => [name.replaceAll('_', '-'), says])
  expect(documented).toEqual(rows)
})
