/**
 * Values beside task metas that a backend keeps: saved groups and the parts of chords, written and framed as metas are
 * (wire.md E3, E4, E8).
 */
import { UmbelError } from '../errors.ts'
import type { Codecs } from '../protocol/codecs.ts'
import { isRecord } from '../protocol/record.ts'
import { formatStoredValue, readStoredValue, type StoredFormat } from '../protocol/stored-value.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import type { ChordPart, SavedGroup } from './results.ts'

export const MAX_STORED_BYTES = 64 * 1024 * 1024

/** How a backend writes: `result_serializer` and `result_compression`. */
export type ResultFormat = Omit<StoredFormat, 'codecs'> & { readonly codecs?: Codecs }

/** Throws `message/invalid` for what cannot be written. */
export function formatResultValue(value: unknown, format: ResultFormat): Buffer {
  const { serializer = 'json', compression = null, codecs = nodeCodecs } = format
  return Buffer.from(formatStoredValue(value, { serializer, compression, codecs }))
}

function parseStoredValue(raw: Uint8Array, maxBytes: number, codecs: Codecs): unknown {
  return readStoredValue(raw, { codecs, maxBytes }).value
}

/** `[1, id, state, value]`, as the finisher of a chord reads it. */
export function formatChordPart({ taskId, state, result }: ChordPart, format: ResultFormat): Buffer {
  return formatResultValue([1, taskId, state, result], format)
}

/** Throws `message/invalid` for what is no part. */
export function parseChordPart(
  raw: Uint8Array,
  groupIndex: number | null,
  maxBytes = MAX_STORED_BYTES,
  codecs: Codecs = nodeCodecs,
): ChordPart {
  const value = parseStoredValue(raw, maxBytes, codecs)
  if (Array.isArray(value)) {
    const [, taskId, state, result]: readonly unknown[] = value
    if (typeof taskId === 'string' && typeof state === 'string') {
      return { taskId, groupIndex, state, result: result ?? null }
    }
  }
  throw new UmbelError('message/invalid', { reason: 'a part of a chord', expected: '[1, id, state, value]' })
}

/** `{"result": [[id, parent], [[[id, parent], nodes], ...]]}` */
export function formatSavedGroup(group: SavedGroup, format: ResultFormat): Buffer {
  return formatResultValue({ result: [[group.id, group.parent ?? null], group.results] }, format)
}

/** Null for what is no group. */
export function parseSavedGroup(
  raw: Uint8Array,
  maxBytes = MAX_STORED_BYTES,
  codecs: Codecs = nodeCodecs,
): SavedGroup | null {
  const value = parseStoredValue(raw, maxBytes, codecs)
  const tuple: unknown = isRecord(value) ? value['result'] : null
  if (!Array.isArray(tuple)) return null
  const [head, results]: readonly unknown[] = tuple
  if (!Array.isArray(head) || typeof head[0] !== 'string' || !Array.isArray(results)) return null
  return { id: head[0], parent: head[1] ?? null, results }
}
