/** Reads the audit from its end, a bounded part at a time: files of many megabytes cost no more than small ones. */
import { open } from 'node:fs/promises'
import { z } from 'zod'
import type { AuditLineView, AuditPage } from '../../live/http.ts'

export interface AuditSearch {
  /** Parts of the name, and of the action; any case. Empty = all. */
  readonly who: string
  readonly what: string
  /** A text anywhere in the line. */
  readonly q: string
  readonly outcome: AuditLineView['outcome'] | null
  /** `next` of the page before; null = the newest. */
  readonly before: string | null
  readonly limit: number
}

export type AuditSource =
  | { readonly remembered: readonly AuditLineView[] }
  | { readonly path: string; readonly oldFiles: number }

const CHUNK_BYTES = 65_536
/** Read for one answer at most; the next page goes on from there. */
const READ_MOST_BYTES = 8_388_608
/** A longer line is none of ours. */
const LINE_MOST_BYTES = 65_536

const auditLine = z.object({
  at: z.string(),
  who: z.string().nullable(),
  role: z.string(),
  // Lines of earlier versions have neither.
  from: z.string().nullable().default(null),
  via: z.string().default('none'),
  action: z.string(),
  targets: z.array(z.string()),
  count: z.number(),
  outcome: z.enum(['done', 'refused', 'failed']),
  reason: z.string().nullable(),
})

export async function readAudit(source: AuditSource, search: AuditSearch): Promise<AuditPage> {
  const fits = filterOf(search)
  if ('remembered' in source) return fromMemory(source.remembered, search, fits)
  const lines: AuditLineView[] = []
  let { file, offset } = placeOf(search.before)
  let budget = READ_MOST_BYTES
  for (; file <= source.oldFiles; file++) {
    for await (const { text, startsAt, readBytes } of linesFromEnd(pathOf(source.path, file), offset)) {
      budget -= readBytes
      const line = parseLine(text)
      if (line !== null && fits(line)) lines.push(line)
      if (lines.length >= search.limit || budget <= 0) return { lines, next: `${file}.${startsAt}` }
    }
    offset = null
  }
  return { lines, next: null }
}

function fromMemory(all: readonly AuditLineView[], { before, limit }: AuditSearch, fits: Filter): AuditPage {
  const skipped = placeOf(before).offset ?? 0
  const found = all.toReversed().filter(fits)
  const lines = found.slice(skipped, skipped + limit)
  const end = skipped + lines.length
  return { lines, next: end < found.length ? `0.${end}` : null }
}

type Filter = (line: AuditLineView) => boolean

function filterOf({ who, what, q, outcome }: AuditSearch): Filter {
  const [name, action, text] = [who, what, q].map((each) => each.trim().toLowerCase()) as [string, string, string]
  return (line) =>
    (name === '' || (line.who ?? 'anonymous').toLowerCase().includes(name)) &&
    (action === '' || line.action.toLowerCase().includes(action)) &&
    (outcome === null || line.outcome === outcome) &&
    (text === '' || JSON.stringify(line).toLowerCase().includes(text))
}

/** `<number of the file>.<byte>`: everything before that byte has not been shown. */
function placeOf(before: string | null): { readonly file: number; readonly offset: number | null } {
  const match = /^(\d{1,2})\.(\d{1,15})$/.exec(before ?? '')
  return match === null ? { file: 0, offset: null } : { file: Number(match[1]), offset: Number(match[2]) }
}

function pathOf(path: string, file: number): string {
  return file === 0 ? path : `${path}.${file}`
}

interface Line {
  readonly text: string
  readonly startsAt: number
  readonly readBytes: number
}

/** The lines that end before `offset` (null = the end of the file), the last first. None when there is no file. */
async function* linesFromEnd(path: string, offset: number | null): AsyncGenerator<Line> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return
  try {
    let end = Math.min(offset ?? Number.MAX_SAFE_INTEGER, (await file.stat()).size)
    let rest = Buffer.alloc(0)
    let readBytes = 0
    while (end > 0) {
      const size = Math.min(CHUNK_BYTES, end)
      const chunk = Buffer.alloc(size)
      await file.read(chunk, 0, size, end - size)
      end -= size
      readBytes += size
      rest = Buffer.concat([chunk, rest])
      for (let at = lastBreak(rest); at >= 0; at = lastBreak(rest)) {
        const text = rest.subarray(at + 1).toString()
        rest = rest.subarray(0, at)
        if (text !== '') yield { text, startsAt: end + at + 1, readBytes }
        readBytes = 0
      }
      if (rest.length > LINE_MOST_BYTES) rest = Buffer.alloc(0)
    }
    if (rest.length > 0) yield { text: rest.toString(), startsAt: 0, readBytes }
  } finally {
    await file.close()
  }
}

function lastBreak(bytes: Buffer): number {
  return bytes.lastIndexOf(0x0a)
}

function parseLine(text: string): AuditLineView | null {
  try {
    return auditLine.parse(JSON.parse(text))
  } catch {
    return null
  }
}
