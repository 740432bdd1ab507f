import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { blankRun } from './book-run.ts'
import { createKeptRuns, type KeptLine } from './kept-runs.ts'

const runtime = createRuntime()
let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'umbel-kept-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const runOf = (taskId: string, state: string) => ({
  ...blankRun({ slotMs: 1_000, sentMs: 1_002, taskId, why: 'due', noted: false }),
  ...{ state, startedMs: 1_003, endedMs: state === 'STARTED' ? null : 1_004 },
})
const LINE: KeptLine = { id: 'redis/tick', of: '["a",1]', runs: [runOf('one', 'SUCCESS'), runOf('two', 'STARTED')] }

async function loaded() {
  const kept = createKeptRuns(dir, runtime)
  await kept.load()
  return kept
}

it('has the runs of before the restart, for the same definition alone', async () => {
  const first = await loaded()
  await first.save(() => [LINE])
  const kept = await loaded()
  expect(kept.runsOf('redis/tick', '["a",1]')).toMatchObject([{ taskId: 'one', state: 'SUCCESS' }, { taskId: 'two' }])
  expect(kept.runsOf('redis/tick', '["a",2]')).toEqual([])
  expect(kept.runsOf('redis/other', '["a",1]')).toEqual([])
})

it('does not say that what was under way then is so now', async () => {
  const [, second] = (await loaded()).runsOf('redis/tick', '["a",1]')
  expect(second).toMatchObject({ state: null, startedMs: null, endedMs: null })
})

it('leaves out what cannot be read', async () => {
  const file = join(dir, 'schedule-runs.jsonl')
  await writeFile(file, `{"id": 1}\nno json\n${await readFile(file, 'utf8')}{"id":"cut`)
  expect((await loaded()).runsOf('redis/tick', '["a",1]')).toHaveLength(2)
})
