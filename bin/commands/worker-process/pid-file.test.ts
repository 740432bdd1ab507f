import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { takePidFile } from './pid-file.ts'

const path = () => join(mkdtempSync(join(tmpdir(), 'umbel-test-')), 'w.pid')
/** Above pid_max of any Linux. */
const NOBODY = 99_999_999

it('holds the id of this process until it is released', () => {
  const file = path()
  const release = takePidFile(file, () => {})
  expect(readFileSync(file, 'utf8')).toBe(`${process.pid}\n`)
  release()
  expect(() => readFileSync(file)).toThrow('ENOENT')
})

it('is refused while a process that lives holds it', () => {
  const file = path()
  writeFileSync(file, `${process.ppid}\n`)
  expect(() => takePidFile(file, () => {})).toThrow(
    `ERROR: Pidfile (${file}) already exists.\nSeems we're already running? (pid: ${process.ppid})`,
  )
})

it.each([
  [`${NOBODY}\n`, 'Stale pidfile exists - Removing it.'],
  ['', 'Broken pidfile found - Removing it.'],
  ['12', 'Broken pidfile found - Removing it.'],
  ['abc\n', 'Broken pidfile found - Removing it.'],
])('takes over %j', (content, warning) => {
  const file = path()
  writeFileSync(file, content)
  const warn = vi.fn()
  takePidFile(file, warn)()
  expect(warn).toHaveBeenCalledWith(warning)
})
