import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { type AuditLine, createAudit } from './audit.ts'
import type { AuditSearch } from './read-audit.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'umbel-audit-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const line = (target: string, more: Partial<AuditLine> = {}): Omit<AuditLine, 'at'> => ({
  ...{ who: 'ann', role: 'admin', from: '10.0.0.1', via: 'basic', action: 'task.revoke' },
  ...{ targets: [target], count: 1, outcome: 'done', reason: null, ...more },
})
const all: AuditSearch = { who: '', what: '', q: '', outcome: null, before: null, limit: 100 }
const targets = (lines: readonly AuditLine[]) => lines.map((each) => each.targets[0])

it.each([['in a file'], ['in memory']])('is read newest first, page by page, %s', async (where) => {
  const audit = createAudit({ dataDir: where === 'in memory' ? null : dataDir, runtime: createRuntime() })
  await Promise.all(Array.from({ length: 25 }, (_, i) => audit.write(line(`t${i}`))))

  const first = await audit.read({ ...all, limit: 10 })
  const second = await audit.read({ ...all, limit: 10, before: first.next })
  const third = await audit.read({ ...all, limit: 10, before: second.next })

  expect(targets(first.lines)).toEqual(Array.from({ length: 10 }, (_, i) => `t${24 - i}`))
  expect(targets([...second.lines, ...third.lines])).toEqual(Array.from({ length: 15 }, (_, i) => `t${14 - i}`))
  expect(third.next).toBeNull()
})

it.each([
  [{ who: 'NN' }, ['b', 'a']],
  [{ what: 'worker' }, ['c']],
  [{ outcome: 'refused' as const }, ['c']],
  [{ q: 'no right' }, ['c']],
  [{ q: '10.0.0.2' }, ['c']],
  [{ who: 'anonymous' }, ['c']],
  [{ who: 'ann', q: '"a"' }, ['a']],
  [{ q: 'nothing like it' }, []],
])('finds %j', async (search, expected) => {
  const audit = createAudit({ dataDir, runtime: createRuntime() })
  await audit.write(line('a'))
  await audit.write(line('b'))
  const refused = { who: null, action: 'worker.shutdown', outcome: 'refused', reason: 'no right', from: '10.0.0.2' }
  await audit.write(line('c', refused as Partial<AuditLine>))

  expect(targets((await audit.read({ ...all, ...search })).lines)).toEqual(expected)
})

it('puts full files aside, keeps five of them, and reads on from one to the next', async () => {
  const audit = createAudit({ dataDir, runtime: createRuntime(), fileBytes: 2_000 })
  for (let i = 0; i < 200; i++) await audit.write(line(`t${i}`))

  const files = (await readdir(dataDir)).sort()
  expect(files).toEqual(['audit.jsonl', ...[1, 2, 3, 4, 5].map((number) => `audit.jsonl.${number}`)])
  for (const file of files) expect((await stat(join(dataDir, file))).size).toBeLessThan(2_400)
  const found = targets((await audit.read({ ...all, limit: 1_000 })).lines)
  expect(found.length).toBeGreaterThan(50)
  expect(found).toEqual(Array.from({ length: found.length }, (_, i) => `t${199 - i}`))
})

it('goes on after a restart, over lines that are none and lines of earlier versions', async () => {
  const file = join(dataDir, 'audit.jsonl')
  await createAudit({ dataDir, runtime: createRuntime() }).write(line('a'))
  await appendFile(file, 'half a li\n{"at":"2026-01-01T00:00:00.000Z"}\n')
  const old = { at: '2026-01-01T00:00:00.000Z', who: 'eve', role: 'admin', action: 'x', targets: ['old'], count: 1 }
  await appendFile(file, `${JSON.stringify({ ...old, outcome: 'done', reason: null })}\n${'x'.repeat(200_000)}\n`)
  const audit = createAudit({ dataDir, runtime: createRuntime() })
  await audit.write(line('b'))

  const { lines } = await audit.read(all)

  expect(targets(lines)).toEqual(['b', 'old', 'a'])
  expect(lines[1]).toMatchObject({ from: null, via: 'none' })
})

it.each(['', 'x', '0', '-1.2', '99.5', '0.99999999999', '0.5; rm'])(
  'takes %j for a place to go on from',
  async (before) => {
    const audit = createAudit({ dataDir, runtime: createRuntime() })
    await audit.write(line('a'))

    expect((await audit.read({ ...all, before })).lines.length).toBeLessThanOrEqual(1)
  },
)
