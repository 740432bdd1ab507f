/** Runs the generator in its own process and waits for the end of its sending. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { GeneratorOptions, Sent } from './generator.ts'

const GENERATOR = new URL('generator.ts', import.meta.url).pathname

export interface Sending {
  /** Resolves when all is encoded. */
  readonly ready: Promise<void>
  /** Starts, and resolves when Redis has taken everything. */
  send(): Promise<Sent>
  stop(): void
}

export function prepareEvents(options: GeneratorOptions): Sending {
  const child = spawn(process.execPath, [GENERATOR, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const line = await lines.next()
    if (line.done) throw new Error('The generator ended early.')
    return line.value
  }
  const ready = next().then(() => {})
  return {
    ready,
    async send() {
      await ready
      child.stdin.write('go\n')
      const sent: Sent = JSON.parse(await next())
      if (child.exitCode === null) await once(child, 'exit')
      return sent
    },
    stop: () => child.kill(),
  }
}
