import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeException, exceptionText } from './exception-info.ts'

it.each([
  [{ exc_type: 'ValueError', exc_message: ['boom'], exc_module: 'builtins' }, "ValueError('boom')"],
  [{ exc_type: 'ValueError', exc_message: ["it's", 42, null], exc_module: 'builtins' }, `ValueError("it's", 42, None)`],
  [{ exc_type: 'KeyError', exc_message: [], exc_module: 'builtins' }, 'KeyError()'],
  [{ exc_type: 'Old', exc_message: 'text', exc_module: null }, "Old('text')"],
  [{ exc_type: 'TimeLimitExceeded', exc_message: [1], exc_module: 'billiard.exceptions' }, 'TimeLimitExceeded(1)'],
  [{ exc_type: 'system', exc_message: 'id', exc_module: 'os' }, "os.system('id')"],
  [{ exc_type: '__proto__', exc_message: [{ a: [1] }] }, "__proto__({'a': [1]})"],
  [{ result: 1 }, null],
  ['text', null],
  [null, null],
])('%j reads %s', (result, text) => expect(exceptionText(result)).toBe(text))

it('is bounded, and never throws', () => {
  expect(exceptionText({ exc_type: 'E', exc_message: ['x'.repeat(1_000_000)] })?.length).toBeLessThanOrEqual(8192)
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.jsonValue(),
      (type, args) => void exceptionText({ exc_type: type, exc_message: args }),
    ),
  )
})

it('says of what was thrown what Python needs', () => {
  expect(encodeException(new TypeError('no'))).toEqual({
    exc_type: 'TypeError',
    exc_message: ['no'],
    exc_module: 'builtins',
  })
  expect(encodeException(new Error('no'))).toEqual({ exc_type: 'Error', exc_message: ['no'], exc_module: 'javascript' })
  expect(encodeException('text')).toEqual({ exc_type: 'Error', exc_message: ['text'], exc_module: 'javascript' })
  expect(encodeException({ a: 1 })).toMatchObject({ exc_message: ["{'a': 1}"] })
})

it('an error is known by the name of its class, unless it has another', () => {
  class CardRefused extends Error {}
  class Named extends Error {
    override readonly name = 'Other'
  }
  class e extends TypeError {}
  expect(encodeException(new CardRefused('no'))).toMatchObject({ exc_type: 'CardRefused', exc_module: 'javascript' })
  expect(encodeException(new Named('no')).exc_type).toBe('Other')
  expect(encodeException(new e('no')).exc_type).toBe('TypeError')
  expect(encodeException(Object.assign(new CardRefused(''), { name: '' })).exc_type).toBe('Error')
})
