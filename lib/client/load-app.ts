/** Loads the app that a file exports: `umbel worker -A ./tasks.ts`, `-A ./proj`, `-A ./tasks.ts:other`. */
import { stat } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isUmbelError, messageOf, UmbelError } from '../errors.ts'
import { type Celery, isCelery } from './celery.ts'
import { loadModulesAsSuch } from './load-modules-as-such.ts'

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs', '.cts', '.cjs']
/** In a folder; the first is where Celery looks in a package. */
const FILES_OF_A_FOLDER = ['celery', 'tasks', 'app', 'index']
/** The `reason` of app/cannot-load when nothing is at the place. */
export const NO_FILE = 'there is no such file'
/** Under which names an app is looked for before any other export. */
const USUAL_NAMES = ['app', 'celery', 'default']

type Module = Readonly<Record<string, unknown>>

/**
 * `place` is a file or a folder, relative to the working directory, and `:name` behind it the export that is meant.
 * Throws app/cannot-load, saying in one sentence what is wrong.
 */
export async function loadApp(place: string): Promise<Celery> {
  const fail = (reason: string) => new UmbelError('app/cannot-load', { file: place, reason })
  const whole = await fileOf(place)
  const colon = place.lastIndexOf(':')
  const isNamed = whole === null && colon > 0
  const file = isNamed ? await fileOf(place.slice(0, colon)) : whole
  if (file === null) throw fail(NO_FILE)
  if (file === 'empty-folder') {
    throw fail(`the folder has none of ${FILES_OF_A_FOLDER.map((name) => `${name}.ts`).join(', ')}`)
  }

  const module = await loadModule(place, file)
  const found = isNamed ? named(module, place.slice(colon + 1)) : chosen(module, place)
  if (typeof found === 'string') throw fail(found)
  return found
}

/** What `file` exports; `place` is how it was called. Throws app/cannot-load. */
export async function loadModule(place: string, file: string): Promise<Module> {
  try {
    loadModulesAsSuch(file)
    return await loaded(pathToFileURL(file).href)
  } catch (error) {
    throw new UmbelError('app/cannot-load', { file: place, reason: importFault(error) }, error)
  }
}

/** A module that waits for what never comes would end this process in Node's own words. */
async function loaded(url: string): Promise<Module> {
  const stuck = Promise.withResolvers<never>()
  const onIdle = () => stuck.reject(new Error('it never ends to load: it awaits what nothing is at work on'))
  process.once('beforeExit', onIdle)
  try {
    return await Promise.race([import(url), stuck.promise])
  } finally {
    process.off('beforeExit', onIdle)
  }
}

/** The file that is meant; null when there is none. */
export async function fileOf(place: string): Promise<string | 'empty-folder' | null> {
  const path = resolve(place)
  const kind = await kindOf(path)
  if (kind === 'file') return path
  const beside = extname(path) === '' ? await firstFile(EXTENSIONS.map((extension) => path + extension)) : null
  if (beside !== null || kind === null) return beside
  const inside = FILES_OF_A_FOLDER.flatMap((name) => EXTENSIONS.map((extension) => join(path, name + extension)))
  return (await firstFile(inside)) ?? 'empty-folder'
}

async function firstFile(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if ((await kindOf(path)) === 'file') return path
  return null
}

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  const found = await stat(path).catch(() => null)
  if (found === null) return null
  return found.isDirectory() ? 'folder' : 'file'
}

/** The app, or what is wrong. */
function named(module: Module, name: string): Celery | string {
  const found = module[name]
  if (isCelery(found)) return found
  return name in module ? `its export ${name} is no Celery app` : `it does not export ${name} (${exportsOf(module)})`
}

function chosen(module: Module, place: string): Celery | string {
  const usual = USUAL_NAMES.map((name) => module[name]).find(isCelery)
  if (usual !== undefined) return usual
  const apps = Object.entries(module).filter(([, value]) => isCelery(value))
  const different = new Set(apps.map(([, app]) => app))
  const [name, app] = apps[0] ?? []
  if (app === undefined) return `it exports no Celery app as "app" or default (${exportsOf(module)})`
  if (different.size === 1 && isCelery(app)) return app
  const names = apps.map(([each]) => each).join(', ')
  return `it exports several apps (${names}) and none as "app"; say which one: ${place}:${name}`
}

function exportsOf(module: Module): string {
  const names = Object.keys(module)
  return names.length === 0 ? 'it exports nothing' : `only ${names.slice(0, 10).join(', ')}`
}

/** The first line says it; behind it come Node's frames and hints. What we say ourselves has a line for each fault. */
function importFault(error: unknown): string {
  if (isUmbelError(error)) return error.message
  const text = messageOf(error).split('\n')[0]?.trim() || 'it throws when it is loaded'
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ERR_MODULE_NOT_FOUND') return text.replace(/ imported from .*$/, '')
  const isUnreadable = error instanceof SyntaxError && !text.includes('does not provide an export')
  return isUnreadable ? `it cannot be parsed: ${text}` : text
}
