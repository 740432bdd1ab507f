/** One place where a schedule is kept, under the name that the dashboard gives it. */
import type { ScheduleStore } from '../../schedule-store/schedule-store.ts'

export interface ScheduleSource {
  /** First part of the ids of its entries: `redis`, `django`, `file`, `app`. No slash. */
  readonly name: string
  readonly store: ScheduleStore
  /** Zone of schedules that name none; null = as the workers' settings say, else UTC. */
  readonly zone: string | null
  /** Tells the store how to find out the zone where this one is null: its edits are to mean what the page shows. */
  readonly tellZone?: (zone: () => string) => void
  /** Nobody named it: shown only while something is in it, and its errors only once something was. */
  readonly unasked: boolean
  /** True: opened and closed with the monitor; false: by whoever made it. */
  readonly owned: boolean
}

export function entryId(source: string, name: string): string {
  return `${source}/${name}`
}

/** Null when this is no id of an entry. The name may hold slashes itself. */
export function splitEntryId(id: string): { readonly source: string; readonly name: string } | null {
  const slash = id.indexOf('/')
  return slash <= 0 || slash === id.length - 1 ? null : { source: id.slice(0, slash), name: id.slice(slash + 1) }
}
