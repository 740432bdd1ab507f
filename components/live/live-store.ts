/**
 * The browser's end of the live feed: one socket for the page, and per topic the present view. It lives outside React;
 * components follow single topics. What did not change in a view stays the same object, over reconnects too.
 */
import { io, type Socket } from 'socket.io-client'
import { apply } from '../../lib/live/apply.ts'
import { diff, type Json } from '../../lib/live/changes.ts'
import {
  type AliveMessage,
  type BrowserToServer,
  type DiffMessage,
  MAX_TOPICS,
  type PartMessage,
  type ServerToBrowser,
  type SnapshotMessage,
  SOCKET_PATH,
  STALE_AFTER_MS,
} from '../../lib/live/socket.ts'
import { setServerTime } from '../ui/clock.ts'
import { withPrefix } from '../ui/prefix.ts'
import { createStore } from '../ui/store.ts'

export type Freshness = 'loading' | 'live' | 'stale' | 'offline'

export interface LiveState<V> {
  /** Null until the first snapshot. Kept, as of `asOfMs`, while the connection is lost. */
  readonly view: V | null
  readonly freshness: Freshness
  /** The server's time of what is shown. */
  readonly asOfMs: number | null
  /** Why there is no view: the server's sentence. */
  readonly error: string | null
}

export interface Connection {
  readonly state: 'connecting' | 'connected' | 'lost'
  /** The server's time of its last word, to the second; null before the first. */
  readonly lastWordMs: number | null
  /** The browser's time of the next try; null while one is under way. */
  readonly nextTryMs: number | null
  readonly stale: boolean
}

interface Feed {
  readonly topic: string
  readonly listeners: Set<() => void>
  state: LiveState<Json>
  /** What is shown while the page is paused; null when it is not. */
  frozen: LiveState<Json> | null
  seq: number
  /** True from asking for a snapshot to its coming: diffs in between belong to another one. */
  waiting: boolean
  /** A snapshot whose long list is still coming, and what came of that. */
  coming: { readonly message: SnapshotMessage; readonly parts: (readonly Json[])[] } | null
  lingerTimer: ReturnType<typeof setTimeout> | null
}

export const LOADING: LiveState<never> = { view: null, freshness: 'loading', asOfMs: null, error: null }

/** A topic nobody looks at any more is kept so long, so that going back shows it at once. */
const LINGER_MS = 10_000
const CHECK_EVERY_MS = 1_000
const RETRY_MS = [500, 1_000, 2_000, 4_000, 5_000]
/** Pausing the page does not stop these: they tell whether something is wrong, and what became of an action. */
const NEVER_FROZEN = new Set(['status', 'alerts', 'commands'])

export class LiveStore {
  readonly connection = createStore<Connection>({
    state: 'connecting',
    lastWordMs: null,
    nextTryMs: null,
    stale: false,
  })
  readonly paused = createStore(false)
  readonly #url: string | undefined
  readonly #feeds = new Map<string, Feed>()
  #socket: Socket<ServerToBrowser, BrowserToServer> | null = null
  #checkTimer: ReturnType<typeof setInterval> | null = null
  #retryTimer: ReturnType<typeof setTimeout> | null = null
  #tries = 0
  /** By the browser's clock; what counts is silence. */
  #lastMessageAtMs = 0
  #lastServerMs: number | null = null
  #visible = true

  /** `url`: the server's origin; left out in a browser, where it is the page's own. */
  constructor(url?: string) {
    this.#url = url
  }

