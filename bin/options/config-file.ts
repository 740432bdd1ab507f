import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { messageOf, UmbelError } from '../../lib/errors.ts'
import { expandPath } from '../../lib/server/tls.ts'
import { looksLikePython, parsePythonConfig } from './python-config.ts'

export type Path = readonly (string | number)[]

/** A config file as data that still knows where everything stood, so that a bad value is told with its line. */
export interface ConfigFile {
  readonly file: string
  readonly data: Readonly<Record<string, unknown>>
  /** What of it was not taken, for a person. */
  readonly warnings: readonly string[]
  /** Options that the file sets in a way that only Python can follow, with their warnings. */
  readonly untaken?: ReadonlyMap<string, string>
  /** The line (from 1) of the key or item at this path, or of the nearest part of the path that exists. */
  lineOf(path: Path): number
}

/** Looked for in the working directory when `--conf` is not given; the first one counts. */
export const DEFAULT_CONFIG_FILES = [
  'umbel.yaml',
  'umbel.yml',
  'umbel.json',
  'umbel.config.ts',
  'umbel.config.js',
  'flowerconfig.py',
] as const
const MAX_BYTES = 1_048_576

export interface ReadConfigOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Names that mean something in a flowerconfig.py. */
  readonly isOption: (name: string) => boolean
}

/**
 * Reads YAML, JSON, a module with a default export, or a flowerconfig.py. Null when none of the default files is there.
 * Throws `config/unreadable` for a named file that cannot be read, `config/invalid` with the line for what is no config.
 */
export async function readConfigFile(named: string | null, options: ReadConfigOptions): Promise<ConfigFile | null> {
  const there = named === null ? DEFAULT_CONFIG_FILES.filter((file) => existsSync(file)) : [named]
  const [file, ...others] = there
  if (file === undefined) return null
  const read = await readOne(expandPath(file), file, options)
  const unread = others.map((other) => `${other} is not read: ${file} stands beside it`)
  return { ...read, warnings: [...unread, ...read.warnings] }
}

async function readOne(path: string, file: string, { environment, isOption }: ReadConfigOptions): Promise<ConfigFile> {
  let source: string
  try {
    source = await readFile(path, 'utf8')
  } catch (error) {
    throw new UmbelError('config/unreadable', { file, reason: isMissing(error) ? 'no such file' : messageOf(error) })
  }
  if (source.length > MAX_BYTES) throw new UmbelError('config/unreadable', { file, reason: 'larger than 1 MB' })
  if (/\.py$/i.test(file)) return parsePythonConfig(file, source, environment, isOption)
  if (/\.[cm]?[jt]s$/i.test(file)) return importConfig(file, path)
  // Flower reads any name as Python.
  if (!/\.(ya?ml|json)$/i.test(file) && looksLikePython(source)) {
    return parsePythonConfig(file, source, environment, isOption)
  }
  return parseConfig(file, source)
}

/** A module whose default export is the configuration: the one place where functions can stand. */
async function importConfig(file: string, path: string): Promise<ConfigFile> {
  let module: Readonly<Record<string, unknown>>
  try {
    module = await import(pathToFileURL(path).href)
  } catch (error) {
    throw new UmbelError('config/unreadable', { file, reason: messageOf(error).split('\n')[0] ?? '' }, error)
  }
  const { default: data } = module
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new UmbelError('config/invalid', { file, line: 1, path: 'default export', expected: 'expected an object' })
  }
  return { file, data: { ...data }, warnings: [], lineOf: () => 1 }
}

export function parseConfig(file: string, source: string): ConfigFile {
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
    warnings: [],
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
