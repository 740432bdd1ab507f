/** Things that go wrong in the demo, one after the other, each with its end. */

/** What can be away: tasks ask for it before they use it. */
export type Part = 'search' | 'payments'

export interface Incident {
  readonly name: string
  readonly lastsMs: number
  readonly breaks: Part
  /** More pages to index per second while it lasts: work that piles up. */
  readonly extraIndexing: number
}

/** The first one is the one that most visitors see: a task fails, and low_priority grows past its limit. */
export const INCIDENTS: readonly Incident[] = [
  {
    name: 'a search node is away: search.reindex fails, low_priority piles up',
    lastsMs: 60_000,
    breaks: 'search',
    extraIndexing: 7,
  },
  {
    name: 'the payment provider is away: payments.capture fails and is tried again',
    lastsMs: 60_000,
    breaks: 'payments',
    extraIndexing: 0,
  },
]

export interface IncidentTimes {
  /** Until the first begins. */
  readonly firstAfterMs: number
  /** From the end of one to the begin of the next. */
  readonly pauseMs: number
}

export const DEMO_TIMES: IncidentTimes = { firstAfterMs: 60_000, pauseMs: 180_000 }

export interface IncidentAt {
  readonly incident: Incident
  /** 0 = the first of the demo. */
  readonly index: number
}

/** Which incident goes on `sinceStartMs` after the start, by the clock alone; null between them. */
export function incidentAt(sinceStartMs: number, times: IncidentTimes = DEMO_TIMES): IncidentAt | null {
  let begin = times.firstAfterMs
  for (let index = 0; begin <= sinceStartMs; index++) {
    const incident = INCIDENTS[index % INCIDENTS.length]
    if (incident === undefined) return null
    if (sinceStartMs < begin + incident.lastsMs) return { incident, index }
    begin += incident.lastsMs + times.pauseMs
  }
  return null
}
