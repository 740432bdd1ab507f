/**
 * One browser's socket: the topics it watches, how far behind it is, and whether anybody looks at it. It never waits
 * for the browser: a slow one gets no diffs, and a snapshot when it has caught up (reliability-security.md E8).
 */
import type { Change, Json } from '../live/changes.ts'
import { MAX_TOPICS, type WatchAnswer } from '../live/socket.ts'
import { parseTopic, TOPICS_FOR_HIDDEN_TABS } from '../live/topic.ts'
import type { Feeds, FeedWatch } from '../monitor/contracts.ts'
import type { Clock } from '../runtime/clock.ts'
import type { ServerLimits } from './limits.ts'
import { type LongList, longListOf, partBounds } from './long-list.ts'
import type { PacketCache } from './packet.ts'

/** A hidden tab gets what it is still told this often. */
export const HIDDEN_EVERY_MS = 15_000
/** Parts of a long list wait while so much of what went before has not left this process. */
const PARTS_AHEAD_BYTES = 524_288
const PARTS_WAIT_MS = 20
/** Changes that wait for the last part; with more a new snapshot is less work. */
const DIFFS_BEHIND_PARTS = 30

export interface SessionDeps {
  readonly feeds: Pick<Feeds, 'watch'>
  readonly packets: PacketCache
  readonly clock: Clock
  readonly limits: ServerLimits
  /** Hands one packet to the transport; `sent` is called when it has left this process. */
  readonly write: (packet: string, sent: () => void) => void
  readonly cut: (reason: string) => void
}

interface Watched {
  readonly topic: string
  readonly hiddenToo: boolean
  /** Null while the tab is hidden. */
  watch: FeedWatch | null
  /** It refused a diff and needs a snapshot. */
  behind: boolean
  /** Changes that came while parts of its snapshot were still to be sent; null when none are. */
  queued: string[] | null
}

export class SocketSession {
  readonly #deps: SessionDeps
  readonly #topics = new Map<string, Watched>()
  #visible = true
  #unsentBytes = 0
  #largestSnapshot = 0
  #slowSinceMs: number | null = null
  #hiddenTurnMs = 0

  constructor(deps: SessionDeps) {
    this.#deps = deps
  }

  get topics(): number {
    return this.#topics.size
  }

  get visible(): boolean {
    return this.#visible
  }

  get slow(): boolean {
    return this.#slowSinceMs !== null
  }

