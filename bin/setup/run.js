import { spawn } from 'node:child_process'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs one step on this terminal. Resolves with its exit code; rejects when it cannot start or we were interrupted.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, quiet?: boolean }} [options] quiet: its output is shown only when it fails
 */
export async function run(command, args, options = {}) {
  const stdio = options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit']
  const child = spawn(command, args, { stdio, env: { ...process.env, ...options.env } })
  // A signal to us ends the step; between steps a signal ends us, as it does any program.
  let interrupted = null
  const handlers = SIGNALS.map((signal) => {
    const handler = () => {
      interrupted = signal
      child.kill(signal)
    }
    return [signal, handler]
  })
  for (const [signal, handler] of handlers) process.on(signal, handler)
  let output = ''
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (output += chunk))
  const code = await new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Error(`cannot start ${command}: ${error.message}`)))
    child.on('exit', (status, signal) => resolve(status ?? (signal === null ? 1 : 128)))
  }).finally(() => {
    for (const [signal, handler] of handlers) process.off(signal, handler)
  })
  if (interrupted !== null) throw Object.assign(new Error(`stopped by ${interrupted}`), { exitCode: 130 })
  if (code !== 0 && options.quiet) process.stderr.write(output)
  return code
}

/** Like run, but any other exit code than 0 is an error with this sentence. */
export async function mustRun(command, args, failure, options) {
  const code = await run(command, args, options)
  if (code !== 0) throw new Error(`${failure} (${[command, ...args].join(' ')} ended with ${code})`)
}

/** One line a step, so that a person sees where the time goes. */
export function say(text) {
  process.stdout.write(`umbel: ${text}\n`)
}
