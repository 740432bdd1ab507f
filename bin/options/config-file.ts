import { readFile } from 'node:fs/promises'
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { messageOf, UmbelError } from '../../lib/errors.ts'

export type Path = readonly (string | number)[]

/** A config file as data that still knows where everything stood, so that a bad value is told with its line. */
export interface ConfigFile {
  readonly file: string
  readonly data: Readonly<Record<string, unknown>>
  /** The line (from 1) of the key or item at this path, or of the nearest part of the path that exists. */
  lineOf(path: Path): number
}

/** Looked for in the working directory when `--conf` is not given. */
export const DEFAULT_CONFIG_FILE = 'umbel.yaml'
const MAX_BYTES = 1_048_576

/**
 * Reads YAML or JSON. Null when the default file is not there. Throws `config/unreadable` for a named file that cannot
 * be read, `config/invalid` with the line for what is not YAML or not a mapping.
 */
export async function readConfigFile(named: string | null): Promise<ConfigFile | null> {
  const file = named ?? DEFAULT_CONFIG_FILE
  let source: string
  try {
    source = await readFile(file, 'utf8')
  } catch (error) {
    if (named === null && isMissing(error)) return null
    throw new UmbelError('config/unreadable', { file, reason: isMissing(error) ? 'no such file' : messageOf(error) })
  }
  return parseConfig(file, source)
}

export function parseConfig(file: string, source: string): ConfigFile {
  if (source.length > MAX_BYTES) throw new UmbelError('config/unreadable', { file, reason: 'larger than 1 MB' })
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false })
  const fault = document.errors[0]
  if (fault !== undefined) {
    const line = lines.linePos(fault.pos[0]).line
    throw new UmbelError('config/invalid', { file, line, path: 'syntax', expected: fault.message.split('\n')[0] ?? '' })
  }
  const data: unknown = document.toJS()
  if (data !== null && (typeof data !== 'object' || Array.isArray(data))) {
    throw new UmbelError('config/invalid', { file, line: 1, path: 'file', expected: 'expected option: value lines' })
  }
  return {
    file,
    // An empty file is an empty mapping; anything else that is not a mapping was refused above.
    data: (data ?? {}) as Readonly<Record<string, unknown>>,
    lineOf: (path) => lines.linePos(offsetOf(document.contents, path)).line,
  }
}

function offsetOf(root: Node | null, path: Path): number {
  let node: unknown = root
  let offset = 0
  for (const part of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part)) : null
    if (isPair(pair)) {
      if (isScalar(pair.key) && pair.key.range) offset = pair.key.range[0]
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      const range = (node as Node | undefined)?.range // items of a parsed sequence are nodes
      if (range) offset = range[0]
    } else {
      return offset
    }
  }
  return offset
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
