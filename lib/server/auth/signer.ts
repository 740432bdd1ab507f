import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Texts that only we can have written, with an end. */
export interface Signer {
  seal(text: string, forMs: number): string
  /** The text; null when it is not ours, was changed, or has ended. Never throws. */
  open(sealed: string | undefined): string | null
  /** A secret that belongs to a text: whoever has the text cannot find it. */
  derive(text: string): string
}

const SEALED_MOST = 8_192

/** What is sealed for one purpose opens for no other. */
export function createSigner(secret: string, purpose: string, nowMs: () => number): Signer {
  const key = Buffer.from(hkdfSync('sha256', secret, 'umbel', purpose, 32))
  const mac = (text: string) => createHmac('sha256', key).update(text).digest()
  return {
    seal(text, forMs) {
      const body = `${Buffer.from(text).toString('base64url')}.${Math.floor(nowMs() + forMs).toString(36)}`
      return `${body}.${mac(body).toString('base64url')}`
    },
    open(sealed) {
      if (sealed === undefined || sealed.length > SEALED_MOST) return null
      const match = /^(([\w-]*)\.([0-9a-z]{1,12}))\.([\w-]{43})$/.exec(sealed)
      const [, body, text, end, signature] = match ?? []
      if (body === undefined || text === undefined || end === undefined || signature === undefined) return null
      // Compared as text: base64 has several ways to write the last bits, and only ours may pass.
      if (!timingSafeEqual(Buffer.from(signature), Buffer.from(mac(body).toString('base64url')))) return null
      return Number.parseInt(end, 36) > nowMs() ? Buffer.from(text, 'base64url').toString() : null
    },
    derive: (text) => mac(`derived:${text}`).toString('base64url'),
  }
}
