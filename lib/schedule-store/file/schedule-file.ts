/**
 * The file of a schedule: one JSON object, an entry a line, replaced as a whole (written beside itself, then renamed
 * over the old one). What it is not able to read is moved aside, never overwritten (SST-2).
 */
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { messageOf } from '../../errors.ts'
import { formatJson, parseJson } from '../../protocol/json.ts'
import { isRecord } from '../../protocol/record.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { BookRecord } from '../schedule-book.ts'
import { entryFromJson, entryToJson } from './entry-json.ts'

export interface BrokenRecord {
  readonly raw: unknown
  readonly reason: string
}

export interface ScheduleFileContent {
  /** Grows with each change of definitions. */
  readonly edits: number
  readonly records: Map<string, BookRecord>
  /** Kept as they are, for a person to mend. */
  readonly broken: Map<string, BrokenRecord>
}

const FORMAT = 'umbel-schedule'
const VERSION = 1
/** Entries written at once; between two such pieces due runs are sent. */
const PIECE = 500

/** Which state of the file this is: another one when anybody has replaced it. '' = there is none. */
export async function stampOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true })
    return `${ino} ${size} ${mtimeNs}`
  } catch (error) {
    if (isMissing(error)) return ''
    throw error
  }
}

/** Empty where there is no file, or none that can be read: then it is moved to `<path>.corrupt-<time>` and reported. */
export async function readScheduleFile(path: string, { clock, log }: Runtime): Promise<ScheduleFileContent> {
  const empty = (): ScheduleFileContent => ({ edits: 0, records: new Map(), broken: new Map() })
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    if (isMissing(error)) return empty()
    throw error
  }
  try {
    return parse(bytes)
  } catch (error) {
    const aside = `${path}.corrupt-${new Date(clock.nowMs()).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
    await rename(path, aside)
    log.error(`The schedule file ${path} cannot be read and is begun anew; the old one is kept as ${aside}`, {
      reason: messageOf(error),
    })
    return empty()
  }
}

function parse(bytes: Buffer): ScheduleFileContent {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  const value = parseJson(text)
  if (!isRecord(value) || value['format'] !== FORMAT) throw new Error(`it is not a schedule file of Umbel`)
  if (value['version'] !== VERSION) {
    throw new Error(`its version is ${JSON.stringify(value['version'])}, this program reads ${VERSION}`)
  }
  const { edits, entries } = value
  if (!isRecord(entries)) throw new Error('it has no entries')
  const records = new Map<string, BookRecord>()
  const broken = new Map<string, BrokenRecord>()
  for (const [name, raw] of Object.entries(entries)) {
    try {
      records.set(name, entryFromJson(name, raw))
    } catch (error) {
      broken.set(name, { raw, reason: messageOf(error) })
    }
  }
  return { edits: typeof edits === 'number' ? edits : 0, records, broken }
}

/** In pieces, so that a schedule of 100,000 entries holds up nobody. Throws what the disk says. */
export async function writeScheduleFile(path: string, { edits, records, broken }: ScheduleFileContent): Promise<void> {
  const beside = `${path}.new`
  const file = await open(beside, 'w')
  try {
    await file.write(`{"format": "${FORMAT}", "version": ${VERSION}, "edits": ${edits}, "entries": {`)
    let piece: string[] = []
    let separator = '\n'
    const flush = async () => {
      await file.write(piece.join(''))
      piece = []
    }
    const add = async (name: string, value: unknown) => {
      piece.push(separator, JSON.stringify(name), ': ', formatJson(value))
      separator = ',\n'
      if (piece.length >= 4 * PIECE) await flush()
    }
    for (const [name, record] of records) await add(name, entryToJson(record))
    for (const [name, { raw }] of broken) await add(name, raw)
    piece.push('\n}}\n')
    await flush()
    await file.datasync()
  } catch (error) {
    await file.close()
    await rm(beside, { force: true })
    throw error
  }
  await file.close()
  await rename(beside, path)
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
