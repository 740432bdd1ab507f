import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '../../runtime/log.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { pythonPath } from '../../testing/celery.ts'
import { exerciseScheduleStore, sampleEntry } from '../conformance.ts'
import type { OutgoingRun, Run } from '../schedule-store.ts'
import { createFileScheduleStore } from './file-schedule-store.ts'

let dir = ''
let path = ''
const said: string[] = []
const log = { ...silentLog, error: (text: string) => said.push(text) }
const runtime = createRuntime({ log })
const create = () => createFileScheduleStore({ path, runtime })

async function fresh(): Promise<void> {
  if (dir !== '') await rm(dir, { recursive: true })
  dir = await mkdtemp(join(tmpdir(), 'umbel-schedule-'))
  path = join(dir, 'deep', 'beat.json')
  said.length = 0
}

exerciseScheduleStore('file', {
  reset: fresh,
  create,
  async putBroken(name) {
    const value = JSON.parse(await readFile(path, 'utf8'))
    value.entries[name] = { task: 'proj.add', schedule: { __type__: 'crontab', minute: '61' } }
    await writeFile(path, JSON.stringify(value))
  },
})

describe('the file', () => {
  const T0 = Math.floor(Date.now() / 1_000) * 1_000
  const run = (name: string, slotMs: number): Run => ({
    ...{ name, slotMs, nowMs: slotMs, totalRunCount: 1, nextMs: null, why: 'due' },
  })
  const message: OutgoingRun = {
    ...{ taskId: 'an-id', queue: 'q', envelope: { body: '', headers: {}, properties: {} } as never }, // not looked at
    publish: async () => {},
  }
  beforeEach(async () => {
    await fresh()
    path = join(dir, 'beat.json')
  })
  afterEach(async () => {
    await chmod(dir, 0o755)
  })

  test('F4: a program that is killed after it sent does not send again', async () => {
    const killed = create()
    await killed.open()
    await killed.adopt([sampleEntry('one', { origin: 'code' })], T0)
    expect(await killed.send(run('one', T0 + 30_000), message, null)).toBe('sent')

    const next = create()
    await next.open()
    expect((await next.load()).entries[0]?.state).toMatchObject({ lastRunMs: T0 + 30_000, totalRunCount: 1 })
    expect(await next.send(run('one', T0 + 30_000), message, null)).toBe('taken')
    await next.sync()
    expect((await readdir(dir)).sort()).toEqual(['beat.json'])
    await next.close()
    await killed.close()
  })

  test('F4: what a killed program had noted and not sent is due again, once; what it sent is not', async () => {
    const program = `
      import { createFileScheduleStore } from ${JSON.stringify(new URL('./file-schedule-store.ts', import.meta.url).href)}
      import { createRuntime } from ${JSON.stringify(new URL('../../runtime/runtime.ts', import.meta.url).href)}
      const [path, entries, runs, slow] = JSON.parse(process.argv[1])
      const store = createFileScheduleStore({ path, runtime: createRuntime() })
      await store.open()
      await store.adopt(entries, ${T0})
      await store.send(runs[0], { taskId: 'a', publish: async () => {} }, null)
      void store.send(runs[1], { taskId: 'b', publish: () => new Promise(() => {}) }, null)
      await store.runs('one', 1)
      if (slow) await store.sync()
      process.kill(process.pid, 'SIGKILL')`
    for (const slow of [false, true]) {
      await rm(path, { force: true })
      const entries = ['one', 'two'].map((name) => sampleEntry(name, { origin: 'code' }))
      const runs = [run('one', T0 + 30_000), run('two', T0 + 30_000)]
      const args = ['--input-type=module', '-e', program, '--', JSON.stringify([path, entries, runs, slow])]
      expect(() => execFileSync(process.execPath, args)).toThrow()

      const next = create()
      await next.open()
      await next.adopt(entries, T0 + 60_000)
      const states = (await next.load()).entries.map(({ entry, state }) => [entry.name, state.lastRunMs])
      expect(states.sort()).toEqual([
        ['one', T0 + 30_000],
        ['two', T0],
      ])
      expect(await next.send(run('one', T0 + 30_000), message, null)).toBe('taken')
      expect(await next.send(run('two', T0 + 30_000), message, null)).toBe('sent')
      const third = create()
      await third.open()
      await third.adopt(entries, T0 + 60_000)
      expect(await third.send(run('two', T0 + 30_000), message, null)).toBe('taken')
      await next.close()
      await third.close()
    }
  })

  const shelve = `import shelve, sys
with shelve.open(sys.argv[1]) as s: s["entries"] = {}; s["__version__"] = "5.7.0"`

  test.each<[string, () => Promise<void>]>([
    ['cut short', () => writeFile(path, '{"format": "umbel-schedule", "version": 1, "entries": {"a": {"ta')],
    ['random bytes', () => writeFile(path, Buffer.from('9f8e00ff1b2c3d4e5f60718293a4b5c6', 'hex'))],
    ['of another version', () => writeFile(path, '{"format": "umbel-schedule", "version": 99, "entries": {}}')],
    ['other JSON', () => writeFile(path, '[1, 2, 3]')],
    ['empty', () => writeFile(path, '')],
    ["Python's shelve", async () => void execFileSync(pythonPath(), ['-c', shelve, path])],
  ])('F5: a file that is %s is kept aside, told of, and begun anew', async (_, make) => {
    await make()
    const before = await readdir(dir)
    const store = create()

    await store.open()
    await store.adopt([sampleEntry('one', { origin: 'code' })], T0)
    await store.close()

    const after = await readdir(dir)
    if (before.includes('beat.json')) {
      expect(after.filter((name) => /^beat\.json\.corrupt-\d{8}T\d{6}Z$/.test(name))).toHaveLength(1)
      expect(said).toEqual([expect.stringContaining('cannot be read and is begun anew')])
    }
    const again = create()
    await again.open()
    expect((await again.load()).entries.map(({ entry }) => entry.name)).toEqual(['one'])
    await again.close()
  })

  test('a disk that takes nothing is told of once; runs go on in memory and are written when it takes them', async () => {
    const store = create()
    await store.open()
    await store.adopt([sampleEntry('one', { origin: 'code' })], T0)
    await store.close()
    const full = createFileScheduleStore({ path: '/dev/full/beat.json', runtime })
    await full.open()
    await full.adopt([sampleEntry('one', { origin: 'code' })], T0)
    expect(await full.send(run('one', T0 + 30_000), message, null)).toBe('sent')
    expect(await full.send(run('one', T0 + 30_000), message, null)).toBe('taken')
    await full.sync()

    expect((await full.load()).entries[0]?.state.lastRunMs).toBe(T0 + 30_000)
    expect(said).toEqual([expect.stringContaining('cannot be written')])
    await expect(full.setEnabled('one', false)).rejects.toMatchObject({ code: 'schedule/unavailable' })
    await full.close()
  })

  test('edits of several programs at once are all there', async () => {
    const stores = [create(), create(), create()]
    await Promise.all(
      stores.map(async (store, n) => {
        await store.open()
        for (let i = 0; i < 10; i++) await store.put(sampleEntry(`${n} ${i}`), 'add')
      }),
    )

    const { entries, version } = (await stores[0]?.load()) ?? { entries: [], version: '' }
    expect(entries).toHaveLength(30)
    expect(version).toBe('30')
    await Promise.all(stores.map((store) => store.close()))
    expect(await readdir(dir)).toEqual(['beat.json'])
  })
})
