import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.js'
import { mustRun, run, say } from './run.js'
import { aptInstall } from './system-packages.js'

/** Environments under the cache folder: today's Celery and Flower, and an old Celery that is still much in use. */
const ENVIRONMENTS = [
  { name: 'venv', requirements: 'tests/compat/requirements.txt', holds: 'Python Celery and Flower' },
  { name: 'venv-old', requirements: 'tests/compat/requirements-old.txt', holds: 'an old Python Celery' },
]

/** The real Celery and Flower of the tests. */
export async function installPython() {
  for (const environment of ENVIRONMENTS) await install(environment)
}

async function install({ name, requirements, holds }) {
  const cache = cacheFolder()
  const venv = join(cache, name)
  const stamp = join(venv, 'installed-from.txt')
  const wanted = readFileSync(requirements, 'utf8')
  if (readText(stamp) === wanted) return
  say(`installing ${holds} into ${venv}`)
  rmSync(venv, { recursive: true, force: true })
  mkdirSync(cache, { recursive: true })
  // Debian ships venv apart from python3.
  if (spawnSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' }).status !== 0)
    await aptInstall(['python3-venv'])
  await mustRun('python3', ['-m', 'venv', venv], 'the Python environment cannot be made', { quiet: true })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]
  const python = join(venv, 'bin', 'python')
  if ((await run(python, pip, { quiet: true })) !== 0) throw new Error(`${holds} cannot be installed from PyPI`)
  writeFileSync(stamp, wanted)
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
