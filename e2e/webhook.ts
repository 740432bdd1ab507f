/** A receiver of webhooks on a free port: keeps what it was sent. */
import { createServer } from 'node:http'
import { freePort } from '../lib/testing/free-port.ts'

export interface ReceivedWebhook {
  readonly status: string
  readonly rule: string
  readonly alerts: readonly { readonly subject: string; readonly value: number | null }[]
}

export interface WebhookReceiver {
  readonly url: string
  readonly received: readonly ReceivedWebhook[]
  stop(): Promise<void>
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const port = await freePort()
  const received: ReceivedWebhook[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    received.push(JSON.parse(text) as ReceivedWebhook) // what our own alerts sent
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
