/** Settings in a file: `app.configFromFile('./celeryconfig.yaml')`. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, resolve } from 'node:path'
import { messageOf, UmbelError } from '../errors.ts'
import { isRecord } from '../protocol/record.ts'

const load = createRequire(import.meta.url)

const READERS: Readonly<Record<string, (path: string) => unknown>> = {
  '.json': (path) => JSON.parse(readFileSync(path, 'utf8')),
  '.yaml': readYaml,
  '.yml': readYaml,
  '.js': readModule,
  '.mjs': readModule,
  '.cjs': readModule,
  '.ts': readModule,
  '.mts': readModule,
  '.cts': readModule,
}

/**
 * The object in the file: of a module its default export, else what it exports by name. Read at once, so that an app
 * can be configured where it is made; a module with a top-level await cannot be. Throws config/unreadable.
 */
export function readConfigFile(path: string): Readonly<Record<string, unknown>> {
  const read = READERS[extname(path).toLowerCase()]
  if (read === undefined) throw unreadable(path, `settings are read from ${Object.keys(READERS).join(', ')}`)
  let found: unknown
  try {
    found = read(resolve(path))
  } catch (error) {
    throw unreadable(path, reasonOf(error), error)
  }
  if (isRecord(found)) return found
  throw unreadable(path, 'it holds no object of settings')
}

/** The reader of YAML is loaded only here: few need it. */
function readYaml(path: string): unknown {
  const { parse }: { parse: (text: string) => unknown } = load('yaml')
  return parse(readFileSync(path, 'utf8')) ?? {}
}

function readModule(path: string): unknown {
  const module: unknown = load(path)
  if (!isRecord(module)) return { ...Object(module) }
  const whole = module['default']
  return isRecord(whole) ? whole : { ...module }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT' || code === 'MODULE_NOT_FOUND') return 'there is no such file'
  if (code === 'ERR_REQUIRE_ASYNC_MODULE') return 'it awaits something at its top level; export the settings at once'
  return messageOf(error).split('\n')[0] ?? ''
}

function unreadable(file: string, reason: string, cause?: unknown): UmbelError {
  return new UmbelError('config/unreadable', { file, reason }, cause)
}
