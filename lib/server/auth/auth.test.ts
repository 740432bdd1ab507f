import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createBasicAuth } from './basic-auth.ts'
import { isOnThisMachine } from './gate.ts'
import { refuseForeignOrigin } from './same-origin.ts'

const basic = (text: string, encoding: BufferEncoding = 'utf8') =>
  `Basic ${Buffer.from(text, encoding).toString('base64')}`

describe('basic authentication', () => {
  const check = createBasicAuth(['ann:secret', 'bob:with:colons', 'jörg:pä55wörd'])

  it.each([
    [basic('ann:secret'), 'ann'],
    [basic('bob:with:colons'), 'bob'],
    [basic('jörg:pä55wörd'), 'jörg'],
    [basic('jörg:pä55wörd', 'latin1'), 'jörg'],
    [basic('ann:secret').replace('Basic', 'basic'), 'ann'],
    [basic('ann:wrong'), null],
    [basic('ann:secret '), null],
    [basic('ann'), null],
    [basic(''), null],
    [basic(':'), null],
    [basic('x'.repeat(8_192)), null],
    ['Basic !!!', null],
    ['Basic', null],
    ['Bearer abc', null],
    ['', null],
    [undefined, null],
    ['Basic \u00ff\u00fe', null],
  ])('%s', (header, user) => {
    expect(check(header)).toBe(user)
  })
})

describe('the origin of a request', () => {
  it.each([
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://elsewhere' }],
    [{ origin: 'http://here:5555', host: 'here:5555' }],
    [{ origin: 'HTTP://Here:5555', host: 'hErE:5555' }],
    [{ host: 'here' }],
  ])('%j passes', (headers) => {
    expect(() => refuseForeignOrigin(headers)).not.toThrow()
  })

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 'Cross-site request forbidden'],
    [{ 'sec-fetch-site': 'same-site' }, 'Cross-site request forbidden'],
    [{ 'sec-fetch-site': 'none' }, 'Cross-site request forbidden'],
    [{ origin: 'http://there:5555', host: 'here:5555' }, 'Cross-origin request forbidden'],
    [{ origin: 'http://here:5556', host: 'here:5555' }, 'Cross-origin request forbidden'],
    [{ origin: 'http://here:5555.evil.com', host: 'here:5555' }, 'Cross-origin request forbidden'],
    [{ origin: 'http://evilhere', host: 'here' }, 'Cross-origin request forbidden'],
    [{ origin: 'null', host: 'null' }, 'Cross-origin request forbidden'],
    [{ origin: 'http://here@evil', host: 'here' }, 'Cross-origin request forbidden'],
    [{ origin: '', host: 'here' }, 'Cross-origin request forbidden'],
  ])('%j is refused', (headers, message) => {
    expect(() => refuseForeignOrigin(headers)).toThrow(message)
  })
})

describe('who is on this machine', () => {
  const from = (remoteAddress: string, headers: Record<string, string>) =>
    // Only these two parts of a request are looked at.
    isOnThisMachine({ socket: { remoteAddress }, headers } as unknown as IncomingMessage)

  it.each([
    ['127.0.0.1', { host: 'localhost:5555' }, true],
    ['::1', { host: '[::1]:5555' }, true],
    ['::ffff:127.0.0.1', { host: '127.0.0.1' }, true],
    ['10.0.0.1', { host: 'localhost:5555' }, false],
    ['127.0.0.1', { host: 'umbel.example.com' }, false],
    ['127.0.0.1', { host: 'localhost', 'x-forwarded-for': '10.0.0.1' }, false],
    ['127.0.0.1', { host: '127.0.0.1.evil.com' }, false],
    ['127.0.0.1', {}, false],
  ])('%s %j: %s', (address, headers, expected) => {
    expect(from(address, headers as Record<string, string>)).toBe(expected)
  })
})
