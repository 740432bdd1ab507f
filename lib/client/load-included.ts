/** `include` and `imports`: further modules with tasks, which register them with the app that they import. */
import { UmbelError } from '../errors.ts'
import type { Celery } from './celery.ts'
import { fileOf, loadModule, NO_FILE } from './load-app.ts'

/** Files, also without their extension; names of Python modules (`proj.tasks`), as shared settings have them, are not ours. */
const PATH = /^\.{0,2}\/|[\\/]|\.[cm]?[jt]s$/

/** Each once, however often this is called. Throws app/cannot-load. */
export async function loadIncluded({ conf }: Celery): Promise<void> {
  for (const place of [...conf.imports, ...conf.include]) {
    if (PATH.test(place)) await loadModule(place, await includedFile(place))
  }
}

/** The file that `-I` means, whole. Throws app/cannot-load. */
export async function includedFile(place: string): Promise<string> {
  const file = await fileOf(place)
  if (file !== null && file !== 'empty-folder') return file
  throw new UmbelError('app/cannot-load', { file: place, reason: NO_FILE })
}
