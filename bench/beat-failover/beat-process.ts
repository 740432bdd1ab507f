/** One real `umbel beat`, from the sources, behind a network of its own that can be cut. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { startTcpProxy, type TcpProxy } from '../../lib/testing/tcp-proxy.ts'

const CLI = new URL('../../bin/cli.ts', import.meta.url).href
const APP = new URL('./app.ts', import.meta.url).pathname

/** Those that run: a bench that is ended takes them along. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export interface BeatProcess {
  readonly name: string
  readonly proxy: TcpProxy
  readonly child: ChildProcess
  output(): string
  /** Null while it runs: why it ended by itself, with its last lines. */
  ended(): string | null
  /** For a person: whether it runs, since when, and what it said last. */
  seen(): string
  kill(): Promise<void>
}

export interface BeatProcessOptions {
  readonly name: string
  readonly redisPort: number
  readonly env: Readonly<Record<string, string>>
}

export async function startBeatProcess({ name, redisPort, env }: BeatProcessOptions): Promise<BeatProcess> {
  const proxy = await startTcpProxy(redisPort)
  const program = `import { main } from ${JSON.stringify(CLI)}\nawait main(process.argv.slice(1))`
  const args = ['beat', '-A', APP, '-S', 'redis', '-n', name, '-l', 'INFO']
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...args], {
    env: { ...process.env, ...env, FAILOVER_BROKER: `redis://127.0.0.1:${proxy.port}/0` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-20_000)
    })
  }
  running.add(child)
  child.once('exit', () => running.delete(child))
  const exited = once(child, 'exit')
  const startMs = performance.now()
  const ended = () => {
    const how = child.exitCode ?? child.signalCode
    return how === null ? null : `${name} ended by itself with ${how}: ${text.slice(-2_000)}`
  }
  return {
    ...{ name, proxy, child },
    output: () => text,
    ended,
    seen() {
      const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
      return ended() ?? `${name} (${child.pid}) runs since ${seconds} s and said last: ${text.slice(-600)}`
    },
    async kill() {
      if (ended() === null) {
        child.kill('SIGKILL')
        await exited
      }
      await proxy.close()
    },
  }
}
