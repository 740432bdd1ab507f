import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { termsIn } from './search-tree.ts'
import {
  formatTaskQuery,
  narrowed,
  parseTaskQuery,
  stateOfWord,
  type TaskTerm,
  type TaskTree,
  withTerm,
} from './task-query.ts'

/** The terms without their places. */
function termsOf(text: string): object[] {
  const query = parseTaskQuery(text)
  expect(query.problems).toEqual([])
  return query.terms.map(withoutPlace)
}

function withoutPlace(term: TaskTerm): object {
  const { start, end, ...rest } = term
  expect(end).toBeGreaterThan(start)
  return rest
}

function treeText(tree: TaskTree): string {
  switch (tree.kind) {
    case 'all':
      return 'all'
    case 'term':
      return `${tree.term.negated ? '!' : ''}${tree.term.kind === 'word' ? tree.term.text : tree.term.field}`
    case 'not':
      return `!${treeText(tree.of)}`
    default:
      return `(${tree.of.map(treeText).join(tree.kind === 'and' ? ' & ' : ' | ')})`
  }
}

const problemsOf = (text: string) => parseTaskQuery(text).problems

describe('parseTaskQuery', () => {
  it('reads fields with several values, negation and wildcards', () => {
    expect(termsOf('state:failed,retrying name:emails.* -queue:low')).toEqual([
      { kind: 'text', field: 'state', values: ['failed', 'retrying'], negated: false },
      { kind: 'text', field: 'name', values: ['emails.*'], negated: false },
      { kind: 'text', field: 'queue', values: ['low'], negated: true },
    ])
  })

  it('takes commas, spaces, colons and escaped quotes inside quotes', () => {
    expect(termsOf('result:"no, stock","a \\"b\\" \\\\" "ValueError: x"')).toEqual([
      { kind: 'text', field: 'result', values: ['no, stock', 'a "b" \\'], negated: false },
      { kind: 'word', text: 'ValueError: x', negated: false },
    ])
  })

  it('reads paths into the arguments, also as Flower writes them', () => {
    expect(termsOf('args.0:42 kwargs.user.id:42,43 kwargs:user=7 args:foo')).toEqual([
      { kind: 'path', field: 'args', path: ['0'], values: ['42'], negated: false },
      { kind: 'path', field: 'kwargs', path: ['user', 'id'], values: ['42', '43'], negated: false },
      { kind: 'path', field: 'kwargs', path: ['user'], values: ['7'], negated: false },
      { kind: 'text', field: 'args', values: ['foo'], negated: false },
    ])
  })

  it('reads durations in any unit as milliseconds, and counts', () => {
    const value = (text: string) => {
      const term = parseTaskQuery(text).terms[0]
      return term?.kind === 'number' ? [term.comparison, term.value] : null
    }
    expect(value('run:>2s')).toEqual(['>', 2_000])
    expect(value('wait:>=30')).toEqual(['>=', 30_000])
    expect(value('age:<1h')).toEqual(['<', 3_600_000])
    expect(value('age:<1.5d')).toEqual(['<', 129_600_000])
    expect(value('run:<=250ms')).toEqual(['<=', 250])
    expect(value('retries:>3')).toEqual(['>', 3])
    expect(value('retries:0')).toEqual(['=', 0])
  })

  it('knows the other names of the fields, in any case', () => {
    expect(termsOf('STATUS:FAILURE task:a exception:b runtime:>1s uuid:c')).toMatchObject([
      { field: 'state' },
      { field: 'name' },
      { field: 'error' },
      { field: 'run' },
      { field: 'id' },
    ])
  })

  it('says what it does not understand and where, and asks what was meant', () => {
    expect(parseTaskQuery('queue:a naem:x').faults).toEqual([
      { start: 8, end: 14, problem: 'There is no field "naem". Did you mean "name"?' },
    ])
    expect(problemsOf('wrokers:x')).toEqual(['There is no field "wrokers". Did you mean "worker"?'])
    expect(problemsOf('http://x')).toEqual(['There is no field "http". To search for this text, put it in quotes.'])
    expect(problemsOf('state:')).toEqual(['"state:" needs a value.'])
    expect(problemsOf('name:"abc')).toEqual(['The quote that opens at 1 is not closed.'])
    expect(problemsOf('run:fast')).toEqual(['"run:fast" cannot be compared; write for example "run:>2s".'])
    expect(problemsOf('run:1constructor')).toHaveLength(1)
    expect(problemsOf('retries:>3s')).toEqual(['"retries:>3s" cannot be compared; write for example "retries:>3".'])
    expect(problemsOf('state.x:1')).toEqual(['"state" has no parts; write "state:…".'])
    expect(problemsOf('""')).toEqual(['There is nothing between the quotes.'])
    expect(problemsOf('x'.repeat(2_049))).toHaveLength(1)
    expect(problemsOf('x '.repeat(129))).toHaveLength(1)
    expect(problemsOf('x '.repeat(128))).toHaveLength(0)
  })

  it('reads nothing from nothing', () => {
    expect(parseTaskQuery('  ').terms).toEqual([])
    expect(termsOf('- a')).toEqual([
      { kind: 'word', text: '-', negated: false },
      { kind: 'word', text: 'a', negated: false },
    ])
  })

  it('joins terms by AND, OR, NOT and parentheses, as Flower does', () => {
    const shape = (text: string) => treeText(parseTaskQuery(text).tree)
    expect(shape('a b OR c AND (d OR e)')).toBe('((a & b) | (c & (d | e)))')
    expect(shape('NOT a -b NOT -c NOT NOT d')).toBe('(!a & !b & c & d)')
    expect(shape('-(a b) NOT (c OR d) NOT (e)')).toBe('(!(a & b) & !(c | d) & !e)')
    expect(shape('-state:failed OR -"a b"')).toBe('(!state | !a b)')
    expect(shape('a or b "OR" not')).toBe('(a & or & b & OR & not)')
    expect(shape('')).toBe('all')
    expect(formatTaskQuery(parseTaskQuery('( a OR (b   AND c)) NOT(d OR "e f" )'))).toBe('(a OR b c) -(d OR "e f")')
  })

  it('says where operators and parentheses are wrong, and still knows the terms', () => {
    const faults = (text: string) => parseTaskQuery(text).faults.map(({ start, problem }) => [start, problem])
    expect(faults('a OR')).toEqual([[2, 'OR must be followed by a search term.']])
    expect(faults('a AND ) b')).toEqual([[2, 'AND must be followed by a search term.']])
    expect(faults('NOT')).toEqual([[0, 'NOT must be followed by a search term.']])
    expect(faults('a (b c')).toEqual([[2, 'Missing closing parenthesis.']])
    expect(faults('a )')).toEqual([[2, "Unexpected ')'."]])
    expect(faults('()')).toEqual([[0, 'Empty group.']])
    expect(faults('OR a')).toEqual([[0, 'Expected a search term.']])
    expect(faults('((((((a))))))')).toEqual([[5, 'Query nesting exceeds 5 levels.']])
    expect(faults('(naem:x')).toHaveLength(2)
    expect(parseTaskQuery('(state:failed').terms).toHaveLength(1)
    expect(withTerm('(state:failed', 'queue', 'low')).toBe('(state:failed queue:low')
  })

  it('reads since a duration ago, or since a time', () => {
    const at = (text: string) => parseTaskQuery(text).terms.map((term) => (term.kind === 'time' ? term.at : null))
    expect(at('since:2h')).toEqual([{ agoMs: 7_200_000 }])
    expect(at('since:15m -since:1.5d')).toEqual([{ agoMs: 900_000 }, { agoMs: 129_600_000 }])
    expect(at('since:2026-11-21T08:00:00Z')).toEqual([{ ms: Date.UTC(2026, 10, 21, 8) }])
    expect(at('since:"2026-11-21 08:00"')).toEqual([{ ms: Date.UTC(2026, 10, 21, 8) }])
    expect(at('since:2026-11-21')).toEqual([{ ms: Date.UTC(2026, 10, 21) }])
    expect(problemsOf('since:yesterday')).toEqual([
      '"since:yesterday" is no time; write for example "since:2h" or "since:2026-01-31T08:00".',
    ])
    expect(problemsOf('since:2026-02-31')).toHaveLength(1)
    expect(problemsOf('since:5')).toHaveLength(1)
  })

  it('never throws, and writes what it can read again to the same terms', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'AND ',
        'OR ',
        ' NOT ',
        ' (',
        ') ',
        '-(',
        'since:2h ',
        'abc ',
        'state:',
        '"',
        ',',
        '-',
        ' ',
        'args.0:',
        'kwargs.a.b:',
        'run:>2s ',
        'name:a,b ',
        '\\',
        ':',
        '*',
      ),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const query = parseTaskQuery(pieces.join(''))
        const again = parseTaskQuery(formatTaskQuery(query))
        expect(again.problems).toEqual([])
        expect(again.terms.map(withoutPlace)).toEqual(termsIn(query.tree).map(withoutPlace))
        expect(treeText(again.tree)).toBe(treeText(query.tree))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('withTerm', () => {
  it('adds, replaces and takes out a field and leaves the rest as it was typed', () => {
    expect(withTerm('', 'state', 'failed')).toBe('state:failed')
    expect(withTerm('timeout  state:failed -state:lost', 'state', 'running')).toBe('timeout -state:lost state:running')
    expect(withTerm('a state:failed "b c" state:x', 'state', null)).toBe('a "b c"')
    expect(withTerm('a', 'name', 'has space, comma')).toBe('a name:"has space, comma"')
    expect(withTerm('a', 'state', ['failed', 'retrying'])).toBe('a state:failed,retrying')
    expect(withTerm('state:failed', 'state', [])).toBe('')
    expect(withTerm('status:failed', 'state', 'lost')).toBe('state:lost')
  })

  it('leaves choices as they are, and no operator or parenthesis without its term', () => {
    expect(withTerm('a OR state:failed', 'state', 'lost')).toBe('(a OR state:failed) state:lost')
    expect(withTerm('a OR b', 'state', null)).toBe('a OR b')
    expect(withTerm('(a OR b) state:failed', 'state', 'lost')).toBe('(a OR b) state:lost')
    expect(withTerm('a AND state:failed', 'state', null)).toBe('a')
    expect(withTerm('state:failed AND a', 'state', null)).toBe('a')
    expect(withTerm('a AND state:failed AND b', 'state', null)).toBe('a AND b')
    expect(withTerm('a AND ((state:failed)) b', 'state', null)).toBe('a b')
    expect(withTerm('(state:failed a) b', 'state', 'lost')).toBe('( a) b state:lost')
    expect(withTerm('NOT state:failed a', 'state', null)).toBe('NOT state:failed a')
    expect(withTerm('', 'result', 'f(x) OR y')).toBe('result:"f(x) OR y"')
    expect(narrowed('a OR b', '-queue:low')).toBe('(a OR b) -queue:low')
  })

  it('always makes a text that can be read, out of one that can', () => {
    const piece = fc.constantFrom(
      'a ',
      'AND ',
      'OR ',
      'NOT ',
      '(',
      ') ',
      'state:failed ',
      '-state:lost ',
      'name:b ',
      '-(',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom('lost', null), (pieces, value) => {
        const text = pieces.join('')
        fc.pre(parseTaskQuery(text).problems.length === 0)
        expect([text, parseTaskQuery(withTerm(text, 'state', value)).problems]).toEqual([text, []])
      }),
      { numRuns: 3_000 },
    )
  })
})

it('knows states by the word people see and by the name Celery has', () => {
  expect(['Running', 'STARTED', 'waiting', 'progress', 'constructor'].map(stateOfWord)).toEqual([
    'STARTED',
    'STARTED',
    'PENDING',
    'PROGRESS',
    'CONSTRUCTOR',
  ])
})
