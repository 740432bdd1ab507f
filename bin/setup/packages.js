import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun, say } from './run.js'

/** Runs `npm ci` unless every package of package-lock.json is there in its version. */
export async function installPackages() {
  const missing = firstMissing()
  if (missing === null) return
  say(`installing npm packages (${missing} is missing)`)
  const npm = process.env.npm_execpath
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
  // Install scripts stay on for one package: `node` links the runtime of this platform.
  const args = [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error']
  await mustRun(command, args, 'the npm packages cannot be installed', { quiet: true })
}

function firstMissing() {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  for (const [path, entry] of Object.entries(lock.packages)) {
    // Optional packages are those of other platforms.
    if (path === '' || entry.optional || entry.devOptional || entry.link) continue
    if (installedVersion(path) !== entry.version) return path.slice(path.lastIndexOf('node_modules/') + 13)
  }
  return existsSync('node_modules/.bin/node') ? null : 'node'
}

function installedVersion(path) {
  try {
    return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).version
  } catch {
    return null
  }
}
