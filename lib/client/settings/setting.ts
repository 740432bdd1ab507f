/** One row of a settings table: from it come the check, the default, the type and the sentence in the docs. */
import { COMPRESSION_NAMES, isCompression } from '../../protocol/compression/compression.ts'
import { isContentName } from '../../protocol/serialization/serializers.ts'
import * as z from '../../runtime/shape.ts'
import { isZone } from '../../schedules/zone.ts'

export interface Setting<T> {
  readonly schema: z.Shape<T>
  readonly default: T
  /** What the schema takes, for the message of a fault: "a whole number, 0 or more". */
  readonly expected: string
  readonly says: string
}

export interface Row<T> {
  readonly default: T
  readonly says: string
}

export type Settings = Readonly<Record<string, Setting<unknown>>>
export type ValuesOf<S extends Settings> = { -readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never }

export function setting<T>(schema: z.Shape<T>, expected: string, row: Row<T>): Setting<T> {
  return { schema, expected, ...row }
}

export function flag(row: Row<boolean>): Setting<boolean> {
  return setting(z.boolean(), 'true or false', row)
}

export function text(row: Row<string>): Setting<string> {
  return setting(z.string().min(1), 'a text', row)
}

export function textOrNone(row: Row<string | null>): Setting<string | null> {
  return setting(z.string().nullable(), 'a text or null', row)
}

/** A misspelt one would move every crontab, or stop beat when it first looks at one. */
export function zoneOrNone(row: Row<string | null>): Setting<string | null> {
  const isKnown = (value: string | null) => value === null || isZone(value)
  return setting(z.string().nullable().refine(isKnown), 'the name of a time zone such as Europe/Berlin, or null', row)
}

/** A misspelt one would lose every message or result that is to be written with it. */
export function compression(row: Row<string | null>): Setting<string | null> {
  const isKnown = (value: string | null) => value === null || value === '' || isCompression(value)
  return setting(z.string().nullable().refine(isKnown), `${COMPRESSION_NAMES.join(', ')} or null`, row)
}

export function count(row: Row<number>): Setting<number> {
  return setting(z.int().min(0), 'a whole number, 0 or more', row)
}

export function countOrNone(row: Row<number | null>): Setting<number | null> {
  return setting(z.int().min(0).nullable(), 'a whole number, 0 or more, or null', row)
}

/** Written in seconds as Celery does; compiled to milliseconds. */
export function seconds(row: Row<number>): Setting<number> {
  return setting(z.number().min(0), 'seconds as a number, 0 or more', row)
}

export function secondsOrNone(row: Row<number | null>): Setting<number | null> {
  return setting(z.number().min(0).nullable(), 'seconds as a number, 0 or more, or null', row)
}

export function list(row: Row<readonly string[]>): Setting<readonly string[]> {
  return setting(z.array(z.string()).readonly(), 'a list of texts', row)
}

const CONTENT = 'json, yaml, msgpack, pickle, auth, raw, text, or a content type such as application/json'
/** Serializers by Celery's names or their content types: a mistake would refuse every message. */
export const contentNames = z
  .array(z.string())
  .readonly()
  .refine((names) => names.every(isContentName), `a list of ${CONTENT}`)

export function serializer(row: Row<string>): Setting<string> {
  return setting(z.string().refine(isContentName, CONTENT), CONTENT, row)
}

export function record(row: Row<Readonly<Record<string, unknown>>>): Setting<Readonly<Record<string, unknown>>> {
  return setting(z.record(z.string(), z.unknown()), 'an object', row)
}
