/** What the page of a queue shows beside its numbers (views.ts) and its messages (http.ts). */
import type { Fact, InspectedTaskView } from './inspected-views.ts'

/** Somebody asked the workers to take no more from a queue. */
export type PausedView = {
  readonly who: string
  readonly sinceMs: number
  /** Workers that were asked. */
  readonly workers: readonly string[]
  /** Those of them that have not answered. */
  readonly silent: readonly string[]
}

/** Since when the oldest message waits. */
export type OldestView = {
  readonly sinceMs: number
  /** `told` by the event of its sending; `reckoned` from lengths and what was taken; `at-least`: it may be older. */
  readonly how: 'told' | 'reckoned' | 'at-least'
}

/** What is known of how a queue is set up, and where from. */
export type QueueSettingsView = {
  /** As the workers that take from it declared it; where they differ, each value with its workers. */
  readonly declared: readonly Fact[]
  /** Alert rules that cover it, as sentences. */
  readonly rules: readonly { readonly name: string; readonly sentence: string }[]
}

/** `GET /umbel/queues/<name>/classes`: what kinds of tasks wait, by their headers. */
export type QueueClasses = {
  readonly queue: string
  readonly asOfMs: number
  readonly total: number
  /** How many of them were looked at, from the head of the line on. */
  readonly scanned: number
  /** The most frequent first. */
  readonly classes: readonly QueueClass[]
}

export type QueueClass = {
  /** Null: what could not be read. */
  readonly task: string | null
  readonly count: number
  readonly bytes: number
  /** Place in the line of the first of them, from 0. */
  readonly first: number
}

/** `GET /umbel/queues/<name>/scheduled`: tasks of it that workers hold until their time. */
export type QueueScheduled = {
  readonly queue: string
  /** When the worker that was asked longest ago answered; null = none has. */
  readonly asOfMs: number | null
  readonly total: number
  /** The next to run first, at most 200. */
  readonly tasks: readonly (InspectedTaskView & { readonly worker: string })[]
}
