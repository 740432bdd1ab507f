/** Moments as they read on a clock of another zone. Zones are IANA names, "Europe/Berlin"; UTC for one nobody knows. */
const formats = new Map<string, Intl.DateTimeFormat>()
/** Asked for each row; to find it out takes long. */
let mine: string | null = null

/** "Mon 23 Nov 02:30:00", with the year when it is not that of `nowMs`. */
export function formatInZone(ms: number, zone: string, nowMs: number): string {
  if (!Number.isFinite(ms)) return '–'
  const then = partsOf(ms, zone)
  const year = then.year === partsOf(nowMs, zone).year ? '' : ` ${then.year}`
  return `${then.weekday} ${then.day} ${then.month}${year} ${then.hour}:${then.minute}:${then.second}`
}

/** The zone of whoever looks. */
export function viewerZone(): string {
  mine ??= new Intl.DateTimeFormat().resolvedOptions().timeZone
  return mine
}

/** True where both clocks show the same at this moment. */
export function isSameClock(one: string, other: string, atMs: number): boolean {
  return one === other || formatInZone(atMs, one, atMs) === formatInZone(atMs, other, atMs)
}

/** "02:30" says nothing without its zone where the clock of whoever looks shows another time: "Berlin"; else null. */
export function otherZone(zone: string, expression: string, atMs: number): string | null {
  const isOfClock = /^\S+( \S+){4}$/.test(expression)
  if (!isOfClock || isSameClock(viewerZone(), zone, atMs)) return null
  return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ')
}

function partsOf(ms: number, zone: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    formatOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  )
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = makeFormat(zone) ?? makeFormat('UTC') ?? new Intl.DateTimeFormat('en-GB')
  if (formats.size > 100) formats.clear()
  formats.set(zone, made)
  return made
}

function makeFormat(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
  } catch {
    return null
  }
}
