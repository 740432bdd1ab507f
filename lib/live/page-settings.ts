/**
 * What the server tells a page when it is drawn, before any socket: where it lives and how the options want it shown.
 * It goes to the pages as a header of the request, which no browser can set.
 */
export interface PageSettings {
  /** What stands before every path: `/umbel`, or empty. */
  readonly prefix: string
  /** False: a page stands still until somebody starts it. */
  readonly autoRefresh: boolean
  /** Times as their distance from now, however long ago. */
  readonly naturalTime: boolean
  /** Ids of the task list's columns, in order; null = the default ones. */
  readonly tasksColumns: readonly string[] | null
}

export const PAGE_SETTINGS_HEADER = 'x-umbel-page'

export const DEFAULT_PAGE_SETTINGS: PageSettings = {
  prefix: '',
  autoRefresh: true,
  naturalTime: false,
  tasksColumns: null,
}

export function pageSettingsText(settings: PageSettings): string {
  return JSON.stringify(settings)
}

/** What `pageSettingsText` made; anything else gives the defaults. */
export function readPageSettings(text: string | null): PageSettings {
  if (text === null) return DEFAULT_PAGE_SETTINGS
  try {
    return { ...DEFAULT_PAGE_SETTINGS, ...(JSON.parse(text) as Partial<PageSettings>) } // our own server wrote it
  } catch {
    return DEFAULT_PAGE_SETTINGS
  }
}

/** Every column of the task list, in its usual order. */
export const TASK_COLUMN_IDS = [
  'state',
  'task',
  'args',
  'queue',
  'worker',
  'wait',
  'run',
  'received',
  'started',
  'finished',
  'eta',
  'retries',
  'result',
  'exception',
  'id',
] as const

/** What Flower calls them (flower.md 1.3), where it has another name; null: the page of a task shows it. */
const FLOWER_NAMES: Readonly<Record<string, (typeof TASK_COLUMN_IDS)[number] | null>> = {
  name: 'task',
  uuid: 'id',
  kwargs: 'args',
  runtime: 'run',
  succeeded: 'finished',
  failed: 'finished',
  retried: 'retries',
  revoked: 'finished',
  routing_key: 'queue',
  exchange: null,
  expires: null,
}

export const TASK_COLUMN_NAMES: readonly string[] = [...new Set([...TASK_COLUMN_IDS, ...Object.keys(FLOWER_NAMES)])]

/** The id of a column by our name or Flower's; null: a name without a column; undefined: there is no such name. */
export function taskColumnId(name: string): string | null | undefined {
  return (
    TASK_COLUMN_IDS.find((id) => id === name) ?? (Object.hasOwn(FLOWER_NAMES, name) ? FLOWER_NAMES[name] : undefined)
  )
}
