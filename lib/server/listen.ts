import { once } from 'node:events'
import { chmod, lstat, unlink } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { messageOf, UmbelError } from '../errors.ts'

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name is not known',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is none',
  ENAMETOOLONG: 'the path is too long for a socket',
  EINVAL: 'the path is too long for a socket',
}

/** Flower's: whoever reaches the folder may connect; rights are those of the folder. */
const SOCKET_MODE = 0o777
/** A server that does not take a connection for so long is taken for hung, not for gone. */
const ANSWER_MS = 2_000

/** Resolves when the port is ours. Throws `server/port-taken` or `server/cannot-listen` with the reason. */
export async function listen(server: Server, address: string, port: number): Promise<void> {
  const listening = once(server, 'listening')
  server.listen(address === '' ? { port } : { port, host: address })
  try {
    await listening
  } catch (error) {
    const code = codeOf(error)
    const shown = address === '' ? '0.0.0.0' : address
    if (code === 'EADDRINUSE') throw new UmbelError('server/port-taken', { address: shown, port }, error)
    const reason = REASONS[code] ?? messageOf(error)
    throw new UmbelError('server/cannot-listen', { address: shown, port, reason }, error)
  }
}

/**
 * Resolves when the unix socket at `path` is ours. One that nobody listens on any more is replaced; a living one, or a
 * file of another kind, is left alone and `server/cannot-listen` thrown. Node removes the file when the server closes.
 */
export async function listenUnix(server: Server, path: string): Promise<void> {
  const refuse = (reason: string, cause?: unknown) =>
    new UmbelError('server/cannot-listen', { address: path, port: 0, reason }, cause)
  const found = await lstat(path).catch(() => null)
  if (found !== null) {
    if (!found.isSocket()) throw refuse('a file of that name is there, and it is no socket')
    if (await answers(path)) throw refuse('another server listens there')
    await unlink(path).catch(() => {}) // what cannot be removed is told by listen
  }
  const listening = once(server, 'listening')
  server.listen({ path })
  try {
    await listening
    await chmod(path, SOCKET_MODE)
  } catch (error) {
    throw refuse(REASONS[codeOf(error)] ?? messageOf(error), error)
  }
}

async function answers(path: string): Promise<boolean> {
  const socket = connect({ path, timeout: ANSWER_MS })
  const asked = Promise.withResolvers<boolean>()
  socket.once('connect', () => asked.resolve(true))
  socket.once('timeout', () => asked.resolve(true))
  socket.once('error', () => asked.resolve(false))
  const isThere = await asked.promise
  socket.destroy()
  return isThere
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
