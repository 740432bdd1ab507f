import { expect, it } from 'vitest'
import { createJsonLog } from './json-log.ts'
import { quiet } from './log.ts'

it('writes one object a line, from the least level on', async () => {
  const lines: string[] = []
  const log = await createJsonLog(
    'info',
    (line) => void lines.push(line),
    () => 0,
  )
  log.debug('not this')
  log.info('one\ntwo', { requestId: 'a', count: 1 })
  log.warning('three', { level: 'high' })
  log.error('four')
  expect(log.debug).toBe(quiet)
  expect(lines.every((line) => line.endsWith('\n') && !line.slice(0, -1).includes('\n'))).toBe(true)
  const time = '1970-01-01T00:00:00.000Z'
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { level: 'info', time, requestId: 'a', count: 1, msg: 'one\ntwo' },
    { level: 'warning', time, facts: { level: 'high' }, msg: 'three' },
    { level: 'error', time, msg: 'four' },
  ])
})
