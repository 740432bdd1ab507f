/**
 * Values beside task metas that a backend keeps: saved groups and the parts of chords, written and framed as metas are
 * (wire.md E3, E4, E8).
 */
import { UmbelError } from '../errors.ts'
import { encodeExtended } from '../protocol/extended-json.ts'
import { formatJson } from '../protocol/json.ts'
import { isRecord } from '../protocol/record.ts'
import { decodeJsonText } from '../protocol/serialization/json.ts'
import { compressedTaskMeta, storedText } from '../protocol/task-meta.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import type { ChordPart, SavedGroup } from './results.ts'

export const MAX_STORED_BYTES = 64 * 1024 * 1024

/** `compression` is a name such as `gzip`, or null. Throws `message/invalid` for what cannot be written. */
export function formatStoredValue(value: unknown, compression: string | null): Buffer {
  const text = formatJson(encodeExtended(value))
  return Buffer.from(compression === null ? text : compressedTaskMeta(text, compression, nodeCodecs))
}

function parseStoredValue(raw: Uint8Array, maxBytes: number): unknown {
  if (raw.length > maxBytes) throw new UmbelError('message/too-large', { bytes: raw.length, limit: maxBytes })
  return decodeJsonText(storedText(raw, nodeCodecs, maxBytes))
}

/** `[1, id, state, value]`, as the finisher of a chord reads it. */
export function formatChordPart({ taskId, state, result }: ChordPart, compression: string | null): Buffer {
  return formatStoredValue([1, taskId, state, result], compression)
}

/** Throws `message/invalid` for what is no part. */
export function parseChordPart(raw: Uint8Array, groupIndex: number | null, maxBytes = MAX_STORED_BYTES): ChordPart {
  const value = parseStoredValue(raw, maxBytes)
  if (Array.isArray(value)) {
    const [, taskId, state, result]: readonly unknown[] = value
    if (typeof taskId === 'string' && typeof state === 'string') {
      return { taskId, groupIndex, state, result: result ?? null }
    }
  }
  throw new UmbelError('message/invalid', { reason: 'a part of a chord', expected: '[1, id, state, value]' })
}

/** `{"result": [[id, parent], [[[id, parent], nodes], ...]]}` */
export function formatSavedGroup(group: SavedGroup, compression: string | null): Buffer {
  return formatStoredValue({ result: [[group.id, group.parent ?? null], group.results] }, compression)
}

/** Null for what is no group. */
export function parseSavedGroup(raw: Uint8Array, maxBytes = MAX_STORED_BYTES): SavedGroup | null {
  const value = parseStoredValue(raw, maxBytes)
  const tuple: unknown = isRecord(value) ? value['result'] : null
  if (!Array.isArray(tuple)) return null
  const [head, results]: readonly unknown[] = tuple
  if (!Array.isArray(head) || typeof head[0] !== 'string' || !Array.isArray(results)) return null
  return { id: head[0], parent: head[1] ?? null, results }
}
