/** For how long an entry can be held with one click. Times are wall clocks in milliseconds. */
export type HoldChoice = {
  readonly label: string
  /** Until when, from now on; null: until somebody says otherwise. */
  readonly until: (nowMs: number) => number | null
}

const MINUTE_MS = 60_000

export const HOLD_CHOICES: readonly HoldChoice[] = [
  { label: 'Hold for 15 minutes', until: (nowMs) => nowMs + 15 * MINUTE_MS },
  { label: 'Hold for 1 hour', until: (nowMs) => nowMs + 60 * MINUTE_MS },
  { label: 'Hold until tomorrow 08:00', until: tomorrowMorning },
  { label: 'Hold for good', until: () => null },
]

/** 08:00 of the next day, by the clock of whoever looks. */
export function tomorrowMorning(nowMs: number): number {
  const at = new Date(nowMs)
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1, 8).getTime()
}

/** What an input of the type `datetime-local` holds for a moment, by the viewer's clock. */
export function toLocalInput(ms: number): string {
  const at = new Date(ms)
  const pad = (value: number, length = 2) => String(value).padStart(length, '0')
  const day = `${pad(at.getFullYear(), 4)}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`
}

/** The moment that such an input holds; null when it holds none. */
export function fromLocalInput(text: string): number | null {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? new Date(text).getTime() : Number.NaN
  return Number.isNaN(ms) ? null : ms
}
