/** The last runs of an entry, one line each, newest first: slot, when it was sent, why, the task. */
import type { RunNote } from '../schedule-store.ts'

/** In memory of Redis: about 70 bytes each. */
export const MOST_NOTES = 10

const REASONS = ['due', 'hand', 'skipped', 'failed'] as const

export function formatNote({ slotMs, sentMs, why, taskId }: RunNote): string {
  // Nobody but us chooses the id, but a user may give one; it must stay on its line.
  return `${slotMs} ${sentMs} ${why} ${(taskId ?? '').replaceAll('\n', ' ')}`
}

export function prependNote(text: string | null, note: RunNote): string {
  const lines = (text ?? '').split('\n').filter((line) => line !== '')
  return [formatNote(note), ...lines].slice(0, MOST_NOTES).join('\n')
}

export function readNotes(text: string | null, limit: number): readonly RunNote[] {
  return (text ?? '').split('\n').slice(0, limit).flatMap(readNote)
}

function readNote(line: string): readonly RunNote[] {
  const found = /^(\S+) (\S+) (\w+) (.*)$/.exec(line)
  const why = REASONS.find((reason) => reason === found?.[3])
  if (found === null || why === undefined) return []
  return [{ slotMs: Number(found[1]), sentMs: Number(found[2]), why, taskId: found[4] || null }]
}
