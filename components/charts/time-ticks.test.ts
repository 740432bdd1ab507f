import { describe, expect, it } from 'vitest'
import { timeTicks } from './time-ticks.ts'

const at = (text: string) => Date.parse(`${text}Z`)
const labels = (from: string, to: string, most: number, offsetMs = 0) =>
  timeTicks(at(from), at(to), most, offsetMs).map((tick) => tick.label)

describe('timeTicks', () => {
  it('puts ticks on round minutes', () => {
    expect(labels('2026-11-21T14:02:10', '2026-11-21T14:17:10', 4)).toEqual(['14:05', '14:10', '14:15'])
    expect(labels('2026-11-21T13:02:10', '2026-11-21T14:02:10', 6)).toEqual([
      '13:10',
      '13:20',
      '13:30',
      '13:40',
      '13:50',
      '14:00',
    ])
  })

  it('puts ticks on round seconds when the span is short', () => {
    expect(labels('2026-11-21T14:02:08', '2026-11-21T14:02:34', 4)).toEqual(['14:02:10', '14:02:20', '14:02:30'])
  })

  it('writes the date once, where the day changes', () => {
    expect(labels('2026-11-20T21:00:00', '2026-11-21T03:00:00', 6)).toEqual([
      '21:00',
      '22:00',
      '23:00',
      '21 Nov',
      '01:00',
      '02:00',
      '03:00',
    ])
  })

  it('follows the zone of the viewer', () => {
    expect(labels('2026-11-21T13:00:00', '2026-11-21T14:00:00', 4, 19_800_000)).toEqual([
      '18:30',
      '18:45',
      '19:00',
      '19:15',
      '19:30',
    ])
  })

  it('has nothing to show for an empty span', () => {
    expect(timeTicks(5, 5, 4, 0)).toEqual([])
  })
})
