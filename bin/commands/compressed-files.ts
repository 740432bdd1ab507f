/**
 * The scripts and styles of the pages, as the build compressed them (Brotli, a sixth smaller than what can be done at
 * each request). Their names change with their content, so that browsers may keep them for ever.
 */
import { createReadStream, existsSync, readdirSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream'

const PREFIX = '/_next/static/'
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=UTF-8',
  '.js': 'application/javascript; charset=UTF-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=UTF-8',
}

export interface CompressedFiles {
  /** True when the request was answered. */
  answer(req: IncomingMessage, res: ServerResponse): boolean
}

/** `folder` is `.next/static`. Only what the build put there can be asked for: no path is ever made of a request. */
export function openCompressedFiles(folder: string): CompressedFiles {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  const files = new Set(
    names.filter((name) => name.endsWith('.br')).map((name) => name.replaceAll('\\', '/').slice(0, -3)),
  )
  return {
    answer(req, res) {
      const path = (req.url ?? '').split('?')[0] ?? ''
      const name = path.startsWith(PREFIX) ? path.slice(PREFIX.length) : ''
      const type = TYPES[extname(name)]
      if (type === undefined || !files.has(name) || !acceptsBrotli(req)) return false
      res.writeHead(200, {
        'Content-Type': type,
        'Content-Encoding': 'br',
        'Cache-Control': 'public, max-age=31536000, immutable',
        Vary: 'Accept-Encoding',
      })
      if (req.method === 'HEAD') res.end()
      else pipeline(createReadStream(join(folder, `${name}.br`)), res, () => {}) // a reader that left is no fault
      return true
    },
  }
}

function acceptsBrotli(req: IncomingMessage): boolean {
  return /(?:^|,)\s*br\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(
    req.headers['accept-encoding'] ?? '',
  )
}
