import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TaskTree, termsIn } from '../live/search-tree.ts'
import { formatTaskQuery } from '../live/task-query.ts'
import { parseFlowerSearch } from './flower-search.ts'

interface Recorded {
  readonly text: string
  readonly tree?: unknown
  readonly error?: string
}

// Written by tests/vectors/record_flower_search.py.
const recording = JSON.parse(
  readFileSync(new URL('../../tests/vectors/flower-search.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Recorded[] }

function asRecorded(tree: TaskTree): unknown {
  switch (tree.kind) {
    case 'all':
      return []
    case 'term':
      return tree.term.kind === 'flower' ? [tree.term.field, tree.term.value] : tree.term
    case 'not':
      return { not: asRecorded(tree.of) }
    default:
      return { [tree.kind]: tree.of.map(asRecorded) }
  }
}

/** What Flower refuses, and the fields that it takes for text. */
const saysMoreThanFlower = ({ text, error = '' }: Recorded) =>
  /^(NOT is not|Negation with)/.test(error) || /(^|[\s()"])-?(uuid|task):/.test(text)

function asText(tree: TaskTree): string {
  switch (tree.kind) {
    case 'all':
      return ''
    case 'term':
      return formatTaskQuery({ tree }).replaceAll(/"(\w+)"|:"(-?\w+)"/g, (_, word, value) => word ?? `:${value}`)
    case 'not':
      return `-${asText(tree.of)}`
    default:
      return `(${tree.of.map(asText).join(tree.kind === 'and' ? ' & ' : ' | ')})`
  }
}

describe('parseFlowerSearch', () => {
  it.each(recording.cases.filter((one) => !saysMoreThanFlower(one)))('reads $text as Flower does', (recorded) => {
    const { text, tree, error } = recorded
    const search = parseFlowerSearch(text)
    if (error === undefined) expect(search.ok ? asRecorded(search.value) : search.detail).toEqual(tree)
    else expect(search).toMatchObject({ ok: false, detail: error })
  })

  it('reads NOT and a minus where Flower refuses them', () => {
    const read = (text: string) => {
      const search = parseFlowerSearch(text)
      return search.ok ? asText(search.value) : search.detail
    }
    expect(read('NOT abc')).toBe('-abc')
    expect(read('-name:abc -(def OR ghi) NOT (jkl mno)')).toBe('(-name:abc & -(def | ghi) & -(jkl & mno))')
    expect(read('abc AND NOT def OR -state:SUCCESS')).toBe('((abc & -def) | -state:SUCCESS)')
    expect(read('abc NOT')).toBe('NOT must be followed by a search term at position 4.')
    expect(read('-ab')).toBe('Substring search terms must contain at least 3 characters at position 0.')
    expect(read('"-abc"')).toBe('"-abc"')
    expect(read('name:-abc')).toBe('name:-abc')
  })

  it("reads the page's fields too, and its lists and words where they mean nothing to Flower", () => {
    const kinds = (text: string) => {
      const search = parseFlowerSearch(text)
      return search.ok
        ? termsIn(search.value).map((term) => `${term.kind} ${'field' in term ? term.field : ''}`)
        : search
    }
    expect(kinds('uuid:8c1f queue:low root:a since:2h run:>2s kwargs.user.id:42 args.0:1')).toEqual([
      'text id',
      'text queue',
      'text root',
      'time since',
      'number run',
      'path kwargs',
      'path args',
    ])
    expect(kinds('state:FAILURE state:PROGRESS')).toEqual(['flower state', 'flower state'])
    expect(kinds('state:failed')).toEqual(['flower state', 'text state'])
    expect(kinds('name:emails.* worker:w1@*,w2@*')).toEqual([
      'flower name',
      'text name',
      'flower worker',
      'text worker',
    ])
    expect(kinds('args:1,2 result:a*b "queue:low" foo:bar')).toEqual([
      'flower args',
      'flower result',
      'flower null',
      'flower null',
    ])
    expect(parseFlowerSearch('abc since:soon')).toMatchObject({
      ok: false,
      detail: '"since:soon" is no time; write for example "since:2h" or "since:2026-01-31T08:00" at position 4.',
    })
  })

  it('the recording holds each kind of error', () => {
    const sentences = new Set(recording.cases.map(({ error }) => error?.replace(/ at position \d+|\d+/g, '')))
    sentences.delete(undefined)
    expect(sentences.size).toBe(15)
  })

  it('answers every text', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(typeof parseFlowerSearch(text).ok).toBe('boolean')
      }),
    )
  })
})
