import { describe, expect, it } from 'vitest'
import type { Role } from '../../monitor/contracts.ts'
import { createRoleRules, readRoleRule } from './roles.ts'

const rules = (lines: Readonly<Record<string, Role>>) =>
  createRoleRules(Object.entries(lines).map(([who, role]) => ({ who, role })))

describe('who has which role', () => {
  it.each<[Readonly<Record<string, Role>>, string, readonly string[], Role]>([
    [{}, 'ann', [], 'admin'],
    [{ ann: 'viewer' }, 'ann', [], 'viewer'],
    [{ ann: 'viewer' }, 'bob', [], 'admin'],
    [{ ann: 'admin' }, 'bob', [], 'viewer'],
    [{ ann: 'operator' }, 'Ann', [], 'admin'],
    [{ 'ann@x.com': 'admin' }, 'ann@X.com', [], 'admin'],
    [{ 'ann@x.com': 'viewer', '.*@x.com': 'admin' }, 'ann@x.com', [], 'viewer'],
    [{ 'ann@x.com': 'viewer', '.*@x.com': 'operator' }, 'bob@x.com', [], 'operator'],
    [{ '.*@x.com': 'operator', 'group:ops': 'admin' }, 'bob@x.com', ['ops'], 'admin'],
    [{ 'group:ops': 'admin', '*': 'operator' }, 'bob@x.com', ['dev'], 'operator'],
    [{ 'group:ops': 'admin' }, 'group:ops', [], 'viewer'],
    [{ '*': 'viewer' }, 'bob', [], 'viewer'],
    [{ '*': 'viewer', ann: 'admin' }, '*', [], 'viewer'],
  ])('%j: %s %j is %s', (lines, name, groups, role) => {
    expect(rules(lines).roleOf({ name, groups })).toBe(role)
  })

  it('remembers only groups that mean something', () => {
    expect(rules({ 'group:ops': 'admin' }).named(['dev', 'ops', 'x'])).toEqual(['ops'])
  })

  it.each([
    ['ann', 'viewer', true],
    ['ann', 'Admin', true],
    ['*', 'viewer', true],
    ['group:ops', 'admin', true],
    ['.*@x.com', 'admin', true],
    ['ann', 'root', false],
    ['', 'admin', false],
    ['group:', 'admin', false],
    ['.*@.*', 'admin', false],
  ])('%s=%s', (who, role, ok) => {
    expect(readRoleRule(who, role) !== null).toBe(ok)
  })
})
