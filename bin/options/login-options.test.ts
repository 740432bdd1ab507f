import { describe, expect, it } from 'vitest'
import { hashOf } from '../../lib/server/auth/api-tokens.ts'
import { loginOptions } from './login-options.ts'

const TOKEN = 'umb_0123456789abcdefghijklmn'
const { auth, auth_provider: provider, roles, api_tokens: tokens } = loginOptions

describe('options of log-ins', () => {
  it.each([
    ['flower.views.auth.GoogleAuth2LoginHandler', 'google'],
    ['flower.views.auth.GithubLoginHandler', 'github'],
    ['flower.views.auth.GitLabLoginHandler', 'gitlab'],
    ['flower.views.auth.OktaLoginHandler', 'okta'],
    ['oidc', 'oidc'],
    ['GitHub', 'github'],
    ['my.module.Handler', undefined],
    ['', undefined],
  ])('the provider %j is %s', (text, kind) => expect(provider.parse(text)).toBe(kind))

  it.each([
    ['a@x.com', true],
    ['a@x.com|b@y.com', true],
    ['.*@x.com', true],
    ['', true],
    ['.*x.com', false],
    ['.*@.*', false],
    ['a@x.com|.*@x.com', false],
  ])('the pattern %j: %s', (text, isFine) => expect(auth.parse(text) !== undefined).toBe(isFine))

  it.each([
    ['ann=viewer', [{ who: 'ann', role: 'viewer' }]],
    [
      'group:a/b=admin, *=Operator',
      [
        { who: 'group:a/b', role: 'admin' },
        { who: '*', role: 'operator' },
      ],
    ],
    ['a=b=viewer', [{ who: 'a=b', role: 'viewer' }]],
    ['ann', undefined],
    ['ann=root', undefined],
    ['', undefined],
  ])('roles %j', (text, rules) => expect(roles.parse(text)).toEqual(rules))

  it('roles are a mapping in a file', () => {
    expect(roles.fromFile({ ann: 'viewer', '*': 'admin' })).toHaveLength(2)
    expect(roles.fromFile({ ann: 'root' })).toBeUndefined()
    expect(roles.fromFile({ ann: ['viewer'] })).toEqual([{ who: 'ann', role: 'viewer' }])
    expect(roles.fromFile(7)).toBeUndefined()
  })

  it.each([
    [`ci:read:${TOKEN}`, 1],
    [`ci:read:${hashOf(TOKEN)}`, 1],
    [`ci:read:${TOKEN},cd:admin:${TOKEN}x`, 2],
    [`ci:read:${TOKEN},ci:admin:${TOKEN}x`, undefined],
    ['ci:read:umb_short', undefined],
    [`ci:root:${TOKEN}`, undefined],
    ['ci:read:0123456789abcdefghijklmnop', undefined],
    ['', undefined],
  ])('tokens %j', (text, count) => expect(tokens.parse(text)?.length).toBe(count))

  it('tokens are kept as hashes only, and may be mappings in a file', () => {
    const hash = hashOf(TOKEN)
    expect(tokens.fromFile([{ name: 'ci', scope: 'read', token: TOKEN }])).toEqual([
      { name: 'ci', scope: 'read', hash },
    ])
    expect(tokens.fromFile([{ name: 'ci', scope: 'read', hash }, `cd:admin:${TOKEN}x`])).toHaveLength(2)
    expect(tokens.fromFile([{ name: 'ci' }])).toBeUndefined()
  })
})
