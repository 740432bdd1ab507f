/**
 * What the browser and the server say to each other over socket.io.
 *
 * A browser watches topics. For each it gets one snapshot and then numbered diffs. `seq` grows by exactly one from the
 * snapshot on; a browser that sees another number asks for a new snapshot (`watch` again). So nothing is shown twice
 * and nothing is missed, however often the connection breaks. A long list comes in parts behind its snapshot, before
 * any diff, so that neither side is held up by thousands of rows at once.
 */
import type { Change, Json } from './changes.ts'

export interface SnapshotMessage {
  readonly topic: string
  readonly seq: number
  readonly view: Json
  /** The server's wall clock; ages are counted by it. */
  readonly serverMs: number
  /** The list of this name is empty in `view`: its items follow in so many `part` messages. */
  readonly rest?: { readonly list: string; readonly parts: number }
}

/** Items of the list that the last snapshot of this topic left out, in their order. */
export interface PartMessage {
  readonly topic: string
  /** Counted from 0. */
  readonly part: number
  readonly items: readonly Json[]
  readonly serverMs: number
}

export interface DiffMessage {
  readonly topic: string
  readonly seq: number
  readonly change: Change
  readonly serverMs: number
}

/** Sent about every 3 s for a topic without news, so that silence means trouble. */
export interface AliveMessage {
  readonly serverMs: number
}

export type WatchAnswer = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly error: string }

export interface ServerToBrowser {
  snapshot(message: SnapshotMessage): void
  part(message: PartMessage): void
  diff(message: DiffMessage): void
  alive(message: AliveMessage): void
}

export interface BrowserToServer {
  /** Starts, or restarts, a topic: a snapshot follows. */
  watch(topic: string, answer: (answer: WatchAnswer) => void): void
  unwatch(topic: string): void
  /** A hidden tab gets only what alerts need. */
  visible(visible: boolean): void
}

/** Where the socket lives on the server. */
export const SOCKET_PATH = '/umbel/socket'
/** Without any message for this long the browser calls what it shows stale. */
export const STALE_AFTER_MS = 10_000
/** Most topics one browser may watch at once. */
export const MAX_TOPICS = 32
