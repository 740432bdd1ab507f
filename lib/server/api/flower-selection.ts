import { UmbelError } from '../../errors.ts'
import type { Arguments } from './arguments.ts'

export const FLOWER_SORTS = ['name', 'received', 'started', 'state'] as const
export type FlowerSort = (typeof FLOWER_SORTS)[number]

/** The arguments of `GET /api/tasks` after parsing (flower.md 2.4). Null: not asked for. */
export interface FlowerSelection {
  readonly limit: number | null
  readonly offset: number
  readonly worker: string | null
  readonly name: string | null
  readonly state: string | null
  readonly receivedStart: number | null
  readonly receivedEnd: number | null
  readonly sort: FlowerSort | null
  readonly descending: boolean
  readonly search: string
}

/** Throws `request/…` in Flower's words. `sort_by=` (empty) is 400 here, where Flower answers 500. */
export function flowerSelection(query: Arguments): FlowerSelection {
  const limit = query.integer('limit')
  const offset = query.integer('offset') ?? 0
  const sortBy = query.text('sort_by')
  return {
    limit: limit === null ? null : Math.max(0, limit),
    offset: Math.max(0, offset),
    worker: filter(query, 'workername'),
    name: filter(query, 'taskname'),
    state: filter(query, 'state'),
    ...sortOf(sortBy),
    receivedStart: localMinute(query.text('received_start')),
    receivedEnd: localMinute(query.text('received_end')),
    search: query.text('search') ?? '',
  }
}

function filter(query: Arguments, name: string): string | null {
  const value = query.text(name)
  return value === null || value === '' || value === 'All' ? null : value
}

function sortOf(sortBy: string | null): { readonly sort: FlowerSort | null; readonly descending: boolean } {
  if (sortBy === null) return { sort: null, descending: false }
  const key = sortBy.replace(/^-+/, '')
  const sort = FLOWER_SORTS.find((known) => known === key)
  if (sort === undefined) {
    throw new UmbelError('request/invalid-sort', { sort: sortBy.slice(0, 100), allowed: FLOWER_SORTS })
  }
  return { sort, descending: sortBy.startsWith('-') }
}

const EXPECTED = 'YYYY-MM-DD HH:MM'

/** Epoch seconds of a minute in the server's own time zone, as Flower reads it. Digits may be few: `2026-1-2 3:04`. */
function localMinute(value: string | null): number | null {
  if (value === null || value === '') return null
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})\s+(\d{1,2}):(\d{1,2})$/.exec(value)?.slice(1).map(Number)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts ?? []
  const date = new Date(year, month - 1, day, hour, minute)
  date.setFullYear(year) // the constructor takes 0..99 for 19..
  const same = date.getMonth() === month - 1 && date.getDate() === day && hour < 24 && minute < 60
  if (parts === undefined || !same) throw new UmbelError('request/invalid-date', { expected: EXPECTED })
  return date.getTime() / 1_000
}
