'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useKeys } from '../frame/keys.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { useRouter } from '../ui/navigation.ts'
import { useStore } from '../ui/store.ts'
import { listOrder } from './list-order.ts'
import { taskHref } from './task-row.tsx'

const NONE: readonly string[] = []

/** The previous and the next task of the list that this one was opened from; nothing where there was none. */
export function Neighbours({ id }: { readonly id: string }) {
  const router = useRouter()
  const order = useStore(listOrder, NONE)
  const at = order.indexOf(id)
  const go = (to: number) => {
    const next = at < 0 ? undefined : order[to]
    if (next === undefined) return false
    router.push(taskHref(next))
    return true
  }
  useKeys({ '[': () => go(at - 1), ']': () => go(at + 1) })
  if (at < 0) return null
  return (
    <>
      <IconButton
        icon={ChevronLeft}
        label="Previous in the list"
        keys="["
        disabledReason={at === 0 ? 'It is the first of the list' : null}
        onClick={() => void go(at - 1)}
      />
      <IconButton
        icon={ChevronRight}
        label="Next in the list"
        keys="]"
        disabledReason={at === order.length - 1 ? 'It is the last of the list' : null}
        onClick={() => void go(at + 1)}
      />
    </>
  )
}
