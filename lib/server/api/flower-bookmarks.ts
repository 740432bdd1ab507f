/** Addresses that people have kept from Flower, 2.2 and older, lead to what they showed there. */
import { type Reply, redirect } from '../reply.ts'
import type { Call, Route } from '../route.ts'

const common = { method: 'GET', family: 'page', role: 'viewer' } as const

export const flowerBookmarks: readonly Route[] = [
  { ...common, path: '/tasks', handle: presetTasks },
  // Pages of Flower 0.9 and 1.0.
  { ...common, path: '/dashboard', handle: ({ withPrefix }) => redirect(withPrefix('/workers')) },
  { ...common, family: 'open', path: '/favicon.ico', handle: ({ withPrefix }) => redirect(withPrefix('/icon.svg')) },
  { ...common, path: '/monitor', handle: ({ withPrefix }) => redirect(withPrefix('/')) },
]

const PRESETS = ['state', 'worker', 'name'] as const

/** Flower's `/tasks?state=X&worker=Y&name=Z` as a search (flower.md 1.3); null: the page as it is. */
function presetTasks({ query, withPrefix }: Call): Reply | null {
  if (query.text('q') !== null) return null
  const terms = PRESETS.flatMap((name) => {
    const value = query.text(name)
    return value === null || value === '' ? [] : [`${name}:${quoted(value)}`]
  })
  return terms.length === 0 ? null : redirect(withPrefix(`/tasks?${new URLSearchParams({ q: terms.join(' ') })}`))
}

/** In quotes where a sign would mean something to the search. */
function quoted(value: string): string {
  return /^[\w.@%-]+$/.test(value) ? value : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
