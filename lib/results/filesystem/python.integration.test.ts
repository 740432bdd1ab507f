/** Python's filesystem backend and ours in one folder (wire.md E6). */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { runPython } from '../../testing/celery.ts'
import { meta } from '../conformance.ts'
import { createFilesystemResults } from './filesystem-results.ts'

it('each reads what the other has stored', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'umbel-results-'))
  const url = `file://${folder}`
  const store = createFilesystemResults({ url, runtime: createRuntime(), compression: 'gzip' })
  const failure = { exc_type: 'ValueError', exc_message: ['x', 42], exc_module: 'builtins' }
  await store.set(meta('a', 'SUCCESS', [1, 'ü']), null)
  await store.set(meta('b', 'FAILURE', failure), null)
  await store.saveGroup({ id: 'g', parent: null, results: [[['a', null], null]] }, null)

  const printed = await runPython(
    `
from proj import app
from celery.result import AsyncResult, GroupResult
print(GroupResult.restore('g', app=app).get(timeout=40), repr(app.AsyncResult('b').get(timeout=10, propagate=False)))
app.backend.store_result('c', {'k': None}, 'SUCCESS')
GroupResult('h', [AsyncResult('c')]).save()`,
    { broker: 'memory://', backend: url },
  )

  expect(printed.trim()).toBe(`[[1, 'ü']] ValueError('x', 42)`)
  expect(await store.get('c')).toMatchObject({ status: 'SUCCESS', result: { k: null } })
  expect(await store.getGroup('h')).toEqual({ id: 'h', parent: null, results: [[['c', null], null]] })
  await rm(folder, { recursive: true })
})
