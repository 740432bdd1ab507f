import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { crontab } from './crontab.ts'
import { keptLibrary } from './kept-library.ts'
import { rrule } from './rrule.ts'
import { loadSchedules, nextFireMs } from './schedule.ts'
import { solar } from './solar.ts'

const PROGRAM = `
import { createRequire } from 'node:module'
import { crontab } from './crontab.ts'
import { nextFireMs } from './schedule.ts'
import { solar } from './solar.ts'
const paths = () => Object.keys(createRequire(import.meta.url).cache)
const isLoaded = () => paths().some((path) => path.includes('/node_modules/astronomy-engine/'))
const seen = [crontab({ minute: 5 }), solar('sunrise', 52, 13)].map((schedule) => {
  nextFireMs(schedule, 0, 'UTC')
  return isLoaded()
})
console.log(JSON.stringify(seen))
`

// In a program of its own: other tests of this one load the library too.
test('the position of the sun is loaded by the first schedule that asks for it, not before', () => {
  const options = { cwd: import.meta.dirname, encoding: 'utf8' } as const
  const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', PROGRAM], options)
  expect(JSON.parse(printed)).toEqual([false, true])
})

test('where nothing can be loaded at once, it is loaded before', async () => {
  const library = keptLibrary('no-such-library', async () => ({ answer: 42 }))

  expect(() => library.get()).toThrow('no-such-library')
  await library.load()
  expect(library.get()).toEqual({ answer: 42 })
})

test('a page loads what its schedules need, and they answer', async () => {
  const parts = { weekStart: null, count: null, untilMs: null, parts: {} }
  const rule = rrule({ freq: 'DAILY', startMs: 0, offsetMinutes: 0, every: 1, ...parts })
  await loadSchedules([crontab(), solar('sunset', 0, 0), rule])

  expect(nextFireMs(rule, 0, 'UTC')).toBe(86_400_000)
  expect(nextFireMs(solar('solar_noon', 0, 0), 0, 'UTC')).toBeGreaterThan(0)
})
