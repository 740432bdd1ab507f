'use client'

import { Command } from 'cmdk'
import { Clock, CornerDownLeft, ListChecks, Moon, Pause, Search, Server } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useLive } from '../live/use-live.ts'
import { usePause } from '../live/use-pause.ts'
import { nextTimeForm } from '../ui/time-form.ts'
import { NAV_ITEMS } from './nav-items.ts'
import { toggleTheme } from './theme.ts'

const ID_START = /^[0-9a-f]{6,}[0-9a-f-]*$/i
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Everything by name: pages, queues, workers, tasks by id or words, and what the page can do. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const router = useRouter()
  const [text, setText] = useState('')
  const { view: workers } = useLive({ name: 'workers' })
  const { view: queues } = useLive({ name: 'queues' })
  const { paused, setPaused } = usePause()

  useEffect(() => {
    const element = dialog.current
    if (element === null) return
    const before = document.activeElement
    element.showModal()
    return () => {
      element.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])

  const go = (href: string) => {
    onClose()
    router.push(href)
  }
  const act = (action: () => unknown) => {
    onClose()
    action()
  }
  const typed = text.trim()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the key; the click is on the scrim
    <dialog
      ref={dialog}
      aria-label="Search or do"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
      className="mx-auto mt-[12vh] mb-auto w-[36rem] max-w-[calc(100vw-1.5rem)] overflow-hidden rounded-xl border border-line bg-raised p-0 text-fg shadow-pop backdrop:bg-scrim"
    >
      <Command label="Search or do" loop>
        <div className="flex items-center gap-2 border-b border-line px-3">
          <Search size={16} strokeWidth={1.75} className="text-fg-3" aria-hidden />
          <Command.Input
            autoFocus
            value={text}
            onValueChange={setText}
            placeholder="Page, task id, queue, worker…"
            className="h-11 w-full bg-transparent text-base outline-none"
          />
        </div>
        <Command.List className="scroll-thin max-h-[50vh] overflow-y-auto p-1">
          <Command.Empty className="px-3 py-6 text-center text-sm text-fg-3">Nothing of that name.</Command.Empty>
          {typed !== '' && (
            <Command.Group>
              {UUID.test(typed) && (
                <Item value={`open ${typed}`} onSelect={() => go(`/task/${typed}`)} icon={<CornerDownLeft {...ICON} />}>
                  Open task <b className="font-mono text-xs font-medium">{typed}</b>
                </Item>
              )}
              <Item
                value={`search tasks ${typed}`}
                onSelect={() => go(`/tasks?q=${encodeURIComponent(ID_START.test(typed) ? `id:${typed}*` : typed)}`)}
                icon={<Search {...ICON} />}
              >
                Search tasks for <b className="font-medium">{typed}</b>
              </Item>
            </Command.Group>
          )}
          <Group heading="Go to">
            {NAV_ITEMS.map((item) => (
              <Item
                key={item.href}
                value={`go to ${item.label}`}
                onSelect={() => go(item.href)}
                icon={<item.icon {...ICON} />}
                keys={`g ${item.key}`}
              >
                {item.label}
              </Item>
            ))}
          </Group>
          <Group heading="Do">
            <Item
              value="pause live go on"
              onSelect={() => act(() => setPaused(!paused))}
              icon={<Pause {...ICON} />}
              keys="p"
            >
              {paused ? 'Go on live' : 'Pause the page'}
            </Item>
            <Item value="theme light dark" onSelect={() => act(toggleTheme)} icon={<Moon {...ICON} />} keys="d">
              Light or dark theme
            </Item>
            <Item value="time age local utc" onSelect={() => act(nextTimeForm)} icon={<Clock {...ICON} />} keys="t">
              Times as age, local or UTC
            </Item>
            <Item value="failed tasks" onSelect={() => go('/tasks?q=state%3Afailed')} icon={<ListChecks {...ICON} />}>
              Failed tasks
            </Item>
          </Group>
          <Group heading="Queues">
            {queues?.rows.slice(0, 50).map((queue) => (
              <Item
                key={queue.name}
                value={`queue ${queue.name}`}
                onSelect={() => go(`/queue/${encodeURIComponent(queue.name)}`)}
                icon={<ListChecks {...ICON} />}
              >
                {queue.name}
              </Item>
            ))}
          </Group>
          <Group heading="Workers">
            {workers?.rows.slice(0, 50).map((worker) => (
              <Item
                key={worker.name}
                value={`worker ${worker.name}`}
                onSelect={() => go(`/worker/${encodeURIComponent(worker.name)}`)}
                icon={<Server {...ICON} />}
              >
                {worker.name}
              </Item>
            ))}
          </Group>
        </Command.List>
      </Command>
    </dialog>
  )
}

const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true, className: 'shrink-0 text-fg-3' } as const

function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-fg-3"
    >
      {children}
    </Command.Group>
  )
}

interface ItemProps {
  readonly value: string
  readonly onSelect: () => void
  readonly icon: ReactNode
  readonly keys?: string
  readonly children: ReactNode
}

function Item({ value, onSelect, icon, keys, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm data-[selected=true]:bg-hover"
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys !== undefined && <span className="text-2xs text-fg-3">{keys}</span>}
    </Command.Item>
  )
}
