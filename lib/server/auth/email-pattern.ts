/**
 * Flower's pattern of the e-mail addresses that may log in (flower.md 5.2): one address, `a@x|b@y`, or one `.*` before
 * the last `@`. No regular expression of a user's is ever run. The same matcher is asked at the log-in and at each
 * request after it.
 */
export type EmailPattern = (email: string) => boolean

/** What a `.*` stands for. */
const WILDCARD = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*"
/** Longest address that mail can have (RFC 5321). */
const EMAIL_MOST = 254

/** Null for what Flower refuses at its start: more than one `*`, `*` beside `|`, `*` after the last `@`. */
export function parseEmailPattern(text: string): EmailPattern | null {
  const stars = text.split('*').length - 1
  if (text.trim() === '' || stars > 1 || (stars > 0 && text.includes('|'))) return null
  if (text.slice(text.lastIndexOf('@') + 1).includes('*')) return null
  if (stars === 0) {
    const members = new Set(text.split('|').map((member) => normalEmail(member)))
    return (email) => isEmail(email) && members.has(normalEmail(email))
  }
  const source = escaped(normalEmail(text)).replace('\\.\\*', WILDCARD)
  const pattern = new RegExp(`^${source}$`)
  return (email) => isEmail(email) && pattern.test(normalEmail(email))
}

/** One `@` with something on both sides, no spaces or control characters: what a pattern may be held against. */
export function isEmail(text: string): boolean {
  return text.length <= EMAIL_MOST && /^[^@\s\p{C}]+@[^@\s\p{C}]+$/u.test(text)
}

/** Names of hosts know no capitals; the part before the last `@` is left as it is. */
export function normalEmail(email: string): string {
  const at = email.lastIndexOf('@')
  if (at < 0) return email
  return email.slice(0, at + 1) + email.slice(at + 1).toLowerCase()
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
