/** The actions a person started on this page, each followed to its end in one toast. The texts are pure. */
import type { CommandView } from '../../lib/live/views.ts'
import { createStore } from '../ui/store.ts'
import { showToast, type ToastInput } from '../ui/toast.ts'

export interface Followed {
  readonly toastId: number
  readonly commands: readonly CommandView[]
  /** The way back, offered in the toast. */
  readonly undo?: (() => void) | undefined
}

export const followed = createStore<readonly Followed[]>([])

/** Shows what was started and follows it. */
export function follow(commands: readonly CommandView[], undo?: () => void): void {
  if (commands.length === 0) return
  const toastId = showToast(withUndo(toastOf(commands), undo))
  if (!allEnded(commands)) followed.set([...followed.get(), { toastId, commands, undo }])
}

/** Brings the toasts up to date with what the server knows of the commands. */
export function updateFollowed(present: readonly CommandView[]): void {
  const byId = new Map(present.map((command) => [command.id, command]))
  const open: Followed[] = []
  let changed = false
  for (const entry of followed.get()) {
    const commands = entry.commands.map((command) => byId.get(command.id) ?? command)
    const same = commands.every((command, i) => command === entry.commands[i])
    if (same) {
      open.push(entry)
      continue
    }
    changed = true
    showToast(withUndo(toastOf(commands), entry.undo), entry.toastId)
    if (!allEnded(commands)) open.push({ ...entry, commands })
  }
  if (changed) followed.set(open)
}

/** What failed needs no way back. */
function withUndo(toast: ToastInput, undo: (() => void) | undefined): ToastInput {
  return undo === undefined || toast.level === 'bad' ? toast : { ...toast, action: { label: 'Undo', run: undo } }
}

export function allEnded(commands: readonly CommandView[]): boolean {
  return commands.every((command) => command.endedMs !== null)
}

/** One command: its own words. Several: how many came to which end. */
export function toastOf(commands: readonly CommandView[]): ToastInput {
  const busy = !allEnded(commands)
  const [first] = commands
  const failures = commands.filter((command) => command.state === 'failed')
  const failed = failures.length
  const silent = commands.filter((command) => command.state === 'no-answer').length
  const level = failed > 0 ? 'bad' : silent > 0 ? 'warn' : busy ? 'info' : 'good'
  if (first !== undefined && commands.length === 1) {
    const action =
      first.newTaskId === null ? null : { label: 'Open', href: `/task/${encodeURIComponent(first.newTaskId)}` }
    return { level, busy, text: joinSentences(first.summary, first.text), action }
  }
  const done = commands.filter((command) => command.endedMs !== null).length - failed - silent
  const parts = [
    `${done} of ${commands.length} done`,
    ...(silent > 0 ? [`${silent} without an answer`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ]
  const [why] = failures
  const reason = why === undefined || why.text === '' ? '' : ` ${why.text}`
  return { level, busy, text: `${verbOf(first?.action ?? '')}: ${parts.join(', ')}.${reason}` }
}

function verbOf(action: string): string {
  const verb = action.slice(action.indexOf('.') + 1).replaceAll('-', ' ')
  return verb.charAt(0).toUpperCase() + verb.slice(1)
}

function joinSentences(summary: string, text: string): string {
  if (text === '' || text === summary) return summary
  return summary === '' ? text : `${summary.replace(/[.:]$/, '')}. ${text}`
}
