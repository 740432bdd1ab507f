'use client'

import { Command } from 'cmdk'
import {
  CalendarClock,
  Clock,
  CornerDownLeft,
  KeyRound,
  ListChecks,
  LogOut,
  Moon,
  Pause,
  Search,
  Server,
} from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useLive } from '../live/use-live.ts'
import { useMe } from '../live/use-me.ts'
import { usePause } from '../live/use-pause.ts'
import { useRouter } from '../ui/navigation.ts'
import { nextTimeForm } from '../ui/time-form.ts'
import { FOOT_ITEMS, NAV_ITEMS } from './nav-items.ts'
import { PaletteClasses } from './palette-classes.tsx'
import { ICON, PaletteGroup, PaletteItem } from './palette-item.tsx'
import { PaletteSchedules } from './palette-schedules.tsx'
import { logOut } from './person.tsx'
import { toggleTheme } from './theme.ts'

const ID_START = /^[0-9a-f]{6,}[0-9a-f-]*$/i
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Everything by name: pages, queues, workers, schedules, tasks by id or words, and what the page can do. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const router = useRouter()
  const [text, setText] = useState('')
  const { view: workers } = useLive({ name: 'workers' })
  const { view: queues } = useLive({ name: 'queues' })
  const { paused, setPaused } = usePause()
  const { me } = useMe()

  useEffect(() => {
    const element = dialog.current
    if (element === null) return
    const before = document.activeElement
    element.showModal()
    // It gives the focus to the list around the box.
    element.querySelector('input')?.focus()
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
            value={text}
            onValueChange={setText}
            placeholder="Page, task id or name, queue, worker…"
            className="h-11 w-full bg-transparent text-base outline-none"
          />
        </div>
        <Command.List className="scroll-thin max-h-[50vh] overflow-y-auto p-1">
          <Command.Empty className="px-3 py-6 text-center text-sm text-fg-3">Nothing of that name.</Command.Empty>
          {typed !== '' && (
            <Command.Group>
              {UUID.test(typed) && (
                <PaletteItem
                  value={`open ${typed}`}
                  onSelect={() => go(`/task/${typed}`)}
                  icon={<CornerDownLeft {...ICON} />}
                >
                  Open task <b className="font-mono text-xs font-medium">{typed}</b>
                </PaletteItem>
              )}
              <PaletteItem
                value={`search tasks ${typed}`}
                onSelect={() => go(`/tasks?q=${encodeURIComponent(ID_START.test(typed) ? `id:${typed}*` : typed)}`)}
                icon={<Search {...ICON} />}
              >
                Search tasks for <b className="font-medium">{typed}</b>
              </PaletteItem>
            </Command.Group>
          )}
          <PaletteGroup heading="Go to">
            {NAV_ITEMS.map((item) => (
              <PaletteItem
                key={item.href}
                value={`go to ${item.label}`}
                onSelect={() => go(item.href)}
                icon={<item.icon {...ICON} />}
                keys={`g ${item.key}`}
              >
                {item.label}
              </PaletteItem>
            ))}
            {FOOT_ITEMS.map((item) => (
              <PaletteItem
                key={item.href}
                value={`go to ${item.label}`}
                onSelect={() => go(item.href)}
                icon={<item.icon {...ICON} />}
                {...(item.key !== undefined && { keys: `g ${item.key}` })}
              >
                {item.label}
              </PaletteItem>
            ))}
            <PaletteItem
              value="api tokens create revoke"
              onSelect={() => go('/settings?tab=tokens')}
              icon={<KeyRound {...ICON} />}
            >
              API tokens
            </PaletteItem>
          </PaletteGroup>
          <PaletteGroup heading="Do">
            {me?.canLogOut === true && (
              <PaletteItem value="log out sign out" onSelect={logOut} icon={<LogOut {...ICON} />}>
                Log out {me.user}
              </PaletteItem>
            )}
            <PaletteItem
              value="pause live go on"
              onSelect={() => act(() => setPaused(!paused))}
              icon={<Pause {...ICON} />}
              keys="p"
            >
              {paused ? 'Go on live' : 'Pause the page'}
            </PaletteItem>
            <PaletteItem value="theme light dark" onSelect={() => act(toggleTheme)} icon={<Moon {...ICON} />} keys="d">
              Light or dark theme
            </PaletteItem>
            <PaletteItem
              value="time age local utc"
              onSelect={() => act(nextTimeForm)}
              icon={<Clock {...ICON} />}
              keys="t"
            >
              Times as age, local or UTC
            </PaletteItem>
            <PaletteItem
              value="failed tasks"
              onSelect={() => go('/tasks?q=state%3Afailed')}
              icon={<ListChecks {...ICON} />}
            >
              Failed tasks
            </PaletteItem>
            <PaletteItem
              value="overdue missed schedules"
              onSelect={() => go('/schedules?state=overdue')}
              icon={<CalendarClock {...ICON} />}
            >
              Overdue schedules
            </PaletteItem>
            <PaletteItem
              value="calendar next 24 hours schedules"
              onSelect={() => go('/schedules?tab=calendar')}
              icon={<CalendarClock {...ICON} />}
            >
              Schedules of the next 24 hours
            </PaletteItem>
          </PaletteGroup>
          <PaletteGroup heading="Queues">
            {queues?.rows.slice(0, 50).map((queue) => (
              <PaletteItem
                key={queue.name}
                value={`queue ${queue.name}`}
                onSelect={() => go(`/queue/${encodeURIComponent(queue.name)}`)}
                icon={<ListChecks {...ICON} />}
              >
                {queue.name}
              </PaletteItem>
            ))}
          </PaletteGroup>
          <PaletteGroup heading="Workers">
            {workers?.rows.slice(0, 50).map((worker) => (
              <PaletteItem
                key={worker.name}
                value={`worker ${worker.name}`}
                onSelect={() => go(`/worker/${encodeURIComponent(worker.name)}`)}
                icon={<Server {...ICON} />}
              >
                {worker.name}
              </PaletteItem>
            ))}
          </PaletteGroup>
          {typed.length >= 2 && <PaletteClasses typed={typed} go={go} />}
          {typed.length >= 2 && <PaletteSchedules typed={typed} go={go} />}
        </Command.List>
      </Command>
    </dialog>
  )
}
