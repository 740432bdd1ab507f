'use client'

import { Ellipsis } from 'lucide-react'
import { useId, useRef } from 'react'
import type { StatusView } from '../../lib/live/views.ts'
import { cx } from '../ui/cx.ts'
import { Link } from '../ui/link.tsx'
import { FOOT_ITEMS, isCurrent, type NavItem } from './nav-items.ts'

type Props = {
  /** Those that have no place of their own. */
  readonly items: readonly NavItem[]
  readonly path: string
  readonly status: StatusView | null
  /** What every place of the bar looks like. */
  readonly className: string
}

/** The last place of the bar on a phone: all other pages, with the sum of what calls from them. */
export function MorePages({ items, path, status, className }: Props) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const alarms = items.map((item) => (status === null ? 0 : item.alarm(status)))
  const all = alarms.reduce((sum, count) => sum + count, 0)
  const isHere = [...items, ...FOOT_ITEMS].some((item) => isCurrent(item, path))
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        className={cx(className, isHere ? 'font-medium text-accent' : 'text-fg-2')}
      >
        <Ellipsis size={18} strokeWidth={1.75} aria-hidden />
        More
        {all > 0 && <AlarmMark count={all} words={items.map((item, i) => alarmWords(item, alarms[i] ?? 0)).join('')} />}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        className="float fixed inset-auto right-2 bottom-[calc(3.75rem+env(safe-area-inset-bottom))] m-0 min-w-48 p-1"
      >
        {[...items, ...FOOT_ITEMS].map((item) => {
          const count = alarms[items.findIndex(({ href }) => href === item.href)] ?? 0
          return (
            <Link
              key={item.href}
              href={item.href}
              aria-current={isCurrent(item, path) ? 'page' : undefined}
              className="ring-inside flex min-h-11 items-center gap-2.5 rounded-md px-2 text-fg text-sm hover:bg-hover"
              onClick={() => list.current?.hidePopover()}
            >
              <item.icon size={16} strokeWidth={1.75} className="text-fg-3" aria-hidden />
              <span className="flex-1">{item.label}</span>
              {count > 0 && <span className="text-bad text-xs">{count}</span>}
            </Link>
          )
        })}
      </div>
    </>
  )
}

/** A number where a person should act. */
export function AlarmMark({ count, words }: { readonly count: number; readonly words: string }) {
  return (
    <span className="absolute top-1.5 left-1/2 ml-2 min-w-4 rounded-full bg-danger px-1 text-center text-2xs leading-4 text-on-danger">
      {count}
      <span className="sr-only"> {words}</span>
    </span>
  )
}

function alarmWords(item: NavItem, count: number): string {
  return count === 0 ? '' : `${item.label}: ${item.alarmText(count)} `
}
