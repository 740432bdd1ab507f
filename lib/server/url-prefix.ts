/**
 * `--url-prefix`: everything lies below one path (flower.md 5.4). It is taken off on the way in and put on what a
 * browser is told to ask for; nothing in between knows of it.
 */
export interface UrlPrefix {
  /** `/umbel` or `/tools/umbel`; empty where there is none. */
  readonly path: string
  /** Where a request leads: its address without the prefix, or what to do instead. */
  enter(url: string): Entry
}

export type Entry =
  | { readonly kind: 'inside'; readonly url: string }
  /** `/prefix`: Flower answers 404 there, and that is where its logins end; ours leads on to `/prefix/`. */
  | { readonly kind: 'door'; readonly location: string }
  | { readonly kind: 'outside' }

const SEGMENT = /^[A-Za-z0-9._~!$&'()*+,;=:@-]+$/

/** A process serves one dashboard: its prefix. */
let ofThisServer = ''

/** A path of ours as a browser has to ask for it: for redirects, cookies and links. */
export function withPrefix(path: string): string {
  return ofThisServer + path
}

/** `path` as in `urlPrefixPath`. From now on `withPrefix` adds it. */
export function createUrlPrefix(path: string): UrlPrefix {
  const below = `${path}/`
  ofThisServer = path
  return {
    path,
    enter(url) {
      if (path === '' || url.startsWith(below)) return { kind: 'inside', url: url.slice(path.length) }
      if (url === path || url.startsWith(`${path}?`)) return { kind: 'door', location: below + url.slice(path.length) }
      return { kind: 'outside' }
    },
  }
}

/** What a person writes (`umbel`, `/tools/umbel/`) as a path without a slash at its end. Undefined: it cannot be one. */
export function urlPrefixPath(text: string): string | undefined {
  const trimmed = text.trim().replace(/^\/+|\/+$/g, '')
  if (trimmed === '') return ''
  const segments = trimmed.split('/')
  const isPath = segments.every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..')
  return isPath && trimmed.length <= 200 ? `/${trimmed}` : undefined
}
