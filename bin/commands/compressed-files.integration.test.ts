import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../lib/testing/free-port.ts'
import { openCompressedFiles } from './compressed-files.ts'

const TEXT = 'export const answer = 42\n'.repeat(50)
let dir: string
let port: number
let server: Server

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'umbel-static-'))
  mkdirSync(join(dir, 'chunks'))
  writeFileSync(join(dir, 'chunks/a.js'), TEXT)
  writeFileSync(join(dir, 'chunks/a.js.br'), brotliCompressSync(TEXT))
  writeFileSync(join(dir, '../secret.js.br'), 'secret')
  const files = openCompressedFiles(dir)
  server = createServer((req, res) => {
    if (!files.answer(req, res)) res.writeHead(404).end()
  })
  port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
})

afterAll(() => {
  server.close()
  rmSync(dir, { recursive: true, force: true })
  rmSync(join(dir, '../secret.js.br'), { force: true })
})

it.each([
  ['/_next/static/chunks/a.js', 'gzip, deflate, br, zstd', 200],
  ['/_next/static/chunks/a.js?dpl=1', 'br;q=0.5', 200],
  ['/_next/static/chunks/a.js', 'gzip', 404],
  ['/_next/static/chunks/a.js', 'br;q=0', 404],
  ['/_next/static/chunks/a.js', '', 404],
  ['/_next/static/chunks/b.js', 'br', 404],
  ['/_next/static/../secret.js', 'br', 404],
  ['/_next/static/chunks/a.js.br', 'br', 404],
])('%s with accept-encoding %j: %i', async (path, encoding, status) => {
  expect((await ask(path, encoding)).status).toBe(status)
})

it('is sent as the browser can read it, and to be kept', async () => {
  const { headers, bytes } = await ask('/_next/static/chunks/a.js', 'br')

  expect(headers).toMatchObject({ 'content-encoding': 'br', 'content-type': expect.stringContaining('javascript') })
  expect(headers['cache-control']).toContain('immutable')
  expect(bytes).toEqual(brotliCompressSync(TEXT))
})

/** A plain request: fetch would add an accept-encoding of its own and tidy the path up. */
function ask(path: string, encoding: string) {
  return new Promise<{ status: number; headers: Record<string, unknown>; bytes: Buffer }>((resolve, reject) => {
    const headers = encoding === '' ? {} : { 'accept-encoding': encoding }
    const asking = request({ port, host: '127.0.0.1', path, headers }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) }),
      )
    })
    asking.on('error', reject)
    asking.end()
  })
}
