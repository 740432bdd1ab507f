/**
 * One browser's socket: the topics it watches, how far behind it is, and whether anybody looks at it. It never waits
 * for the browser: a slow one gets no diffs, and a snapshot when it has caught up (reliability-security.md E8).
 */
import type { Json } from '../live/changes.ts'
import { MAX_TOPICS, type WatchAnswer } from '../live/socket.ts'
import { parseTopic, TOPICS_FOR_HIDDEN_TABS } from '../live/topic.ts'
import type { Feeds, FeedWatch } from '../monitor/contracts.ts'
import type { Clock } from '../runtime/clock.ts'
import type { ServerLimits } from './limits.ts'
import type { PacketCache } from './packet.ts'

/** A hidden tab gets what it is still told this often. */
export const HIDDEN_EVERY_MS = 15_000

export interface SessionDeps {
  readonly feeds: Feeds
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
    before?.watch?.stop()
    const watched: Watched = {
      topic: text,
      hiddenToo: TOPICS_FOR_HIDDEN_TABS.has(topic.name),
      watch: null,
      behind: false,
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
    this.#topics.get(text)?.watch?.stop()
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
        watched.watch?.stop()
        watched.watch = null
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
    for (const watched of this.#topics.values()) if (watched.behind) this.#resync(watched)
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
    for (const { watch } of this.#topics.values()) watch?.stop()
    this.#topics.clear()
  }

  #open(watched: Watched): void {
    const { feeds, packets, clock } = this.#deps
    const { topic } = watched
    watched.behind = false
    watched.watch = feeds.watch(topic, {
      snapshot: (seq, view) => {
        // A view is plain JSON by the contract of lib/live/views.ts.
        const packet = packets.snapshot({ topic, seq, view: view as Json, serverMs: clock.nowMs() })
        this.#largestSnapshot = Math.max(this.#largestSnapshot, packet.length)
        this.#write(packet)
      },
      diff: (seq, change) => {
        if (!this.#visible || this.#isSlow()) {
          watched.behind = true
          return false
        }
        // A change is made by lib/live/changes.ts.
        this.#write(
          packets.diff({
            topic,
            seq,
            change: change as Parameters<PacketCache['diff']>[0]['change'],
            serverMs: clock.nowMs(),
          }),
        )
        return true
      },
    })
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
