import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LogFileOptions, openLogFile } from './log-file.ts'
import { logRotation } from './log-rotation.ts'

const at = (day: number, hour = 0, minute = 0, second = 0) => new Date(2026, 10, day, hour, minute, second).getTime() // 2026-11-21 is a Saturday

describe('when', () => {
  it.each([
    ['s', 30, at(21, 8, 5, 9), at(21, 8, 5, 39), '2026-11-21_08-05-09'],
    ['M', 5, at(21, 8, 5, 9), at(21, 8, 10, 9), '2026-11-21_08-05'],
    ['H', 1, at(21, 23, 5), at(22, 0, 5), '2026-11-21_23'],
    ['D', 2, at(21, 8), at(23, 8), '2026-11-21'],
    ['midnight', 1, at(21, 8), at(22), '2026-11-21'],
    ['MIDNIGHT', 3, at(21), at(24), '2026-11-21'],
    ['W5', 1, at(21, 8), at(22), '2026-11-15'],
    ['W0', 1, at(21, 8), at(24), '2026-11-17'],
    ['w6', 2, at(21, 8), at(30), '2026-11-16'],
  ])('%s, every %i', (when, interval, afterMs, endMs, suffix) => {
    const rotation = logRotation(when, interval)
    expect(rotation?.next(afterMs)).toBe(endMs)
    expect(rotation?.suffix(endMs)).toBe(suffix)
    expect(suffix).toMatch(rotation?.suffixes ?? /^$/)
  })

  it.each(['', 'W7', 'W', 'hour', 'constructor'])('%j is none', (when) => expect(logRotation(when, 1)).toBeNull())
})

describe('a file', () => {
  let dir: string
  let path: string
  let nowMs: number
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'umbel-log-'))
    path = join(dir, 'umbel.log')
    nowMs = at(21, 8)
  })
  afterEach(() => rmSync(dir, { recursive: true }))
  const open = (options: Partial<LogFileOptions>) =>
    openLogFile({ path, maxBytes: 0, backups: 0, nowMs: () => nowMs, ...options })
  const files = () => Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]))

  it('by time: one a day, the oldest go, others of the folder stay', () => {
    writeFileSync(join(dir, 'umbel.log.old'), '')
    const file = open({ rotation: logRotation('midnight', 1), backups: 2 })
    for (const day of [21, 22, 23, 24]) {
      nowMs = at(day, 8)
      file.write(`${day} a\n`)
      file.write(`${day} b\n`)
    }
    file.close()
    expect(files()).toEqual({
      'umbel.log': '24 a\n24 b\n',
      'umbel.log.2026-11-23': '23 a\n23 b\n',
      'umbel.log.2026-11-22': '22 a\n22 b\n',
      'umbel.log.old': '',
    })
  })

  it("by time: a restart goes on with today's and ends yesterday's; without a number all are kept", () => {
    writeFileSync(path, 'yesterday\n')
    utimesSync(path, at(20, 23) / 1_000, at(20, 23) / 1_000)
    open({ rotation: logRotation('midnight', 1) }).write('today\n')
    utimesSync(path, nowMs / 1_000, nowMs / 1_000)
    open({ rotation: logRotation('midnight', 1) }).write('today again\n')
    expect(files()).toEqual({ 'umbel.log': 'today\ntoday again\n', 'umbel.log.2026-11-20': 'yesterday\n' })
  })

  it('by size: .1 is the newest; without backups it grows, and is never lost', () => {
    const file = open({ maxBytes: 10, backups: 2 })
    for (const line of ['11111111\n', '22222222\n', '33333333\n', '44444444\n']) file.write(line)
    expect(files()).toEqual({ 'umbel.log': '44444444\n', 'umbel.log.1': '33333333\n', 'umbel.log.2': '22222222\n' })
    const lasting = open({ maxBytes: 10, backups: 0 })
    lasting.write('55555555\n')
    expect(files()['umbel.log']).toBe('44444444\n55555555\n')
  })

  it('what is no file is written to, and never moved', () => {
    symlinkSync('/dev/null', path)
    const rotation = logRotation('S', 1)
    const file = openLogFile({ path, maxBytes: 1, backups: 1, rotation, nowMs: () => (nowMs += 5_000) })
    file.write('a\n')
    file.write('b\n')
    expect(readdirSync(dir)).toEqual(['umbel.log'])
  })
})
