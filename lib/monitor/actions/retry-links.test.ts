import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLog } from '../../runtime/log.ts'
import { createRetryLinks } from './retry-links.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'umbel-links-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

async function open(maxLinks?: number) {
  const links = createRetryLinks({ dataDir, log: silentLog, ...(maxLinks !== undefined && { maxLinks }) })
  await links.load()
  return links
}

it('links both ways, also after a restart', async () => {
  const first = await open()
  await first.add('a', 'b')
  await first.add('a', 'c')
  await first.add('c', 'd')
  for (const links of [first, await open()]) {
    expect(links.retriedAs('a')).toEqual(['b', 'c'])
    expect(links.retryOf('c')).toBe('a')
    expect(links.retryOf('d')).toBe('c')
    expect([links.retryOf('a'), links.retriedAs('d')]).toEqual([null, []])
  }
})

it('passes over half a line at the end, and the next link is not lost with it', async () => {
  const first = await open()
  await first.add('a', 'b')
  await appendFile(join(dataDir, 'retries.jsonl'), '["c","')
  const second = await open()
  await second.add('e', 'f')

  const third = await open()
  expect([third.retryOf('b'), third.retryOf('f')]).toEqual(['a', 'e'])
})

it('passes over lines that are no links', async () => {
  await writeFile(join(dataDir, 'retries.jsonl'), '{}\n[1,2]\nnull\n\n["a"]\n["a","b"]\n')
  expect((await open()).retryOf('b')).toBe('a')
})

it('forgets the oldest above its bound, in memory and in the file', async () => {
  const links = await open(10)
  for (let i = 0; i < 100; i++) await links.add('original', `repeat-${i}`)
  expect(links.retriedAs('original')).toHaveLength(10)
  expect(links.retryOf('repeat-99')).toBe('original')
  expect(links.retryOf('repeat-0')).toBeNull()

  const again = await open(10)
  expect(again.retriedAs('original')).toEqual(links.retriedAs('original'))
  expect((await readFile(join(dataDir, 'retries.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(10)
})

it('keeps what it writes to its owner', async () => {
  await (await open()).add('a', 'b')
  expect((await stat(join(dataDir, 'retries.jsonl'))).mode & 0o777).toBe(0o600)
})

it('keeps links in memory when there is no folder, or none that can be written', async () => {
  const nowhere = createRetryLinks({ dataDir: null, log: silentLog })
  await nowhere.load()
  await nowhere.add('a', 'b')
  expect(nowhere.retryOf('b')).toBe('a')

  await writeFile(join(dataDir, 'file'), '')
  const blocked = createRetryLinks({ dataDir: join(dataDir, 'file'), log: silentLog })
  await blocked.load()
  await blocked.add('a', 'b')
  expect(blocked.retryOf('b')).toBe('a')
})
