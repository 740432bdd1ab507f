import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { isNewEnough } from '../pinned-node.js'
import { cacheFolder } from './cache-folder.js'
import { mustRun, say } from './run.js'

/** Runs `npm ci` unless every package of package-lock.json is there in its version. */
export async function installPackages() {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  const missing = firstMissing(lock)
  if (missing === null) return
  say(`installing npm packages (${missing} is missing)`)
  const node = await newEnoughNode(lock)
  // Install scripts stay on for one package: `node` links the runtime of this platform.
  await npm(node, ['ci'], 'the npm packages cannot be installed')
}

/**
 * npm leaves out, without a word, optional packages that ask for a newer Node than it runs on itself; native parts
 * are optional packages. On an old Node the pinned one is therefore fetched first, into the cache folder.
 */
async function newEnoughNode(lock) {
  if (isNewEnough(process.versions.node)) return process.execPath
  const { version } = lock.packages['node_modules/node']
  const folder = resolve(cacheFolder(), `node-${version}`)
  const node = join(folder, 'node_modules', '.bin', 'node')
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true })
    const args = ['install', '--no-save', '--prefix', folder, `node@${version}`]
    await npm(process.execPath, args, `Node ${version} cannot be installed`)
  }
  return node
}

/** Runs npm, and the install scripts of packages, on `node`. */
async function npm(node, args, failure) {
  const program = process.env.npm_execpath
  const [command, first] = program === undefined ? ['npm', []] : [node, [program]]
  const env = { PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error']
  await mustRun(command, [...first, ...args, ...quietly], failure, { quiet: true, env })
}

function firstMissing(lock) {
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
