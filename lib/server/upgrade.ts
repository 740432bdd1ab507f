import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { UmbelError } from '../errors.ts'
import { STATUS } from './api/status.ts'

/** Says no to a WebSocket, in HTTP, and hangs up. */
export function refuseUpgrade(socket: Duplex, error: UmbelError): void {
  const status = STATUS[error.code]
  const body = JSON.stringify({ error: { code: error.code, message: error.message } })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=UTF-8',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
