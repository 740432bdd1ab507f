'use client'

import { useKeys } from '../frame/keys.ts'
import { copyText } from '../ui/copy.tsx'
import { useRouter } from '../ui/navigation.ts'
import { withPrefix } from '../ui/prefix.ts'
import { showToast } from '../ui/toast.ts'
import { scheduleHref } from './schedule-href.ts'

export interface ScheduleKeys {
  readonly order: readonly string[]
  readonly activeId: string | null
  readonly focusRow: (id: string) => void
  readonly take: () => void
  readonly scroller: { readonly current: HTMLDivElement | null }
}

/** The keys of the list (ux.md 4.4). */
export function useScheduleKeys({ order, activeId, focusRow, take, scroller }: ScheduleKeys): void {
  const router = useRouter()
  const at = activeId === null ? -1 : order.indexOf(activeId)
  const go = (index: number) => {
    const to = Math.min(order.length - 1, Math.max(0, index))
    const id = order[to]
    if (id === undefined) return false
    scrollToRow(scroller.current, to, order.length)
    focusRow(id)
    return true
  }
  const withActive = (run: (id: string) => void) => () => {
    if (activeId === null || at < 0) return false
    run(activeId)
    return true
  }
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / 32) - 2)
  useKeys({
    j: () => go(at + 1),
    k: () => go(at - 1),
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    Home: () => go(0),
    End: () => go(order.length - 1),
    PageDown: () => go(at + page()),
    PageUp: () => go(at - page()),
    Enter: withActive((id) => router.push(scheduleHref(id))),
    'Shift+y': withActive(
      (id) =>
        void copyText(new URL(withPrefix(scheduleHref(id)), window.location.href).href).then(
          (done) => done && showToast({ text: 'Link copied.' }),
        ),
    ),
    '.': take,
    Escape: () => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    },
  })
}

/** Brings a row into sight, clear of the head. */
function scrollToRow(element: HTMLElement | null, index: number, count: number): void {
  if (element === null || count === 0) return
  const head = element.querySelector<HTMLElement>('[role="rowgroup"]')?.offsetHeight ?? 0
  const height = (element.scrollHeight - head) / count
  const top = index * height
  const room = element.clientHeight - head
  if (top < element.scrollTop) element.scrollTop = top
  else if (top + height > element.scrollTop + room) element.scrollTop = top + height - room
}
