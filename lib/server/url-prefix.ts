/** Everything may lie below a path, as behind a reverse proxy: the one place that knows of it. */

/** What a request's address is, seen from inside. */
export type Entry =
  | { readonly kind: 'inside'; readonly url: string }
  /** The prefix without its slash: Flower answers 404 here, which is where its OAuth log-ins end. */
  | { readonly kind: 'door'; readonly location: string }
  | { readonly kind: 'outside' }

export interface UrlPrefix {
  /** `/umbel`, or empty. */
  readonly path: string
  enter(url: string): Entry
  /** A path of ours as a browser has to ask for it. */
  withPrefix(path: string): string
}

/** `path` as `urlPrefixPath` gives it. */
export function createUrlPrefix(path: string): UrlPrefix {
  return {
    path,
    enter(url) {
      if (path === '') return { kind: 'inside', url }
      if (!url.startsWith(path)) return { kind: 'outside' }
      const rest = url.slice(path.length)
      if (rest.startsWith('/')) return { kind: 'inside', url: rest }
      return rest === '' || rest.startsWith('?') ? { kind: 'door', location: `${path}/${rest}` } : { kind: 'outside' }
    },
    withPrefix: (inner) => path + inner,
  }
}

/** The prefix as somebody wrote it, with one slash before and none after; undefined when it is no plain path. */
export function urlPrefixPath(text: string): string | undefined {
  const parts = text.replace(/^\/+|\/+$/g, '')
  if (parts === '') return ''
  const isPlain = parts.split('/').every((part) => /^[\w.~-]+$/.test(part) && part !== '.' && part !== '..')
  return isPlain ? `/${parts}` : undefined
}
