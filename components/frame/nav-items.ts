import {
  Bell,
  CalendarClock,
  Gauge,
  Layers,
  ListChecks,
  type LucideIcon,
  Network,
  ScrollText,
  Server,
  Settings,
} from 'lucide-react'
import type { StatusView } from '../../lib/live/views.ts'

export interface NavItem {
  readonly href: string
  readonly label: string
  readonly icon: LucideIcon
  /** The key after `g`. */
  readonly key: string
  /** Paths that belong to it. */
  readonly paths: readonly string[]
  /** A number only where a person should act. */
  readonly alarm: (status: StatusView) => number
  readonly alarmText: (count: number) => string
}

const nothing = () => 0

/** The pages that exist, in the order of the side bar. */
export const NAV_ITEMS: readonly NavItem[] = [
  { href: '/', label: 'Overview', icon: Gauge, key: 'o', paths: [], alarm: nothing, alarmText: String },
  {
    href: '/tasks',
    label: 'Tasks',
    icon: ListChecks,
    key: 't',
    paths: ['/task/', '/class/'],
    alarm: nothing,
    alarmText: String,
  },
  {
    href: '/queues',
    label: 'Queues',
    icon: Layers,
    key: 'q',
    paths: ['/queue/'],
    alarm: (status) => status.counts.queuesOverLimit,
    alarmText: (count) => `${count} over the limit`,
  },
  {
    href: '/workers',
    label: 'Workers',
    icon: Server,
    key: 'w',
    paths: ['/worker/'],
    alarm: nothing,
    alarmText: String,
  },
  {
    href: '/schedules',
    label: 'Schedules',
    icon: CalendarClock,
    key: 's',
    paths: ['/schedule/'],
    alarm: nothing,
    alarmText: String,
  },
  {
    href: '/alerts',
    label: 'Alerts',
    icon: Bell,
    key: 'a',
    paths: [],
    alarm: (status) => status.counts.alertsFiring,
    alarmText: (count) => `${count} firing`,
  },
]

/** Beside the cluster itself: at the foot of the side bar, and in the palette. */
export const FOOT_ITEMS: readonly (Pick<NavItem, 'href' | 'label' | 'icon' | 'paths'> &
  Partial<Pick<NavItem, 'key'>>)[] = [
  { href: '/broker', label: 'Broker', icon: Network, key: 'b', paths: [] },
  { href: '/settings', label: 'Settings', icon: Settings, key: ',', paths: [] },
  { href: '/audit', label: 'Audit', icon: ScrollText, paths: [] },
]

export function isCurrent(item: Pick<NavItem, 'href' | 'paths'>, path: string): boolean {
  if (path === item.href) return true
  return item.paths.some((start) => path.startsWith(start))
}
