/** The table of options in the docs and the options themselves: the same names, the same sentences. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { globalOptions } from '../../bin/options/celery-options.ts'
import { dashboardOptions } from '../../bin/options/dashboard-options.ts'
import type { Options } from '../../bin/options/option.ts'
import { scheduleOptions } from '../../bin/options/schedule-options.ts'
import { beatOptions, workerOptions } from '../../bin/options/worker-options.ts'

const text = readFileSync(new URL('../../docs/options.md', import.meta.url), 'utf8')
const documented = [...text.matchAll(/^\| `--([a-z0-9-]+)[^`]*` *\|[^|]*\| ([^|]+?) *\|$/gm)].map(
  ([, name = '', says = '']) => [name, says],
)

it('every option of the dashboard is documented with its own sentence, and no other', () => {
  const rows = Object.entries(dashboardOptions).map(([name, { says }]) => [name.replaceAll('_', '-'), says])
  expect(documented).toEqual(rows)
})

const worker = readFileSync(new URL('../../docs/worker.md', import.meta.url), 'utf8')

it.each([
  ['Options of the worker', workerOptions],
  ['Options of beat', beatOptions],
  ['Options of umbel schedule', scheduleOptions],
  ['Options of every command', globalOptions],
] as const)('%s are documented with their own sentences, and no others', (title, options: Options) => {
  const [, section = ''] = worker.split(`## ${title}\n`)
  const [table = ''] = section.split('\n## ')
  const found = [...table.matchAll(/^\| `--([a-z-]+)[^|]*\| ([^|]+?) *\|$/gm)].map(([, name = '', says = '']) => [
    name,
    says,
  ])
  const own = Object.entries(options).filter(
    ([name]) => options === globalOptions || !Object.hasOwn(globalOptions, name),
  )
  expect(found).toEqual(own.map(([name, { says }]) => [name.replaceAll('_', '-'), says]))
})
