/** Signals as programs and terminals send them, to a process that only waits for its end. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'

const FILE = new URL('./end-signals.ts', import.meta.url).href

/** `first` is said first by the program. */
async function waiting(first = '') {
  const program = `${first}
    import { aborted, endSignals } from ${JSON.stringify(FILE)}
    const alive = setInterval(() => {}, 1000)
    const end = endSignals((name) => console.log(name))
    console.log('ready')
    await aborted(end.signal)
    process.stdin.once('data', () => { end.dispose(); clearInterval(alive); process.exit(0) })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  await once(child.stdout, 'data')
  const ended = once(child, 'close').then(([code]) => ({ code, out }))
  return { child, ended }
}

it('takes one Ctrl-C that npm and the launcher pass on for one', async () => {
  // All at one moment, however busy the machine is.
  const { child, ended } = await waiting('performance.now = () => 0')
  for (let i = 0; i < 3; i++) child.kill('SIGINT')
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  child.stdin.write('finish\n')
  expect(await ended).toEqual({ code: 0, out: 'ready\nSIGINT\n' })
})

it.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('does not wait when %s is sent once more', async (signal, code) => {
  const { child, ended } = await waiting()
  child.kill(signal)
  await once(child.stdout, 'data')
  // A second press is one only after a while: time itself is what this test is about.
  await sleep(700)
  child.kill(signal)
  expect(await ended).toEqual({ code, out: `ready\n${signal}\n` })
})
