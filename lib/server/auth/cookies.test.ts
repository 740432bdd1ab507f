import { describe, expect, it } from 'vitest'
import { createHandClock } from '../../testing/hand-clock.ts'
import { cookieHeader, readCookies } from './cookies.ts'
import { safeNext } from './safe-next.ts'
import { createSigner } from './signer.ts'

describe('a signed text', () => {
  const clock = createHandClock()
  const signer = createSigner('secret', 'test', clock.nowMs)

  it.each(['', 'ann@x.com', 'jörg ☃', '{"a":[1]}'])('%j comes back', (text) => {
    expect(signer.open(signer.seal(text, 1_000))).toBe(text)
  })

  it('is refused when any character of it was changed, added or left out', () => {
    const sealed = signer.seal('ann@x.com', 1_000)
    for (let at = 0; at < sealed.length; at++) {
      const other = sealed[at] === 'A' ? 'B' : 'A'
      expect(signer.open(sealed.slice(0, at) + other + sealed.slice(at + 1))).toBeNull()
      expect(signer.open(sealed.slice(0, at) + sealed.slice(at + 1))).toBeNull()
    }
    expect(signer.open(`${sealed}A`)).toBeNull()
  })

  it.each([
    ['another secret', createSigner('other', 'test', clock.nowMs)],
    ['another purpose', createSigner('secret', 'other', clock.nowMs)],
  ])('of %s is refused', (_what, other) => {
    expect(signer.open(other.seal('ann', 1_000))).toBeNull()
  })

  it.each([undefined, '', '.', '..', 'a.b.c', 'x'.repeat(100_000), '\u0000'])('%j is none', (text) => {
    expect(signer.open(text)).toBeNull()
  })

  it('ends', async () => {
    const sealed = signer.seal('ann', 1_000)
    await clock.advance(999)
    expect(signer.open(sealed)).toBe('ann')
    await clock.advance(1)
    expect(signer.open(sealed)).toBeNull()
  })
})

describe('cookies', () => {
  it.each([
    ['a=1; b=2', { a: '1', b: '2' }],
    ['a="1"; b=', { a: '1', b: '' }],
    ['a=1; a=2', { a: '1' }],
    ['a=b=c;;=x; y', { a: 'b=c' }],
    ['__proto__=x', { ['__proto__']: 'x' }],
    [undefined, {}],
  ])('%j', (cookie, expected) => {
    const found = readCookies(cookie === undefined ? {} : { cookie })
    expect([...found]).toEqual(Object.entries(expected))
  })

  it('are written with their rules', () => {
    const rules = { path: '/umbel', secure: true, httpOnly: true, maxAgeSeconds: 60 }
    expect(cookieHeader('user', 'x', rules)).toBe('user=x; Path=/umbel; Max-Age=60; HttpOnly; SameSite=Lax; Secure')
    const open = { path: '/', secure: false, httpOnly: false, maxAgeSeconds: null }
    expect(cookieHeader('_xsrf', 'x', open)).toBe('_xsrf=x; Path=/; SameSite=Lax')
  })
})

describe('where to go after the log-in', () => {
  it.each(['/', '/tasks', '/tasks?q=state%3Afailed&x=//y', '/worker/a@b', '/a//b'])('%s', (next) => {
    expect(safeNext(next)).toBe(next)
  })

  it.each([
    ...[null, '', 'tasks', '//evil', '/\\evil', '\\/evil', '///evil', 'http://evil', 'https:evil', 'javascript:1'],
    ...[
      '/\tevil',
      '/\n/evil',
      '/ /evil',
      '\t//evil',
      '/./\\evil',
      '/.//evil',
      '/a/..//evil',
      '/%0d%0aSet-Cookie:x\r\n',
    ],
    ...[
      '/é',
      '/login',
      '/logout',
      '/login/',
      '/login?next=/',
      '/./login',
      `/${'a'.repeat(2_000)}`,
      '//evil@x',
      '/\u0000',
    ],
  ])('not %j', (next) => {
    expect(safeNext(next)).toBeNull()
  })
})
