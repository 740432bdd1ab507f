/**
 * Who of several workers does a thing that one has to do: the one whose request has the lowest logical clock, and of
 * equal ones the one whose `hostname.pid` comes first, when all that are alive have confirmed (wire.md G2). A lone
 * Celery worker dies of its own election; a lone one here wins it.
 */
import { messageOf } from '../lib/errors.ts'
import type { ClusterEvent } from '../lib/protocol/events.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { Events } from './events.ts'

export interface ElectionParts {
  readonly events: Events
  readonly runtime: Runtime
  readonly hostname: string
  /** Workers that are alive, this one included. */
  readonly alive: () => number
  readonly callTask: (signature: unknown) => Promise<void>
}

export interface Elections {
  start(id: string, topic: string, action: unknown): void
  onElect(event: ClusterEvent): void
  onAck(event: ClusterEvent): void
  /** Drops those that never came to an end. */
  forgetOld(): void
}

interface Candidate {
  readonly clock: number
  /** `hostname.pid` */
  readonly node: string
  readonly topic: string
  readonly action: unknown
}

interface Election {
  readonly sinceMs: number
  readonly candidates: Candidate[]
  readonly confirmed: Set<string>
  /** Asked for here: acknowledgements of other elections are not counted. */
  isOurs: boolean
}

const MOST_OPEN = 1_000
const MOST_CANDIDATES = 10_000
const LIFE_MS = 60_000

export function createElections({ events, runtime, hostname, alive, callTask }: ElectionParts): Elections {
  const open = new Map<string, Election>()
  const me = `${hostname}.${process.pid}`

  function electionOf(id: string): Election | null {
    const known = open.get(id)
    if (known !== undefined) return known
    if (open.size >= MOST_OPEN) return null
    const election = {
      sinceMs: runtime.clock.monotonicMs(),
      candidates: [],
      confirmed: new Set<string>(),
      isOurs: false,
    }
    open.set(id, election)
    return election
  }

  function close(id: string, { candidates }: Election): void {
    open.delete(id)
    const [leader] = candidates.toSorted((a, b) => a.clock - b.clock || (a.node < b.node ? -1 : 1))
    if (leader === undefined) return
    if (leader.node !== me) {
      runtime.log.info(`node ${leader.node} elected for '${id}'`)
      return
    }
    runtime.log.info(`I won the election '${id}'`)
    if (leader.topic !== 'task') {
      runtime.log.error(`Unknown election topic '${leader.topic}'`)
      return
    }
    callTask(leader.action).catch((error: unknown) => {
      runtime.log.error('Could not call task', { reason: messageOf(error) })
    })
  }

  return {
    start(id, topic, action) {
      const election = electionOf(id)
      if (election === null) return
      election.isOurs = true
      events.sendWorker('worker-elect', { id, topic, action: action ?? null, cver: 1 })
    },
    onElect({ hostname: from, clock, pid, fields }) {
      const { id, topic, action } = fields
      if (typeof id !== 'string' || typeof topic !== 'string' || clock === null || pid === null) {
        runtime.log.error('an election request misses a field')
        return
      }
      const election = electionOf(id)
      if (election !== null && election.candidates.length < MOST_CANDIDATES)
        election.candidates.push({ clock, node: `${from}.${pid}`, topic, action })
      events.sendWorker('worker-elect-ack', { id })
    },
    onAck({ hostname: from, fields }) {
      const { id } = fields
      const election = typeof id === 'string' ? open.get(id) : undefined
      if (typeof id !== 'string' || election?.isOurs !== true) return
      election.confirmed.add(from)
      if (election.confirmed.size >= alive()) close(id, election)
    },
    forgetOld() {
      const oldest = runtime.clock.monotonicMs() - LIFE_MS
      for (const [id, { sinceMs }] of open) if (sinceMs < oldest) open.delete(id)
    },
  }
}