  /** Starts a topic, or starts it anew. Throws `topic/unknown`. */
  watch(text: string): WatchAnswer {
    const topic = parseTopic(text)
    const before = this.#topics.get(text)
    if (before === undefined && this.#topics.size >= MAX_TOPICS) {
      return { ok: false, code: 'too_many_topics', error: `At most ${MAX_TOPICS} topics may be watched at once.` }
    }
    if (before !== undefined) halt(before)
    const watched: Watched = {
      topic: text,
      hiddenToo: TOPICS_FOR_HIDDEN_TABS.has(topic.name),
      watch: null,
      behind: false,
      queued: null,
    }
    this.#topics.set(text, watched)
    try {
      if (this.#visible || watched.hiddenToo) this.#open(watched)
    } catch (error) {
      this.#topics.delete(text)
      throw error
    }
    return { ok: true }
  }

  unwatch(text: string): void {
    const watched = this.#topics.get(text)
    if (watched !== undefined) halt(watched)
    this.#topics.delete(text)
  }

  setVisible(visible: boolean): void {
    if (visible === this.#visible) return
    this.#visible = visible
    this.#hiddenTurnMs = this.#deps.clock.monotonicMs()
    for (const watched of this.#topics.values()) {
      if (visible) {
        if (watched.watch === null) this.#open(watched)
        else this.#resync(watched)
      } else if (!watched.hiddenToo) {
        halt(watched)
      }
    }
  }

  /** Called about twice a second: lets a reader that has caught up go on, and cuts one that does not. */
  tick(): void {
    const nowMs = this.#deps.clock.monotonicMs()
    if (this.#slowSinceMs !== null) {
      const reason = this.#hopeless(nowMs - this.#slowSinceMs)
      if (reason !== null) this.#deps.cut(reason)
      if (this.#unsentBytes > this.#deps.limits.socketSlowBytes / 4) return
      this.#slowSinceMs = null
    }
    if (!this.#visible && nowMs - this.#hiddenTurnMs < HIDDEN_EVERY_MS) return
    this.#hiddenTurnMs = nowMs
    // Parts that are under way come to their end first: over a slow line a new beginning would never have one.
    for (const watched of this.#topics.values()) if (watched.behind && watched.queued === null) this.#resync(watched)
  }

  #hopeless(slowMs: number): string | null {
    const { socketCutBytes, socketCutMs } = this.#deps.limits
    if (this.#unsentBytes > socketCutBytes + this.#largestSnapshot) return 'too far behind'
    return slowMs > socketCutMs ? 'behind for too long' : null
  }

  /** Sent only to a reader that keeps up: silence tells the others the truth. */
  alive(packet: string): void {
    if (!this.#isSlow()) this.#write(packet)
  }

  close(): void {
    for (const watched of this.#topics.values()) halt(watched)
    this.#topics.clear()
  }

  #open(watched: Watched): void {
    const { feeds, packets, clock } = this.#deps
    const { topic } = watched
    watched.behind = false
    watched.watch = feeds.watch(topic, {
      // A view is plain JSON by the contract of lib/live/views.ts.
      snapshot: (seq, view) => this.#snapshot(watched, seq, view as Json),
      diff: (seq, change) => {
        const { queued } = watched
        if (!this.#visible || this.#isSlow() || (queued !== null && queued.length >= DIFFS_BEHIND_PARTS)) {
          watched.behind = true
          return false
        }
        // A change is made by lib/live/changes.ts.
        const message = { topic, seq, change: change as Change, serverMs: clock.nowMs() }
        if (queued === null) this.#write(packets.diff(message))
        else queued.push(packets.diff(message))
        return true
      },
    })
  }

  #snapshot(watched: Watched, seq: number, view: Json): void {
    const { packets, clock } = this.#deps
    const { topic } = watched
    const serverMs = clock.nowMs()
    const long = longListOf(view)
    watched.queued = null
    if (long === null) {
      const packet = packets.snapshot({ topic, seq, view, serverMs })
      this.#largestSnapshot = Math.max(this.#largestSnapshot, packet.length)
      this.#write(packet)
      return
    }
    const { list, parts } = long
    this.#write(packets.snapshot({ topic, seq, view: long.view, serverMs, rest: { list, parts } }))
    watched.queued = []
    void this.#sendParts(watched, watched.queued, long)
  }

  /** One part a turn; ends early when `queued` is no longer what `watched` waits with. Never rejects. */
  async #sendParts(watched: Watched, queued: readonly string[], { items, parts }: LongList): Promise<void> {
    const { packets, clock } = this.#deps
    const { topic } = watched
    for (let part = 0; part < parts; part++) {
      const { from, to } = partBounds(part)
      this.#write(packets.part({ topic, part, serverMs: clock.nowMs() }, items, from, to))
      await clock.sleep(1)
      while (watched.queued === queued && this.#unsentBytes > PARTS_AHEAD_BYTES) await clock.sleep(PARTS_WAIT_MS)
      if (watched.queued !== queued) return
    }
    watched.queued = null
    for (const packet of queued) this.#write(packet)
  }

  #resync(watched: Watched): void {
    if (this.#isSlow()) return
    watched.behind = false
    watched.watch?.resync()
  }

  /** One snapshot may be larger than the limit: being behind by that alone is not slow. */
  #isSlow(): boolean {
    if (this.#unsentBytes <= this.#deps.limits.socketSlowBytes + this.#largestSnapshot)
      return this.#slowSinceMs !== null
    this.#slowSinceMs ??= this.#deps.clock.monotonicMs()
    return true
  }

  #write(packet: string): void {
    const { length } = packet
    this.#unsentBytes += length
    this.#deps.write(packet, () => {
      this.#unsentBytes -= length
    })
  }
}

/** Nothing more is sent of it, parts that are under way neither. */
function halt(watched: Watched): void {
  watched.watch?.stop()
  watched.watch = null
  watched.queued = null
}
