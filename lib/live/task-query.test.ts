import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTaskQuery, parseTaskQuery, stateOfWord, type TaskTerm, withTerm } from './task-query.ts'

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

  it('never throws, and writes what it can read again to the same terms', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('state:', '"', ',', '-', ' ', 'args.0:', 'kwargs.a.b:', 'run:>2s ', 'name:a,b ', '\\', ':', '*'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const query = parseTaskQuery(pieces.join(''))
        const again = parseTaskQuery(formatTaskQuery(query))
        expect(again.problems).toEqual([])
        expect(again.terms.map(withoutPlace)).toEqual(query.terms.map(withoutPlace))
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
