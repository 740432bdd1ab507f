import { describe, expect, it } from 'vitest'
import { styleByName } from './series-style.ts'

describe('styleByName', () => {
  it('gives six names six colours', () => {
    const styles = styleByName(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(new Set(styles.map((style) => style.color)).size).toBe(6)
  })

  it('gives a name the same style whatever the order', () => {
    const one = styleByName(['high', 'low', 'default'])
    const two = styleByName(['default', 'high', 'low'])
    for (const style of one) expect(two).toContainEqual(style)
  })

  it('draws the rest grey', () => {
    expect(styleByName(['a', 'other']).at(-1)).toMatchObject({ name: 'other', color: 'var(--fg-3)' })
  })

  it('avoids red while there is another colour', () => {
    expect(styleByName(['a', 'b', 'c', 'd', 'e']).some((style) => style.color.includes('failed'))).toBe(false)
  })
})
