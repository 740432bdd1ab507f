'use client'

import { CircleHelp, Moon, Search, Sun } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { cx } from '../ui/cx.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { useStore } from '../ui/store.ts'
import { HealthBars } from './health-bars.tsx'
import { LiveMark } from './live-mark.tsx'
import { openHelp, openPalette } from './overlays.tsx'
import { theme, toggleTheme } from './theme.ts'

export interface PageProps {
  /** The one h1. */
  readonly title: ReactNode
  /** The tab's title before "· Umbel": "44 failed · Tasks". Left out: the title, when it is a text. */
  readonly documentTitle?: string
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** The page fills the window and scrolls inside. */
  readonly fill?: boolean
}

/** A page: its head with title, search and live mark, the bars that say what is broken, and its content. */
export function Page({ title, documentTitle, actions, children, fill = false }: PageProps) {
  const name = documentTitle ?? (typeof title === 'string' ? title : null)
  useEffect(() => {
    document.title = name === null ? 'Umbel' : `${name} · Umbel`
  }, [name])
  return (
    <div className={cx('flex min-w-0 flex-1 flex-col', fill && 'h-dvh')}>
      <header className="sticky top-0 z-10 flex min-h-12 shrink-0 items-center gap-2 border-b border-line bg-bg px-6 max-lg:px-4 max-md:flex-wrap max-md:px-3">
        <h1 className="min-w-0 truncate text-lg font-semibold max-md:flex-1">{title}</h1>
        {actions !== undefined && <div className={ACTIONS}>{actions}</div>}
        <span className="flex-1 max-md:hidden" />
        <SearchButton />
        <LiveMark />
        <span className="flex items-center max-md:hidden">
          <IconButton label="Keys and help" icon={CircleHelp} keys="?" onClick={openHelp} />
          <ThemeButton />
        </span>
      </header>
      <HealthBars />
      <main
        id="main"
        tabIndex={-1}
        className={cx(
          'mx-auto w-full min-w-0 max-w-[105rem] flex-1 px-6 pt-4 pb-8 outline-none max-lg:px-4 max-md:px-3 max-md:pb-20',
          fill && 'flex min-h-0 flex-col pb-0! max-md:pb-14!',
        )}
      >
        {children}
      </main>
    </div>
  )
}

/** On a phone several actions get a line of their own, so that the title keeps its room. */
const ACTIONS =
  'ml-2 flex shrink-0 items-center gap-2 max-md:has-[>:nth-child(2)]:order-last max-md:has-[>:nth-child(2)]:ml-0 max-md:has-[>:nth-child(2)]:w-full max-md:has-[>:nth-child(2)]:pb-2'

function SearchButton() {
  return (
    <button
      type="button"
      onClick={openPalette}
      className="flex h-control min-h-6 items-center gap-2 rounded-md border border-line px-2 text-xs text-fg-3 hover:bg-hover max-md:border-transparent"
    >
      <Search size={14} strokeWidth={1.75} aria-hidden />
      <span className="text-left max-lg:sr-only lg:w-28">Search or do…</span>
      <span className="max-md:hidden" aria-hidden>
        <Kbd>⌘K</Kbd>
      </span>
    </button>
  )
}

function ThemeButton() {
  const shown = useStore(theme, 'light')
  return (
    <IconButton
      label={shown === 'dark' ? 'Light theme' : 'Dark theme'}
      icon={shown === 'dark' ? Sun : Moon}
      keys="d"
      onClick={toggleTheme}
    />
  )
}
