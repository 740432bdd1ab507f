import type { IncomingMessage } from 'node:http'

/** Does work for a visitor that ends early when they have gone; null then. */
export async function whileThere<T>(
  { socket }: Pick<IncomingMessage, 'socket'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  socket.once('close', leave)
  try {
    return await work(gone.signal)
  } catch (error) {
    if (gone.signal.aborted) return null
    throw error
  } finally {
    socket.off('close', leave)
  }
}
