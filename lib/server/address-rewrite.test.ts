/** Answers as Next gives them: in pieces cut anywhere, with headers flushed before the first of them. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { namesFiles, rewriteAddresses } from './address-rewrite.ts'

async function answered(
  answer: (res: ServerResponse, req: IncomingMessage) => void,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response & { body_: string }> {
  const server = createServer((req, res) => {
    rewriteAddresses(req, res, '/a/b', '/tasks')
    answer(res, req)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo // a TCP server has one
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers })
    return Object.assign(response, { body_: await response.text() })
  } finally {
    server.close()
  }
}

const HTML =
  '<script src="/_next/static/a.js"></script><a href="/tasks">é</a><script>push("1:I[\\"/_next/static/b.js\\"]")</script><link href="/icon.svg?1">'
const THERE =
  '<script src="/a/b/_next/static/a.js"></script><a href="/tasks">é</a><script>push("1:I[\\"/a/b/_next/static/b.js\\"]")</script><link href="/a/b/icon.svg?1">'

it('puts the prefix before what a page asks for, wherever the answer is cut', async () => {
  const bytes = Buffer.from(HTML)
  for (let size = 1; size < 12; size++) {
    const { body_: body } = await answered((res) => {
      res.setHeader('Content-Type', 'text/html; charset=utf-8')
      res.flushHeaders()
      for (let at = 0; at < bytes.length; at += size) res.write(bytes.subarray(at, at + size))
      res.end()
    })
    expect(body).toBe(THERE)
  }
})

it('tells the length that it then has, and the path to the router of the page', async () => {
  const response = await answered((res) => {
    res.setHeader('Content-Type', 'text/html')
    res.setHeader('Content-Length', Buffer.byteLength(HTML))
    res.setHeader('Link', ['</_next/static/c.woff2>; rel=preload', '</_next/d.css>'])
    res.end(HTML)
  })
  expect(response.body_).toBe(THERE)
  expect(response.headers.get('link')).toBe('</a/b/_next/static/c.woff2>; rel=preload, </a/b/_next/d.css>')
  expect(response.headers.get('x-nextjs-rewritten-path')).toBe('/tasks')
})

it.each([
  ['gzip, deflate, br', 'gzip'],
  ['br, gzip;q=0', null],
  ['identity', null],
])('to a browser that takes %s it goes as %s', async (accepted, encoding) => {
  const large = HTML.repeat(200)
  const send = [
    (res: ServerResponse) => res.end(large),
    (res: ServerResponse) => {
      for (let at = 0; at < large.length; at += 4_096) res.write(large.slice(at, at + 4_096))
      res.end()
    },
  ]
  for (const answer of send) {
    const response = await answered(
      (res) => {
        res.setHeader('Content-Type', 'text/html')
        res.setHeader('Content-Length', Buffer.byteLength(large))
        answer(res)
      },
      { 'Accept-Encoding': accepted },
    )
    expect(response.headers.get('content-encoding')).toBe(encoding)
    expect(response.body_).toBe(THERE.repeat(200))
  }
})

it('an answer without a body has no encoding', async () => {
  const response = await answered(
    (res) => {
      res.setHeader('Content-Type', 'text/html')
      res.statusCode = 304
      res.end()
    },
    { 'Accept-Encoding': 'gzip' },
  )
  expect([response.status, response.headers.get('content-encoding'), response.body_]).toEqual([304, null, ''])
})

it('leaves all other answers alone, and asks for none that is compressed', async () => {
  const { body_: body } = await answered((res, req) => {
    res.setHeader('Content-Type', 'image/svg+xml')
    res.write('"/_next/')
    res.end(String(req.headers['accept-encoding']))
  })
  expect(body).toBe('"/_next/undefined')
})

it('knows the one script that names others', () => {
  expect(namesFiles('/_next/static/chunks/turbopack-abc.js')).toBe(true)
  expect(namesFiles('/_next/static/chunks/abc.js')).toBe(false)
})
