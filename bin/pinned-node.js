/** Going on under the Node that the package brings along (`node` in package.json), as if it had been started directly. */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The folder of package.json, as a URL that ends in a slash. */
export const packageRoot = new URL('../', import.meta.url)

/** The first version that runs TypeScript as it is; `engines` in package.json says the same. */
const NEEDED = [22, 18]

/** @param {string} version such as `24.21.0` */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
}

/** Path of the pinned Node; throws when it is not installed. */
export function pinnedNode() {
  const manifest = createRequire(import.meta.url).resolve('node/package.json')
  return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/**
 * Runs `args` under the pinned Node on this terminal and ends as it ends: same exit code, same signal.
 * @param {string[]} args script and its arguments
 */
export function runUnderPinnedNode(args) {
  let node
  try {
    node = pinnedNode()
  } catch {
    process.stderr.write(
      `error: Umbel needs Node ${NEEDED.join('.')} or newer, this is ${process.versions.node}; run "npm install" for the one it brings along\n`,
    )
    process.exit(3)
  }
  const child = spawn(node, args, { stdio: 'inherit' })
  child.on('error', (error) => {
    process.stderr.write(`error: cannot start ${node}: ${error.message}\n`)
    process.exit(3)
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) {
    process.on(signal, () => {
      // What the keyboard sends reaches the child by itself, it shares our terminal; twice would mean "hard stop".
      const fromKeyboard = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT')
      if (!fromKeyboard) child.kill(signal)
    })
  }
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
