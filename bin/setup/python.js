import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.js'
import { mustRun, run, say } from './run.js'
import { aptInstall } from './system-packages.js'

const REQUIREMENTS = 'tests/compat/requirements.txt'

/** The real Celery and Flower of the tests, in an environment under the cache folder. */
export async function installPython() {
  const cache = cacheFolder()
  const venv = join(cache, 'venv')
  const stamp = join(venv, 'installed-from.txt')
  const wanted = readFileSync(REQUIREMENTS, 'utf8')
  if (readText(stamp) === wanted) return
  say(`installing Python Celery and Flower into ${venv}`)
  rmSync(venv, { recursive: true, force: true })
  mkdirSync(cache, { recursive: true })
  // Debian ships venv apart from python3.
  if (spawnSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' }).status !== 0)
    await aptInstall(['python3-venv'])
  await mustRun('python3', ['-m', 'venv', venv], 'the Python environment cannot be made', { quiet: true })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS]
  const python = join(venv, 'bin', 'python')
  if ((await run(python, pip, { quiet: true })) !== 0)
    throw new Error('Celery and Flower cannot be installed from PyPI')
  writeFileSync(stamp, wanted)
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
