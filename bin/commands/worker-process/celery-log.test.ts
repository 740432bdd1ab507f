import { expect, it } from 'vitest'
import { createCeleryLog, createLineWriter, localTime } from './celery-log.ts'

const NOW_MS = Date.UTC(2026, 10, 21, 6, 48, 10, 34)

function logged(work: (log: ReturnType<typeof createCeleryLog>) => void): string {
  let text = ''
  const lines = createLineWriter((piece) => {
    text += piece
  })
  work(createCeleryLog('info', lines, () => NOW_MS))
  lines.flush()
  return text
}

it('writes lines as Celery does, one for one', () => {
  const stamp = localTime(new Date(NOW_MS))
  expect(logged((log) => log.info('w1@box ready.'))).toBe(`[${stamp},034: INFO/MainProcess] w1@box ready.\n`)
  expect(logged((log) => log.debug('nothing'))).toBe('')
  expect(logged((log) => log.warning('a\nb', { c: '\u001b[2J' }))).toContain('a\\u000ab {"c":"\\u001b[2J"}\n')
})

it('writes a traceback on lines of its own', () => {
  const text = logged((log) => log.error('Task x raised', { traceback: 'Traceback:\n  here\nValueError: b\n' }))
  expect(text).toMatch(/Task x raised\nTraceback:\n {2}here\nValueError: b\n$/)
})
