/**
 * Tracked commands: each is followed from "sent" over the answers of the workers to the effect that the events show,
 * or to "no answer" when ten seconds pass. A command never stops at "sent".
 */
import { randomUUID } from 'node:crypto'
import type { CommandState, CommandView } from '../../live/views.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { ClusterReader, CommandLog } from '../contracts.ts'

export interface NewCommand {
  readonly action: string
  readonly who: string
  readonly summary: string
  readonly targets: readonly string[]
  readonly taskId?: string
  readonly newTaskId?: string
  readonly taskName?: string
  /** How many workers should answer; null when nobody can know. */
  readonly of: number | null
  /** Looked at after every change of the cluster: the sentence of the effect, once it is seen. */
  effect(): string | null
  /** The last sentence when no effect was seen in time, from the number of answers. */
  atDeadline(answered: number): Ending
}

export interface Ending {
  readonly state: CommandState
  readonly text: string
}

export interface TrackedCommand {
  readonly view: CommandView
  /** One more worker answered; a reply that is an error ends the command as failed. */
  answered(reply: { readonly worker: string; readonly error: string | null }): void
  end(ending: Ending): void
}

export interface CommandTracker extends CommandLog {
  track(command: NewCommand): TrackedCommand
  stop(): void
}

export const DEADLINE_MS = 10_000
/** Two of the largest calls (`MAX_TARGETS`): a page that follows one of them must find all of it here. */
const KEPT = 2_000
const SHUTDOWN = 'worker.shutdown'

interface Entry {
  view: CommandView
  readonly command: NewCommand
  readonly timer: AbortController
}

export function createCommandLog(deps: { readonly runtime: Runtime; readonly cluster: ClusterReader }): CommandTracker {
  const { runtime, cluster } = deps
  const listeners = new Set<() => void>()
  const entries: Entry[] = []
  const shutDowns = new Map<string, number>()
  const stopLooking = cluster.onChange(() => {
    for (const entry of entries) if (entry.view.endedMs === null) look(entry)
  })

  function change(entry: Entry, fields: Partial<CommandView>): void {
    entry.view = { ...entry.view, ...fields }
    for (const listener of listeners) listener()
  }

  function look(entry: Entry): void {
    const effect = entry.command.effect()
    if (effect !== null) end(entry, { state: 'confirmed', text: effect })
  }

  function end(entry: Entry, { state, text }: Ending): void {
    if (entry.view.endedMs !== null) return
    entry.timer.abort()
    if (state === 'failed' && entry.command.action === SHUTDOWN) noteShutDown(entry.command.targets, null)
    change(entry, { state, text, endedMs: runtime.clock.nowMs() })
  }

  function noteShutDown(workers: readonly string[], atMs: number | null): void {
    for (const worker of workers) {
      shutDowns.delete(worker)
      if (atMs !== null) shutDowns.set(worker, atMs)
    }
    for (const oldest of shutDowns.keys()) {
      if (shutDowns.size <= KEPT) break
      shutDowns.delete(oldest)
    }
  }

  async function wait(entry: Entry): Promise<void> {
    await runtime.clock.sleep(DEADLINE_MS, entry.timer.signal)
    if (!entry.timer.signal.aborted) end(entry, entry.command.atDeadline(entry.view.answered))
  }

  return {
    track(command) {
      const { action, who, summary, targets, of } = command
      const entry: Entry = {
        command,
        timer: new AbortController(),
        view: {
          id: randomUUID(),
          action,
          who,
          atMs: runtime.clock.nowMs(),
          summary,
          targets,
          state: 'sent',
          answered: 0,
          of,
          text: of === null ? 'Sent.' : `Sent to ${count(of, 'worker')}.`,
          taskId: command.taskId ?? null,
          newTaskId: command.newTaskId ?? null,
          ...(command.taskName !== undefined && { taskName: command.taskName }),
          endedMs: null,
        },
      }
      entries.unshift(entry)
      if (action === SHUTDOWN) noteShutDown(targets, entry.view.atMs)
      for (const old of entries.splice(KEPT)) end(old, old.command.atDeadline(old.view.answered))
      void wait(entry)
      for (const listener of listeners) listener()
      return {
        get view() {
          return entry.view
        },
        answered({ worker, error }) {
          if (entry.view.endedMs !== null) return
          if (error !== null) return end(entry, { state: 'failed', text: `${worker} answered: ${error}` })
          const answered = entry.view.answered + 1
          const text = of === null ? `${count(answered, 'worker')} answered.` : `${answered} of ${of} answered.`
          change(entry, { state: 'answered', answered, text })
          look(entry)
        },
        end: (ending) => end(entry, ending),
      }
    },
    list: () => entries.map((entry) => entry.view),
    forTask: (id) => entries.map((entry) => entry.view).filter((view) => view.taskId === id || view.newTaskId === id),
    forWorker: (name) => entries.map((entry) => entry.view).filter((view) => view.targets.includes(name)),
    shutDownMs: (worker) => shutDowns.get(worker) ?? null,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      stopLooking()
      for (const entry of entries) entry.timer.abort()
    },
  }
}

export function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`
}

/** The `error` of a worker's reply (`{"error": "…"}`), or null. */
export function errorOf(reply: unknown): string | null {
  if (typeof reply !== 'object' || reply === null || !('error' in reply)) return null
  return String(reply.error).slice(0, 500)
}
