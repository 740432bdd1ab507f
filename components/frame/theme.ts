import { createStore } from '../ui/store.ts'

export type Theme = 'light' | 'dark'
export const DENSITIES = ['compact', 'normal', 'roomy'] as const
export type Density = (typeof DENSITIES)[number]

const YEAR_S = 365 * 86_400

/** What is shown now; set from the document when the page starts. */
export const theme = createStore<Theme>('light')

/** Takes up what the page was drawn with, and follows the system while nobody chose. */
export function startTheme(): () => void {
  const root = document.documentElement
  const dark = matchMedia('(prefers-color-scheme: dark)')
  theme.set(root.dataset['theme'] === 'dark' ? 'dark' : 'light')
  const follow = () => {
    if (!document.cookie.includes('umbel-theme=')) show(dark.matches ? 'dark' : 'light')
  }
  dark.addEventListener('change', follow)
  return () => dark.removeEventListener('change', follow)
}

export function toggleTheme(): Theme {
  const next = theme.get() === 'dark' ? 'light' : 'dark'
  show(next)
  keep('umbel-theme', next)
  return next
}

export function currentDensity(): Density {
  const shown = document.documentElement.dataset['density']
  return DENSITIES.find((density) => density === shown) ?? 'normal'
}

export function nextDensity(): Density {
  const root = document.documentElement
  const at = DENSITIES.findIndex((density) => density === (root.dataset['density'] ?? 'normal'))
  const next = DENSITIES[(at + 1) % DENSITIES.length] ?? 'normal'
  root.dataset['density'] = next
  keep('umbel-density', next)
  return next
}

export function toggleSideBar(): void {
  const root = document.documentElement
  const narrow = root.dataset['side'] !== 'narrow'
  if (narrow) root.dataset['side'] = 'narrow'
  else delete root.dataset['side']
  keep('umbel-side', narrow ? 'narrow' : 'wide')
}

function show(next: Theme): void {
  document.documentElement.dataset['theme'] = next
  theme.set(next)
}

/** A cookie, so that the server draws the first paint with it. */
function keep(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and on plain HTTP
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`
}
