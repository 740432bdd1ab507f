import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FlowerSearch, parseFlowerSearch } from './flower-search.ts'

interface Recorded {
  readonly text: string
  readonly tree?: unknown
  readonly error?: string
}

// Written by tests/vectors/record_flower_search.py.
const recording = JSON.parse(
  readFileSync(new URL('../../tests/vectors/flower-search.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Recorded[] }

function asRecorded(search: FlowerSearch): unknown {
  switch (search.kind) {
    case 'all':
      return []
    case 'term':
      return [search.field, search.value]
    default:
      return { [search.kind]: search.of.map(asRecorded) }
  }
}

describe('parseFlowerSearch', () => {
  it.each(recording.cases)('reads $text as Flower does', ({ text, tree, error }) => {
    const search = parseFlowerSearch(text)
    if (error === undefined) expect(search.ok ? asRecorded(search.value) : search.detail).toEqual(tree)
    else expect(search).toMatchObject({ ok: false, detail: error })
  })

  it('the recording holds each kind of error', () => {
    const sentences = new Set(recording.cases.map(({ error }) => error?.replace(/ at position \d+|\d+/g, '')))
    sentences.delete(undefined)
    expect(sentences.size).toBe(15)
  })

  it('answers every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(typeof parseFlowerSearch(text).ok).toBe('boolean')
      }),
    )
  })
})
