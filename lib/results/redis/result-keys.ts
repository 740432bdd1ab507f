/** Names of result keys in Redis (wire.md E1). */

import type { ChordKeys } from './chord-steps.ts'

const TASK_META = 'celery-task-meta-'
const GROUP_META = 'celery-taskset-meta-'

/** `result_backend_transport_options.global_keyprefix` gets a `_`, unless it ends in something like one. */
export function normalizePrefix(prefix: string): string {
  return prefix === '' || /[:_.-]$/.test(prefix) ? prefix : `${prefix}_`
}

export function keyOfTask(prefix: string, id: string): string {
  return `${prefix}${TASK_META}${id}`
}

export function taskOfKey(prefix: string, key: string): string {
  return key.slice(prefix.length + TASK_META.length)
}

/** For SCAN MATCH; characters of the prefix that mean something in a pattern are escaped. */
export function patternOfTasks(prefix: string): string {
  return `${prefix.replace(/[*?[\]\\^]/g, '\\$&')}${TASK_META}*`
}

export function keyOfGroup(prefix: string, id: string): string {
  return `${prefix}${GROUP_META}${id}`
}

export function keysOfChord(prefix: string, groupId: string): ChordKeys {
  const group = keyOfGroup(prefix, groupId)
  return {
    group,
    parts: `${group}.j`,
    counted: `${group}.d`,
    added: `${group}.t`,
    size: `${group}.s`,
    claim: `${group}.c`,
  }
}
