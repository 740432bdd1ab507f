import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { exerciseResults, meta } from '../conformance.ts'
import { createFilesystemResults, type FilesystemResultsOptions } from './filesystem-results.ts'

const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function open(options: Partial<FilesystemResultsOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'umbel-results-'))
  folders.push(folder)
  const store = createFilesystemResults({ url: String(pathToFileURL(folder)), runtime: createRuntime(), ...options })
  await store.open()
  return { store, folder }
}

const close = async () => {}
const limits = { longestId: 200, expires: false }
exerciseResults('filesystem', { open: async () => (await open()).store, close, ...limits })
exerciseResults('filesystem, compressed', {
  open: async () => (await open({ compression: 'gzip' })).store,
  close,
  ...limits,
})

it('names the files as Python does, and leaves no others', async () => {
  const { store, folder } = await open()
  await store.set(meta('a', 'SUCCESS', 6), null)
  await store.saveGroup({ id: 'g', parent: null, results: [] }, null)
  expect((await readdir(folder)).sort()).toEqual(['celery-task-meta-a', 'celery-taskset-meta-g'])
  const text = await readFile(join(folder, 'celery-task-meta-a'), 'utf8')
  expect(JSON.parse(text)).toEqual({ ...meta('a', 'SUCCESS', 6) })
})

it('an id never leads out of the folder', async () => {
  const { store, folder } = await open()
  for (const id of ['../x', '/etc/passwd', 'a/../../x', 'nul\0']) {
    expect(await store.get(id)).toBeNull()
    await store.delete(id)
    await expect(store.set(meta(id, 'SUCCESS'), null)).rejects.toMatchObject({ code: 'message/invalid' })
  }
  expect(await readdir(folder)).toEqual([])
})

it('a file that is written at this moment is read again', async () => {
  const { store, folder } = await open()
  const file = join(folder, 'celery-task-meta-a')
  await writeFile(file, '{"status": "SUC')
  const reading = store.get('a')
  await writeFile(file, JSON.stringify(meta('a', 'SUCCESS')))
  expect((await reading)?.status).toBe('SUCCESS')
  await writeFile(file, 'no JSON')
  expect((await store.get('a'))?.status).toBe('unreadable')
})

it('deletes what is older than results are kept', async () => {
  const { store, folder } = await open({ resultExpiresMs: 60_000 })
  for (const id of ['old', 'new']) await store.set(meta(id, 'SUCCESS'), null)
  await writeFile(join(folder, 'something else'), '')
  const before = new Date(Date.now() - 120_000)
  for (const name of ['celery-task-meta-old', 'something else']) await utimes(join(folder, name), before, before)
  await store.cleanup?.()
  expect((await readdir(folder)).sort()).toEqual(['celery-task-meta-new', 'something else'])
})

it('says that the folder is missing', async () => {
  const store = createFilesystemResults({ url: 'file:///nowhere/at/all', runtime: createRuntime() })
  await expect(store.open()).rejects.toMatchObject({ code: 'broker/unreachable' })
})
