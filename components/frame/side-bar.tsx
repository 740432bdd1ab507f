'use client'

import { useLive } from '../live/use-live.ts'
import { Badge } from '../ui/badge.tsx'
import { cx } from '../ui/cx.ts'
import { Link } from '../ui/link.tsx'
import { usePathname } from '../ui/navigation.ts'
import { Mark } from './mark.tsx'
import { FOOT_ITEMS, isCurrent, NAV_ITEMS } from './nav-items.ts'
import { Person } from './person.tsx'

/** The way around, at the left: words where there is room, icons where there is not. */
export function SideBar() {
  const path = usePathname()
  const { view } = useLive({ name: 'status' })
  return (
    <nav
      aria-label="Pages"
      className="side-bar sticky top-0 z-20 flex h-dvh w-52 shrink-0 flex-col gap-1 border-r border-line bg-bg px-2 pb-3 max-lg:w-12 max-md:hidden"
    >
      <Link href="/" className="mb-2 flex h-12 items-center gap-2 px-2 font-semibold max-lg:justify-center max-lg:px-0">
        <Mark />
        <span className="wide-only text-base">Umbel</span>
      </Link>
      {NAV_ITEMS.map((item) => {
        const current = isCurrent(item, path)
        const alarm = view === null ? 0 : item.alarm(view)
        const Icon = item.icon
        return (
          <Link
            key={item.href}
            href={item.href}
            aria-current={current ? 'page' : undefined}
            className={cx(
              'relative flex h-control min-h-7 items-center gap-2.5 rounded-md px-2 text-sm max-lg:justify-center max-lg:px-0',
              current ? 'bg-selected font-medium text-fg' : 'text-fg-2 hover:bg-hover hover:text-fg',
            )}
          >
            <Icon size={16} strokeWidth={1.75} className={current ? 'text-accent' : undefined} aria-hidden />
            <span className="wide-only flex-1">{item.label}</span>
            {alarm > 0 && (
              <Badge tone="bad" className="alarm">
                {alarm}
                <span className="sr-only"> {item.alarmText(alarm)}</span>
              </Badge>
            )}
          </Link>
        )
      })}
      <span className="flex-1" />
      {FOOT_ITEMS.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          aria-current={isCurrent(item, path) ? 'page' : undefined}
          className={cx(
            'flex h-control min-h-7 items-center gap-2.5 rounded-md px-2 text-sm max-lg:justify-center max-lg:px-0',
            isCurrent(item, path) ? 'bg-selected font-medium text-fg' : 'text-fg-2 hover:bg-hover hover:text-fg',
          )}
        >
          <item.icon
            size={16}
            strokeWidth={1.75}
            className={isCurrent(item, path) ? 'text-accent' : undefined}
            aria-hidden
          />
          <span className="wide-only flex-1">{item.label}</span>
        </Link>
      ))}
      <Person />
      {view !== null && (
        <span className="wide-only truncate px-2 text-2xs text-fg-3" data-tip={view.broker.url}>
          {view.cluster}
        </span>
      )}
    </nav>
  )
}
