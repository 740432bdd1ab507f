import { once } from 'node:events'
import type { Server } from 'node:http'
import { messageOf, UmbelError } from '../errors.ts'

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name is not known',
}

/** Resolves when the port is ours. Throws `server/port-taken` or `server/cannot-listen` with the reason. */
export async function listen(server: Server, address: string, port: number): Promise<void> {
  const listening = once(server, 'listening')
  server.listen(address === '' ? { port } : { port, host: address })
  try {
    await listening
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const shown = address === '' ? '0.0.0.0' : address
    if (code === 'EADDRINUSE') throw new UmbelError('server/port-taken', { address: shown, port }, error)
    const reason = REASONS[code] ?? messageOf(error)
    throw new UmbelError('server/cannot-listen', { address: shown, port, reason }, error)
  }
}
