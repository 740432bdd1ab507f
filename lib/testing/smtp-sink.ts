/** A real mail server for a test (tests/compat/smtp_sink.py); stopped by closing its input. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { pythonPath } from './celery.ts'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  readonly user: string | null
  /** Headers and body as they came. */
  readonly text: string
}

export interface SmtpSink {
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  stop(): Promise<void>
}

export async function startSmtpSink(): Promise<SmtpSink> {
  const script = new URL('../../tests/compat/smtp_sink.py', import.meta.url).pathname
  const child = spawn(pythonPath(), [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const [port]: unknown[] = await once(lines, 'line')
  const mails: ReceivedMail[] = []
  lines.on('line', (line) => mails.push(JSON.parse(line) as ReceivedMail)) // what the script writes
  return {
    port: Number(port),
    mails,
    async stop() {
      const exited = once(child, 'exit')
      child.stdin.end()
      await exited
    },
  }
}
