import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { jsonText, send } from './reply.ts'

const server = createServer()

afterEach(async () => {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
})

it('sends a long body in parts to a slow reader, and leaves no listener behind', async () => {
  const part = 'x'.repeat(200_000)
  let most = 0
  function* parts(listeners: () => number) {
    for (let i = 0; i < 60; i++) {
      most = Math.max(most, listeners())
      yield part
    }
  }
  server.on('request', (req, res) => {
    void send(req, res, jsonText(parts(() => res.listenerCount('close') + res.listenerCount('drain'))))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0

  const asked = request({ port, host: '127.0.0.1' }).end()
  const [answer] = await once(asked, 'response')
  let bytes = 0
  for await (const chunk of answer) bytes += chunk.length

  expect(bytes).toBe(60 * part.length)
  expect(most).toBeLessThan(6)
})
