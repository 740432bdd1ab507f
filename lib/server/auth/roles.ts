import { ROLES, type Role } from '../../monitor/contracts.ts'
import { normalEmail, parseEmailPattern } from './email-pattern.ts'

/** One line of who has which role. */
export interface RoleRule {
  /** A user of basic authentication, an e-mail address or Flower's pattern of it, `group:NAME`, or `*`. */
  readonly who: string
  readonly role: Role
}

/** Somebody who has logged in. */
export interface Person {
  readonly name: string
  readonly groups: readonly string[]
}

export interface RoleRules {
  roleOf(person: Person): Role
  /** Of these groups those that a line names: the others need not be remembered. */
  named(groups: readonly string[]): readonly string[]
  readonly lines: readonly RoleRule[]
}

const GROUP = 'group:'

/**
 * The line with the very name counts most; then the highest role of all patterns and groups that fit; then `*`. Whom no
 * line names is a viewer where somebody is named admin, else an admin: as in Flower, where all who log in may do all.
 */
export function createRoleRules(lines: readonly RoleRule[]): RoleRules {
  const exact = new Map(lines.map(({ who, role }) => [normalEmail(who), role]))
  const patterns = lines.flatMap(({ who, role }) => {
    const matches = who.includes('*') && who !== '*' ? parseEmailPattern(who) : null
    return matches === null ? [] : [{ matches, role }]
  })
  const groups = new Map(
    lines.filter(({ who }) => who.startsWith(GROUP)).map(({ who, role }) => [who.slice(GROUP.length), role]),
  )
  const others = exact.get('*') ?? (lines.some(({ role }) => role === 'admin') ? 'viewer' : 'admin')
  return {
    lines,
    named: (given) => given.filter((group) => groups.has(group)),
    roleOf(person) {
      const byName = exact.get(normalEmail(person.name))
      if (byName !== undefined && person.name !== '*' && !person.name.startsWith(GROUP)) return byName
      const fitting = [
        ...patterns.flatMap(({ matches, role }) => (matches(person.name) ? [role] : [])),
        ...person.groups.flatMap((group) => groups.get(group) ?? []),
      ]
      return highest(fitting) ?? others
    },
  }
}

/** Null for a line that names nobody. */
export function readRoleRule(who: string, role: string): RoleRule | null {
  const known = ROLES.find((each) => each === role.toLowerCase())
  const isPattern = who.includes('*') && who !== '*' && !who.startsWith(GROUP)
  if (known === undefined || who === '' || who === GROUP || (isPattern && parseEmailPattern(who) === null)) return null
  return { who, role: known }
}

function highest(roles: readonly Role[]): Role | undefined {
  return ROLES.findLast((role) => roles.includes(role))
}
