'use client'

import { useLive } from '../live/use-live.ts'
import { cx } from '../ui/cx.ts'
import { Link } from '../ui/link.tsx'
import { usePathname } from '../ui/navigation.ts'
import { AlarmMark, MorePages } from './more-pages.tsx'
import { isCurrent, NAV_ITEMS } from './nav-items.ts'

/** So many pages have a place of their own (ux.md 10). */
const PLACES = 4
const PLACE = 'ring-inside relative flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-2xs'

/** The way around on a phone. */
export function BottomBar() {
  const path = usePathname()
  const { view } = useLive({ name: 'status' })
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-20 flex border-t border-line bg-bg pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {NAV_ITEMS.slice(0, PLACES).map((item) => {
        const current = isCurrent(item, path)
        const alarm = view === null ? 0 : item.alarm(view)
        const Icon = item.icon
        return (
          <Link
            key={item.href}
            href={item.href}
            aria-current={current ? 'page' : undefined}
            className={cx(PLACE, current ? 'font-medium text-accent' : 'text-fg-2')}
          >
            <Icon size={18} strokeWidth={1.75} aria-hidden />
            {item.label}
            {alarm > 0 && <AlarmMark count={alarm} words={item.alarmText(alarm)} />}
          </Link>
        )
      })}
      <MorePages items={NAV_ITEMS.slice(PLACES)} path={path} status={view} className={PLACE} />
    </nav>
  )
}
