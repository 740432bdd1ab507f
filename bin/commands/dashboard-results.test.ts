import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { dashboardOptions } from '../options/dashboard-options.ts'
import { optionValues, readArguments } from '../options/parse-options.ts'
import { dashboardResults } from './dashboard-results.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'umbel-results-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function open(argv: readonly string[]) {
  const warnings: string[] = []
  const log = { debug() {}, info() {}, warning: (line: string) => void warnings.push(line), error() {} }
  const options = optionValues(dashboardOptions, readArguments(dashboardOptions, argv), {}, null)
  return { store: dashboardResults(options, createRuntime({ log })), warnings }
}

it('reads results in files', async () => {
  const { store, warnings } = open([`--result-backend=${pathToFileURL(folder)}`])
  await store?.set(
    { task_id: 'a', status: 'SUCCESS', result: 5, traceback: null, children: null, date_done: null },
    null,
  )

  expect(await store?.get('a')).toMatchObject({ status: 'SUCCESS', result: 5 })
  expect(warnings).toEqual([])
  await store?.close()
})

it.each(['db+sqlite:///x', 'rpc://', 'mongodb://h/d'])('goes on without those that it cannot read: %s', (url) => {
  const { store, warnings } = open([`--result-backend=${url}`])
  expect(store).toBeNull()
  expect(warnings[0]).toContain('Results are not read')
})

it('reads none where there is nowhere to read from, or none are wanted', () => {
  expect(open(['--broker=memory://']).store).toBeNull()
  expect(open(['--result-backend=disabled']).store).toBeNull()
})
