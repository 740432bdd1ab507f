/** One watched topic: its view, its numbering and its watchers. */
import { diff, type Json } from '../../live/changes.ts'
import type { FeedWatch, FeedWatcher } from '../contracts.ts'
import type { News, Source } from './source.ts'

interface Reader {
  readonly watcher: FeedWatcher
  /** A slow reader gets nothing until it takes a snapshot again. */
  slow: boolean
}

export class Feed {
  readonly topic: string
  readonly #source: Source
  readonly #readers = new Set<Reader>()
  #view: Json
  #seq = 0
  #dirty = false
  #sentMs: number

  constructor(topic: string, source: Source, monotonicMs: number) {
    this.topic = topic
    this.#source = source
    this.#view = source.view()
    this.#sentMs = monotonicMs
  }

  get watchers(): number {
    return this.#readers.size
  }

  /** The snapshot is given before this returns; `onEmpty` is called when the last watcher has gone. */
  add(watcher: FeedWatcher, onEmpty: () => void): FeedWatch {
    const reader: Reader = { watcher, slow: false }
    this.#readers.add(reader)
    watcher.snapshot(this.#seq, this.#view)
    return {
      resync: () => {
        if (!this.#readers.has(reader)) return
        reader.slow = false
        watcher.snapshot(this.#seq, this.#view)
      },
      stop: () => {
        if (this.#readers.delete(reader) && this.#readers.size === 0) onEmpty()
      },
    }
  }

  hear(news: News): void {
    // Asked even when already dirty: sources keep their own books by the news.
    if (this.#source.heeds(news)) this.#dirty = true
  }

  touch(): void {
    this.#dirty = true
  }

  /** Whether something may have changed and the topic's pace allows to send it. */
  isDue(monotonicMs: number): boolean {
    return this.#dirty && monotonicMs - this.#sentMs >= this.#source.everyMs
  }

  /** Sends what changed since the last time, if anything did. */
  flush(monotonicMs: number): void {
    this.#dirty = false
    this.#sentMs = monotonicMs
    const next = this.#source.view()
    const change = diff(this.#view, next)
    this.#view = next
    if (change === null) return
    this.#seq += 1
    for (const reader of [...this.#readers]) {
      if (!reader.slow && !reader.watcher.diff(this.#seq, change)) reader.slow = true
    }
  }

  close(): void {
    this.#source.close?.()
  }
}
