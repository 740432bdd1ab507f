import { existsSync, readFileSync } from 'node:fs'

/** The folder of package.json, with a slash at its end: the sources and the built program lie at different depths. */
export const packageRoot: URL = findRoot(new URL('.', import.meta.url))

export function packageVersion(): string {
  const data: unknown = JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8'))
  return typeof data === 'object' && data !== null && 'version' in data ? String(data.version) : '0'
}

function findRoot(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder
  const parent = new URL('..', folder)
  if (parent.href === folder.href) throw new Error('The folder of Umbel cannot be found.')
  return findRoot(parent)
}
