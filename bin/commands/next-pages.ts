import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../../lib/errors.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { Pages } from '../../lib/server/server.ts'
import { packageRoot } from '../package-root.ts'
import { openCompressedFiles } from './compressed-files.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>

export interface NextPages extends Pages {
  /** Resolves when the first page can be answered, or rejects with what is wrong with the build. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

/** The pages, by Next's request handler. Until it has loaded, requests for pages wait; all others do not. */
export function openNextPages(runtime: Runtime): NextPages {
  const dir = fileURLToPath(packageRoot)
  const built = existsSync(new URL('.next/BUILD_ID', packageRoot))
  const loading = built ? load(dir) : Promise.reject(new Error('The pages are not built. Run: npm run build'))
  loading.catch((error: unknown) => runtime.log.error('There will be no pages', { reason: messageOf(error) }))
  const files = openCompressedFiles(fileURLToPath(new URL('.next/static', packageRoot)))
  return {
    ready: loading.then(() => {}),
    async handle(req, res) {
      if (files.answer(req, res)) return
      let handler: Handler
      try {
        handler = (await loading).handler
      } catch (error) {
        res.writeHead(503, { 'Content-Type': 'text/plain; charset=UTF-8' }).end(`${messageOf(error)}\n`)
        return
      }
      await handler(req, res)
    },
    async close() {
      await loading.then(({ end }) => end()).catch(() => {}) // never opened: nothing to close
    },
  }
}

async function load(dir: string): Promise<{ readonly handler: Handler; readonly end: () => Promise<void> }> {
  Object.assign(process.env, { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' })
  const { default: next } = await import('next')
  // Next hangs an upgrade listener of its own on the server it finds; given one that never listens, the sockets are ours.
  const app = next({ dev: false, dir, httpServer: createServer(), quiet: true })
  await quietly(() => app.prepare())
  return { handler: app.getRequestHandler(), end: () => app.close() }
}

/** While it loads, Next says on stdout how long its settings took, whatever `quiet` is. */
async function quietly(work: () => Promise<void>): Promise<void> {
  const { log } = console
  console.log = () => {}
  try {
    await work()
  } finally {
    console.log = log
  }
}
