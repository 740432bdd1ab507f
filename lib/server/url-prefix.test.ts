import { describe, expect, it } from 'vitest'
import { createUrlPrefix, urlPrefixPath, withPrefix } from './url-prefix.ts'

describe('urlPrefixPath', () => {
  it.each([
    ['umbel', '/umbel'],
    ['/umbel/', '/umbel'],
    ['//tools/umbel//', '/tools/umbel'],
    ['', ''],
    ['/', ''],
    ['a//b', undefined],
    ['a/../b', undefined],
    ['a b', undefined],
    ['a?b', undefined],
    ['a%2fb', undefined],
    ['"><script>', undefined],
  ])('reads %j as %j', (text, path) => expect(urlPrefixPath(text)).toBe(path))
})

describe('createUrlPrefix', () => {
  const prefix = createUrlPrefix('/tools/umbel')
  it.each([
    ['/tools/umbel/', { kind: 'inside', url: '/' }],
    ['/tools/umbel/tasks?q=a', { kind: 'inside', url: '/tasks?q=a' }],
    ['/tools/umbel', { kind: 'door', location: '/tools/umbel/' }],
    ['/tools/umbel?a=1', { kind: 'door', location: '/tools/umbel/?a=1' }],
    ['/tools/umbels', { kind: 'outside' }],
    ['/tasks', { kind: 'outside' }],
    ['/', { kind: 'outside' }],
  ])('%s', (url, entry) => expect(prefix.enter(url)).toEqual(entry))

  it('puts itself before a path', () => {
    expect(withPrefix('/login')).toBe('/tools/umbel/login')
    expect(createUrlPrefix('').enter('/tasks?x')).toEqual({ kind: 'inside', url: '/tasks?x' })
    expect(withPrefix('/login')).toBe('/login')
  })
})
