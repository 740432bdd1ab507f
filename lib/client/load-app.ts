/** Loads the app that a file exports: `umbel worker -A ./tasks.ts`. */
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf, UmbelError } from '../errors.ts'
import { type Celery, isCelery } from './celery.ts'

/** `path` is relative to the working directory. Throws app/cannot-load, saying what is wrong with the file. */
export async function loadApp(path: string): Promise<Celery> {
  const file = resolve(path)
  const fail = (reason: string, cause?: unknown) => new UmbelError('app/cannot-load', { file: path, reason }, cause)
  await access(file).catch(() => {
    throw fail('there is no such file')
  })

  let module: Record<string, unknown>
  try {
    module = await import(pathToFileURL(file).href)
  } catch (error) {
    throw fail(messageOf(error), error)
  }
  const found = [module['app'], module['default']].find(isCelery) ?? Object.values(module).find(isCelery)
  if (found !== undefined) return found
  const names = Object.keys(module)
  throw fail(
    `it exports no Celery app as "app" or default (${names.length === 0 ? 'it exports nothing' : `only ${names.slice(0, 10).join(', ')}`})`,
  )
}
