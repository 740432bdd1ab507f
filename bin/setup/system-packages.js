import { spawnSync } from 'node:child_process'
import { mustRun, say } from './run.js'

/** What the tests start that npm does not bring: the program, and Debian's package of it. */
const NEEDED = [
  { program: 'redis-server', package: 'redis-server' },
  { program: 'chromium', package: 'chromium' },
  { program: 'python3', package: 'python3' },
  { program: 'postgres', package: 'postgresql' },
  { program: 'mariadbd', package: 'mariadb-server' },
  { program: 'nginx', package: 'nginx' },
  { program: 'prometheus', package: 'prometheus' },
  { program: 'rabbitmq-server', package: 'rabbitmq-server' },
]

/** Debian keeps these servers where only root's PATH, or nobody's, leads. */
const MORE_FOLDERS = '/usr/sbin /usr/lib/postgresql/*/bin'

/** Installs what is missing as root on Debian; elsewhere says in one line what to install. */
export async function installSystemPackages() {
  const missing = NEEDED.filter(({ program }) => !isInstalled(program)).map((row) => row.package)
  if (missing.length > 0) await aptInstall(missing)
}

/** @param {string[]} packages */
export async function aptInstall(packages) {
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    throw new Error(
      `the tests need ${packages.join(' and ')}: install with your package manager and run "npm test" again`,
    )
  }
  say(`installing ${packages.join(', ')}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await mustRun('apt-get', ['update', '-qq'], 'the package lists cannot be read', { env, quiet: true })
  // Without service start: the tests start servers of their own.
  const args = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0', ...packages]
  await mustRun('apt-get', args, `cannot install ${packages.join(', ')}`, { env, quiet: true })
}

function isInstalled(program) {
  const look = `command -v ${program} && exit 0; for dir in ${MORE_FOLDERS}; do [ -x "$dir/${program}" ] && exit 0; done; exit 1`
  return spawnSync('sh', ['-c', look], { stdio: 'ignore' }).status === 0
}
