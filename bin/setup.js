/**
 * `npm run demo` and `npm test` on any machine with Node ≥ 18 and npm: installs and builds what is missing, skips what
 * is there, then runs. Plain JavaScript: at its start nothing is installed yet.
 */

import { isNewEnough, packageRoot, runUnderPinnedNode } from './pinned-node.js'
import { installPackages } from './setup/packages.js'
import { buildIfChanged } from './setup/sources.js'

process.chdir(new URL('.', packageRoot).pathname)
const [what, ...rest] = process.argv.slice(2)

if (what !== 'demo' && what !== 'test') {
  process.stderr.write('usage: node bin/setup.js demo|test [options]\n')
  process.exit(2)
}
if (process.env.npm_lifecycle_event === what) endWithNpm()
try {
  await installPackages()
  if (what === 'test') {
    const { runTests } = await import('./setup/tests.js')
    process.exitCode = await runTests(rest)
  } else {
    await buildIfChanged()
    await runDemo(rest)
  }
} catch (error) {
  process.stderr.write(`error: ${error.message}\n`)
  process.exitCode = error.exitCode ?? 1
}

/**
 * npm passes signals on to what it started (`exec` in package.json: us, not a shell that would keep them), but one that
 * is killed cannot; nothing of the demo or the tests stays behind then.
 */
function endWithNpm() {
  const npm = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === npm) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 1_000)
  watch.unref()
}

async function runDemo(options) {
  if (!isNewEnough(process.versions.node)) {
    runUnderPinnedNode(['bin/umbel.js', 'demo', ...options])
    return
  }
  process.argv = [process.argv[0], 'bin/umbel.js', 'demo', ...options]
  await import('./umbel.js')
}
