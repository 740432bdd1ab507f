import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../tests/vectors/envelopes.json' with { type: 'json' }
import { parseJson } from './json.ts'
import { formatEnvelope, parseEnvelope } from './message.ts'

const PROPERTIES = '"properties": {"delivery_tag": "t", "delivery_info": {"exchange": "", "routing_key": "q"}}'

describe('parseEnvelope', () => {
  it('reads every recorded message, and writes it again with the same keys in the same order', () => {
    for (const { name, raw } of vectors.vectors) {
      const envelope = parseEnvelope(raw)
      if (!envelope.ok) throw new Error(`${name}: ${envelope.detail}`)
      const again = formatEnvelope(envelope.value)
      expect(parseJson(again), name).toEqual(parseJson(raw))
      expect(again, name).toBe(JSON.stringify(parseJson(raw)))
    }
  })

  it.each([
    ['not JSON', 'not-json'],
    ['', 'not-json'],
    ['['.repeat(300), 'not-json'],
    ['[1]', 'not-an-object'],
    ['"text"', 'not-an-object'],
    ['null', 'not-an-object'],
    ['{}', 'no-properties'],
    ['{"properties": null}', 'no-properties'],
    ['{"properties": {}}', 'no-delivery-tag'],
    ['{"properties": {"delivery_tag": 1}}', 'no-delivery-tag'],
    ['{"properties": {"delivery_tag": ""}}', 'no-delivery-tag'],
    ['{"properties": {"delivery_tag": "t", "delivery_info": "q"}}', 'no-properties'],
    ['{"properties": {"delivery_tag": "t", "delivery_info": {"exchange": 5}}}', 'no-properties'],
  ])('%s is %s', (raw, why) => {
    expect(parseEnvelope(raw)).toMatchObject({ ok: false, why })
  })

  it('is bounded exactly at the limit', () => {
    const raw = `{${PROPERTIES}}`
    expect(parseEnvelope(raw, raw.length).ok).toBe(true)
    expect(parseEnvelope(raw, raw.length - 1)).toMatchObject({ ok: false, why: 'too-large' })
  })

  it('reads a message that was sent straight to its queue', () => {
    for (const info of ['null', '{}', '[]', '{"exchange": ""}', '{"routing_key": "q"}']) {
      const raw = `{"properties": {"delivery_tag": "t", "delivery_info": ${info}}}`
      const delivery_info = { exchange: '', routing_key: 'q' }
      expect(parseEnvelope(raw, raw.length, 'q')).toMatchObject({ ok: true, value: { properties: { delivery_info } } })
    }
  })

  it('reads headers and bodies that are missing as empty', () => {
    for (const raw of [
      `{${PROPERTIES}}`,
      `{"headers": null, "body": null, ${PROPERTIES}}`,
      `{"headers": [1], "body": 7, ${PROPERTIES}}`,
    ]) {
      expect(parseEnvelope(raw)).toMatchObject({ ok: true, value: { body: '', headers: {}, 'content-type': null } })
    }
  })

  it('never throws', () => {
    const [first] = vectors.vectors
    const raw = first?.raw ?? ''
    fc.assert(
      fc.property(fc.nat(raw.length), fc.nat(20), fc.string(), (at, cut, text) => {
        parseEnvelope(raw.slice(0, at) + text + raw.slice(at + cut))
      }),
      { numRuns: 2000 },
    )
    fc.assert(fc.property(fc.json(), (text) => void parseEnvelope(text)))
  })
})
