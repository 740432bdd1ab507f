import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeEndLabels } from './end-labels.ts'

describe('placeEndLabels', () => {
  it('leaves labels at their lines where there is room', () => {
    expect(
      placeEndLabels(
        [
          { index: 0, y: 100 },
          { index: 1, y: 20 },
        ],
        150,
        14,
      ),
    ).toEqual([
      { index: 1, y: 20 },
      { index: 0, y: 100 },
    ])
  })

  it('pushes labels apart, up from the ground', () => {
    expect(
      placeEndLabels(
        [
          { index: 0, y: 150 },
          { index: 1, y: 150 },
          { index: 2, y: 149 },
        ],
        150,
        14,
      ),
    ).toEqual([
      { index: 2, y: 122 },
      { index: 0, y: 136 },
      { index: 1, y: 150 },
    ])
  })

  it('never lets two overlap nor leaves the chart', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 150, noNaN: true }), { maxLength: 6 }), (ys) => {
        const placed = placeEndLabels(
          ys.map((y, index) => ({ index, y })),
          150,
          14,
        )
        expect(placed).toHaveLength(ys.length)
        for (const [i, label] of placed.entries()) {
          expect(label.y).toBeGreaterThanOrEqual(-1e-9)
          expect(label.y).toBeLessThanOrEqual(150)
          const next = placed[i + 1]
          if (next) expect(next.y - label.y).toBeGreaterThanOrEqual(14 - 1e-9)
        }
      }),
    )
  })
})
