import { randomBytes } from 'node:crypto'
import type { Reply } from '../reply.ts'

export interface AuthPage {
  readonly status: number
  readonly title: string
  readonly text: string
  /** Where to go on from here. */
  readonly link: { readonly href: string; readonly text: string } | null
  readonly cookies?: readonly string[]
}

const STYLE = `:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:15px/1.5 system-ui,sans-serif;background:light-dark(#fbfcfe,#0c1015);color:light-dark(#16202b,#e6edf3)}
main{max-width:28rem;margin:1rem;padding:1.5rem 1.75rem;border:1px solid light-dark(#dfe4ea,#263039);border-radius:10px;background:light-dark(#fff,#12181f)}
h1{margin:0 0 .5rem;font-size:1.15rem;font-weight:600}p{margin:0 0 1rem;overflow-wrap:anywhere}
a{color:light-dark(#0b62d0,#6cb0ff)}p:last-child{margin:0}`

/** A small page for who is not logged in: it loads nothing, so nothing has to be open for it. */
export function authPage({ status, title, text, link, cookies = [] }: AuthPage): Reply {
  const nonce = randomBytes(18).toString('base64')
  const onward = link === null ? '' : `<p><a href="${escaped(link.href)}">${escaped(link.text)}</a></p>`
  return {
    status,
    type: 'text/html; charset=UTF-8',
    body: `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${escaped(title)} · Umbel</title><style nonce="${nonce}">${STYLE}</style></head><body><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p>${onward}</main></body></html>`,
    headers: {
      'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      ...(cookies.length > 0 && { 'Set-Cookie': cookies }),
    },
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
