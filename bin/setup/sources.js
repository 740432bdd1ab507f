import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun, say } from './run.js'

/** What a build is made of. */
const SOURCES = ['app', 'bin', 'components', 'examples/demo', 'lib', 'worker']
const FILES = ['next.config.js', 'package-lock.json', 'postcss.config.mjs', 'tsconfig.json']
const STAMP = 'dist/.built-from'

/** Builds unless the last build was made of exactly these sources. */
export async function buildIfChanged() {
  if (isBuilt()) return
  say('building')
  await mustRun(process.execPath, ['bin/build.js'], 'the build failed', { quiet: true })
}

export function isBuilt() {
  return existsSync('.next/BUILD_ID') && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourcesHash()
}

export function noteBuilt() {
  writeFileSync(STAMP, sourcesHash())
}

function sourcesHash() {
  const hash = createHash('sha256')
  const add = (path) => hash.update(path).update('\0').update(readFileSync(path)).update('\0')
  for (const file of FILES) if (existsSync(file)) add(file)
  for (const folder of SOURCES) for (const path of filesBelow(folder)) add(path)
  return hash.digest('hex')
}

function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}
