import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { markRedelivered, priorityOf, readEntry, taskIdAtEnd, writeEntry } from './raw-message.ts'

describe('markRedelivered', () => {
  test.each([
    [
      '{"headers": {"a": 1}, "properties": {"delivery_info": {"exchange": ""}}}',
      '{"headers": {"a": 1, "redelivered": true}, "properties": {"delivery_info": {"exchange": "", "redelivered": true}}}',
    ],
    ['{"headers":{},"properties":{}}', '{"headers":{"redelivered": true},"properties":{}}'],
    ['{"headers": {"redelivered": false, "b": 2}}', '{"headers": {"redelivered": true, "b": 2}}'],
    ['{"headers": null, "properties": null}', '{"headers": null, "properties": null}'],
    [
      '{"properties": {"delivery_info": {}}, "headers": { }}',
      '{"properties": {"delivery_info": {"redelivered": true}}, "headers": {"redelivered": true }}',
    ],
    ['not json', 'not json'],
    ['', ''],
  ])('%s', (raw, marked) => {
    expect(JSON.stringify(markRedelivered(raw).replaceAll(' ', ''))).toBe(JSON.stringify(marked.replaceAll(' ', '')))
  })

  test('for any JSON it sets the two flags and changes nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (body, headers, indent) => {
        const message = { body, headers, properties: { x: body, delivery_info: { exchange: '"}' } } }
        const marked = JSON.parse(markRedelivered(JSON.stringify(message, null, indent)))
        expect(marked).toEqual(
          JSON.parse(
            JSON.stringify({
              body,
              headers: { ...headers, redelivered: true },
              properties: { x: body, delivery_info: { exchange: '"}', redelivered: true } },
            }),
          ),
        )
      }),
    )
  })

  test('any text at all is no reason to throw', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof markRedelivered(text) === 'string' && priorityOf(text) >= 0))
    fc.assert(fc.property(fc.string(), (text) => readEntry(text) === null || readEntry(text) !== null))
  })
})

describe('an entry of unacked', () => {
  test('what is written is read again, the message byte for byte', () => {
    const entry = { raw: '{"n": 123456789012345678901234567890, "s": "a\\"]"}', exchange: 'ex"', routingKey: 'ü' }

    expect(readEntry(writeEntry(entry))).toEqual(entry)
  })

  test.each(['', 'x', '[]', '[1]', '[{}, "a"]', '[{}, 1, 2]', '[{}, "a", "b", "c"]', '[{}, "a", "b"', '{"a": 1}'])(
    '%s is none',
    (text) => {
      expect(readEntry(text)).toBe(null)
    },
  )
})

test.each([
  ['{"properties": {"priority": 6}}', 6],
  ['{"properties": {"priority": "3"}}', 3],
  ['{"properties": {"priority": 300}}', 9],
  ['{"properties": {"priority": -1}}', 0],
  ['{"properties": {"priority": null}}', 0],
  ['{"properties": {"priority": [1]}}', 0],
  ['{"properties": {}}', 0],
  ['{}', 0],
])('priorityOf(%s)', (raw, priority) => {
  expect(priorityOf(raw)).toBe(priority)
})

test.each([
  ['"headers": {}, "properties": {"correlation_id": "8c1f-02", "reply_to": "x"}}', '8c1f-02'],
  ['…","properties":{"correlation_id":"a","delivery_tag":"b"}}', 'a'],
  ['"properties": {"correlation_id": null, "delivery_tag": "b"}}', null],
  ['"properties": {"delivery_tag": "b"}}', null],
  ['', null],
])('the id of a task at the end of a message: %s', (tail, id) => {
  expect(taskIdAtEnd(tail)).toBe(id)
})
