import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeFolder } from './make-folder.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'umbel-folder-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

it('makes a folder and those it is in, with the rights that were asked for; once more it is there', async () => {
  const path = join(dir, 'a', 'b')
  for (let i = 0; i < 2; i++) await makeFolder(path, 0o700)
  for (const one of [path, join(dir, 'a')]) expect((await stat(one)).mode & 0o777).toBe(0o700)
})

it('says so where none can be made', async () => {
  await expect(makeFolder('/proc/nowhere/umbel')).rejects.toThrow('ENOENT')
})
