/**
 * Messages to browsers as the text that goes over the socket: socket.io's event packet, `2["diff",{…}]` on the default
 * namespace. Made once for all who get the same message; socket.io's own emit would encode it for each of them.
 */
import type { AliveMessage, DiffMessage, ServerToBrowser, SnapshotMessage } from '../live/socket.ts'

type Message = DiffMessage | SnapshotMessage | AliveMessage

export function packetOf(event: keyof ServerToBrowser, message: Message): string {
  return `2${JSON.stringify([event, message])}`
}

export interface PacketCache {
  snapshot(message: SnapshotMessage): string
  diff(message: DiffMessage): string
}

/** Keeps the text as long as the view or the change it was made of lives. */
export function createPacketCache(): PacketCache {
  const made = new WeakMap<object, { readonly topic: string; readonly seq: number; readonly packet: string }>()
  const cached = (event: 'snapshot' | 'diff', message: SnapshotMessage | DiffMessage, part: unknown): string => {
    if (typeof part !== 'object' || part === null) return packetOf(event, message)
    const known = made.get(part)
    if (known !== undefined && known.topic === message.topic && known.seq === message.seq) return known.packet
    const packet = packetOf(event, message)
    made.set(part, { topic: message.topic, seq: message.seq, packet })
    return packet
  }
  return {
    snapshot: (message) => cached('snapshot', message, message.view),
    diff: (message) => cached('diff', message, message.change),
  }
}
