import { describe, expect, it } from 'vitest'
import { applySuggestion, suggestionsFor } from './task-suggestions.model.ts'

const known = { names: ['emails.send', 'sync.user'], queues: ['high', 'my queue'], workers: ['celery@w1'] }
const inserts = (text: string, caret = text.length) => suggestionsFor(text, caret, known).map((one) => one.insert)

describe('suggestions', () => {
  it('are fields while a field is typed', () => {
    expect(inserts('re')).toEqual(['result:', 'retries:'])
    expect(inserts('state:failed -q')).toEqual(['-queue:'])
  })

  it('are fields and values inside parentheses too, and operators in capitals', () => {
    expect(inserts('(que')).toEqual(['(queue:'])
    expect(inserts('a OR -(queue:h')).toEqual(['-(queue:high'])
    expect(inserts('a O')).toEqual(['OR'])
    expect(inserts('a o')).toEqual([])
    expect(inserts('since:1')).toEqual(['since:15m', 'since:1h', 'since:12h', 'since:1d'])
  })

  it('are values after the colon, the next one after a comma', () => {
    expect(inserts('queue:h')).toEqual(['queue:high'])
    expect(inserts('queue:my')).toEqual(['queue:"my queue"'])
    expect(inserts('state:failed,re')).toEqual([
      'state:failed,received',
      'state:failed,retrying',
      'state:failed,revoked',
      'state:failed,rejected',
    ])
    expect(inserts('run:>')).toEqual([])
  })

  it('replace the word under the caret only', () => {
    const text = 'na state:failed'
    const [first] = suggestionsFor(text, 2, known)
    expect(first?.insert).toBe('name:')
    expect(first && applySuggestion(text, 2, first)).toEqual({ text: 'name:state:failed', caret: 5, complete: false })
  })

  it('put a space after a whole term', () => {
    const [first] = suggestionsFor('queue:hi', 8, known)
    expect(first && applySuggestion('queue:hi', 8, first)).toEqual({ text: 'queue:high ', caret: 11, complete: true })
  })
})
