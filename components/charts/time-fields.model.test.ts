import { describe, expect, it } from 'vitest'
import { fieldText, readFields } from './time-fields.model.ts'

const FROM = Date.UTC(2026, 10, 21, 13, 2, 10)
const TO = FROM + 90_000

describe('the fields of a span of time', () => {
  it.each(['local', 'utc'] as const)('read what they show, in %s time', (zone) => {
    expect(readFields(fieldText(FROM, zone), fieldText(TO, zone), zone)).toEqual({ fromMs: FROM, toMs: TO })
  })

  it('say what is wrong', () => {
    expect(fieldText(FROM, 'utc')).toBe('2026-11-21T13:02:10')
    expect(readFields('', fieldText(TO, 'utc'), 'utc')).toMatch('beginning')
    expect(readFields(fieldText(FROM, 'utc'), 'soon', 'utc')).toMatch('end is not')
    expect(readFields(fieldText(TO, 'utc'), fieldText(FROM, 'utc'), 'utc')).toMatch('after')
  })
})
