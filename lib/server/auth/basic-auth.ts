import { createHash, timingSafeEqual } from 'node:crypto'

/** Checks `Authorization: Basic …`; the user's name, or null. Never throws, whatever the header holds. */
export type BasicAuth = (header: string | undefined) => string | null

/** The name in such a header, whether it is right or not; null when there is none. */
export function nameOf(header: string | undefined): string | null {
  const text = credentialsOf(header)?.toString('utf8')
  return text === undefined ? null : text.slice(0, Math.max(0, text.indexOf(':'))).slice(0, NAME_MOST)
}

const NAME_MOST = 200

/** `entries` are `user:password`, as Flower's option has them; a password may hold colons and any letters. */
export function createBasicAuth(entries: readonly string[]): BasicAuth {
  const known = entries.map((entry) => ({
    user: entry.slice(0, entry.indexOf(':')),
    digest: digestOf(Buffer.from(entry)),
  }))
  return (header) => {
    const credentials = credentialsOf(header)
    if (credentials === null) return null
    const digests = [digestOf(credentials), digestOf(fromLatin1(credentials))]
    let user: string | null = null
    // All entries, always, and by digests of one length: the time taken tells nothing about names or passwords.
    for (const entry of known) {
      for (const digest of digests) {
        if (timingSafeEqual(entry.digest, digest) && user === null) user = entry.user
      }
    }
    return user
  }
}

function credentialsOf(header: string | undefined): Buffer | null {
  const match = /^basic +([a-z0-9+/_-]+=*) *$/i.exec(header ?? '')
  return match?.[1] === undefined ? null : Buffer.from(match[1], 'base64')
}

/** Some clients send names in Latin-1 where others send UTF-8 (RFC 7617 leaves it open). */
function fromLatin1(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1'), 'utf8')
}

function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
