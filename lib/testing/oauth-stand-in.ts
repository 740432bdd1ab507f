/** Stands in for GitHub, GitLab, Okta and others: answers as the test says, and remembers what it was asked. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly path: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  readonly headers: IncomingHttpHeaders
}

export interface StandIn {
  readonly url: string
  /** By path: what is answered, as JSON. A number is a status without a body. */
  answers: Readonly<Record<string, (asked: Asked) => unknown>>
  readonly asked: Asked[]
  stop(): Promise<void>
}

export async function startStandIn(): Promise<StandIn> {
  const http = createServer(async (req, res) => {
    const url = new URL(req.url ?? '/', 'http://stand-in')
    let body = ''
    for await (const chunk of req) body += String(chunk)
    const asked = { path: url.pathname, query: url.searchParams, form: new URLSearchParams(body), headers: req.headers }
    standIn.asked.push(asked)
    const answer = standIn.answers[url.pathname]?.(asked) ?? 404
    if (typeof answer === 'number') return res.writeHead(answer).end()
    res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo // it listens on a port
  const standIn: StandIn = {
    url: `http://127.0.0.1:${port}`,
    answers: {},
    asked: [],
    async stop() {
      http.close()
      http.closeAllConnections()
    },
  }
  return standIn
}
