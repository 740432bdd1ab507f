'use client'

import { useLive } from '../live/use-live.ts'
import { cx } from '../ui/cx.ts'
import { Link } from '../ui/link.tsx'
import { usePathname } from '../ui/navigation.ts'
import { isCurrent, NAV_ITEMS } from './nav-items.ts'

/** The way around on a phone. */
export function BottomBar() {
  const path = usePathname()
  const { view } = useLive({ name: 'status' })
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-20 flex border-t border-line bg-bg pb-[env(safe-area-inset-bottom)] md:hidden"
    >
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
              'ring-inside relative flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-2xs',
              current ? 'font-medium text-accent' : 'text-fg-2',
            )}
          >
            <Icon size={18} strokeWidth={1.75} aria-hidden />
            {item.label}
            {alarm > 0 && (
              <span className="absolute top-1.5 left-1/2 ml-2 min-w-4 rounded-full bg-danger px-1 text-center text-2xs leading-4 text-on-danger">
                {alarm}
                <span className="sr-only"> {item.alarmText(alarm)}</span>
              </span>
            )}
          </Link>
        )
      })}
    </nav>
  )
}