  start(): void {
    if (this.#socket !== null) return
    const path = withPrefix(SOCKET_PATH)
    const options = { path, transports: ['websocket', 'polling'], reconnection: false, autoConnect: false }
    const socket: Socket<ServerToBrowser, BrowserToServer> =
      this.#url === undefined ? io(options) : io(this.#url, options)
    this.#socket = socket
    socket.on('connect', () => this.#connected())
    socket.on('disconnect', () => this.#lost())
    socket.on('connect_error', () => this.#lost())
    socket.on('snapshot', (message) => this.#snapshot(message))
    socket.on('part', (message) => this.#part(message))
    socket.on('diff', (message) => this.#diff(message))
    socket.on('alive', (message) => this.#heard(message))
    this.#checkTimer = setInterval(() => this.#checkSilence(), CHECK_EVERY_MS)
    socket.connect()
  }

  stop(): void {
    if (this.#checkTimer !== null) clearInterval(this.#checkTimer)
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer)
    for (const feed of this.#feeds.values()) if (feed.lingerTimer !== null) clearTimeout(feed.lingerTimer)
    this.#socket?.removeAllListeners()
    this.#socket?.disconnect()
    this.#socket = null
  }

  /** Follows a topic until the returned function is called. */
  watch(topic: string, listener: () => void): () => void {
    const feed = this.#feeds.get(topic) ?? this.#open(topic)
    if (feed.lingerTimer !== null) clearTimeout(feed.lingerTimer)
    feed.lingerTimer = null
    feed.listeners.add(listener)
    return () => {
      feed.listeners.delete(listener)
      if (feed.listeners.size > 0 || feed.lingerTimer !== null) return
      feed.lingerTimer = setTimeout(() => this.#close(feed), LINGER_MS)
    }
  }

  state(topic: string): LiveState<Json> {
    const feed = this.#feeds.get(topic)
    return feed === undefined ? LOADING : (feed.frozen ?? feed.state)
  }

  /** Stops what is shown, not what is received; going on shows the present at once. */
  setPaused(paused: boolean): void {
    for (const feed of this.#feeds.values()) {
      if (NEVER_FROZEN.has(feed.topic)) continue
      feed.frozen = paused && feed.state.view !== null ? feed.state : null
      notify(feed)
    }
    this.paused.set(paused)
  }

  setVisible(visible: boolean): void {
    if (visible === this.#visible) return
    this.#visible = visible
    this.#lastMessageAtMs = Date.now()
    this.#socket?.emit('visible', visible)
    // Diffs were left out meanwhile; only a snapshot knows the present.
    if (visible) for (const feed of this.#feeds.values()) this.#ask(feed)
  }

  /** Tries to connect at once instead of waiting for the next try. */
  tryNow(): void {
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer)
    this.#retryTimer = null
    this.connection.set({ ...this.connection.get(), nextTryMs: null })
    this.#socket?.connect()
  }

  #open(topic: string): Feed {
    this.#makeRoom()
    const feed: Feed = {
      topic,
      listeners: new Set(),
      state: LOADING,
      frozen: null,
      seq: 0,
      waiting: false,
      coming: null,
      lingerTimer: null,
    }
    this.#feeds.set(topic, feed)
    this.#ask(feed)
    return feed
  }

  #makeRoom(): void {
    if (this.#feeds.size < MAX_TOPICS - 2) return
    for (const feed of this.#feeds.values()) if (feed.listeners.size === 0) this.#close(feed)
  }

  #close(feed: Feed): void {
    if (feed.lingerTimer !== null) clearTimeout(feed.lingerTimer)
    this.#feeds.delete(feed.topic)
    if (this.#socket?.connected) this.#socket.emit('unwatch', feed.topic)
  }

  #ask(feed: Feed): void {
    const socket = this.#socket
    if (socket === null || !socket.connected) return
    feed.waiting = true
    feed.coming = null
    socket.emit('watch', feed.topic, (answer) => {
      if (!answer.ok) this.#show(feed, { ...feed.state, error: answer.error })
    })
  }

  #connected(): void {
    this.#tries = 0
    this.#lastMessageAtMs = Date.now()
    this.connection.set({ ...this.connection.get(), state: 'connected', nextTryMs: null, stale: false })
    if (!this.#visible) this.#socket?.emit('visible', false)
    for (const feed of this.#feeds.values()) this.#ask(feed)
  }

  #lost(): void {
    const delayMs = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)] ?? 5_000
    this.#tries += 1
    this.connection.set({
      ...this.connection.get(),
      state: this.connection.get().state === 'connecting' && this.#tries < 3 ? 'connecting' : 'lost',
      nextTryMs: Date.now() + delayMs,
    })
    if (this.connection.get().state === 'lost') this.#setFreshness('offline')
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.tryNow(), delayMs)
  }

  #snapshot(message: SnapshotMessage): void {
    this.#heard(message)
    const feed = this.#feeds.get(message.topic)
    if (feed === undefined) return
    feed.coming = message.rest === undefined ? null : { message, parts: [] }
    if (feed.coming === null) this.#showWhole(feed, message)
  }

  /** Parts come in order, before any diff; what was shown before stays until the last one is there. */
  #part({ topic, part, items, serverMs }: PartMessage): void {
    this.#heard({ serverMs })
    const feed = this.#feeds.get(topic)
    const coming = feed?.coming
    if (feed === undefined || coming === null || coming === undefined || coming.parts.length !== part) return
    const { message, parts } = coming
    const { rest, view } = message
    parts.push(items)
    if (rest === undefined || parts.length < rest.parts) return
    feed.coming = null
    // A view with a list is an object.
    this.#showWhole(feed, { ...message, view: { ...(view as object), [rest.list]: parts.flat() }, serverMs })
  }

  #showWhole(feed: Feed, message: SnapshotMessage): void {
    feed.seq = message.seq
    feed.waiting = false
    const before = feed.state.view
    const change = before === null ? null : diff(before, message.view)
    const view = before === null ? message.view : change === null ? before : apply(before, change)
    this.#show(feed, { view, freshness: 'live', asOfMs: message.serverMs, error: null })
  }

  #diff(message: DiffMessage): void {
    this.#heard(message)
    const feed = this.#feeds.get(message.topic)
    if (feed === undefined || feed.waiting) return
    const before = feed.state.view
    if (before === null || message.seq !== feed.seq + 1) {
      this.#ask(feed)
      return
    }
    try {
      const view = apply(before, message.change)
      feed.seq = message.seq
      this.#show(feed, { view, freshness: 'live', asOfMs: message.serverMs, error: null })
    } catch {
      // A change for another view: the snapshot sets it right.
      this.#ask(feed)
    }
  }

  #heard(message: AliveMessage): void {
    this.#lastMessageAtMs = Date.now()
    this.#lastServerMs = message.serverMs
    setServerTime(message.serverMs)
    const now = this.connection.get()
    const second = Math.floor(message.serverMs / 1_000) * 1_000
    if (now.stale) this.#setFreshness('live')
    if (now.stale || now.lastWordMs !== second) this.connection.set({ ...now, stale: false, lastWordMs: second })
  }

  #checkSilence(): void {
    const now = this.connection.get()
    if (now.state !== 'connected' || now.stale || !this.#visible) return
    if (Date.now() - this.#lastMessageAtMs < STALE_AFTER_MS) return
    this.connection.set({ ...now, stale: true })
    this.#setFreshness('stale')
  }

  #setFreshness(freshness: Freshness): void {
    for (const feed of this.#feeds.values()) {
      if (feed.state.view === null) {
        if (freshness === 'offline') this.#show(feed, { ...feed.state, freshness })
        continue
      }
      const asOfMs = freshness === 'live' ? feed.state.asOfMs : (this.#lastServerMs ?? feed.state.asOfMs)
      this.#show(feed, { ...feed.state, freshness, asOfMs })
    }
  }

  #show(feed: Feed, state: LiveState<Json>): void {
    feed.state = state
    if (this.paused.get() && !NEVER_FROZEN.has(feed.topic)) {
      feed.frozen ??= state.view === null ? null : state
      if (feed.frozen !== state && feed.frozen !== null) return
    }
    notify(feed)
  }
}

function notify(feed: Feed): void {
  for (const listener of [...feed.listeners]) listener()
}
