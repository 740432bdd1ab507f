/**
 * Messages to browsers as the text that goes over the socket: socket.io's event packet, `2["diff",{…}]` on the default
 * namespace. What is long in them is made into text once for all who get it; socket.io's own emit would do it for each.
 */
import type { Json } from '../live/changes.ts'
import type { AliveMessage, DiffMessage, PartMessage, ServerToBrowser, SnapshotMessage } from '../live/socket.ts'

type Message = DiffMessage | SnapshotMessage | PartMessage | AliveMessage

export function packetOf(event: keyof ServerToBrowser, message: Message): string {
  return `2${JSON.stringify([event, message])}`
}

export interface PacketCache {
  snapshot(message: SnapshotMessage): string
  /** `items` are those of `list` from `from` up to `to`: for the same list always the same ones for one `part`. */
  part(message: Omit<PartMessage, 'items'>, list: readonly Json[], from: number, to: number): string
  diff(message: DiffMessage): string
}

/** Keeps the text as long as the view, the list or the change it was made of lives. The time in it is always new. */
export function createPacketCache(): PacketCache {
  const made = new WeakMap<object, string>()
  const madeParts = new WeakMap<object, string[]>()
  const textOf = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    const known = made.get(value) ?? JSON.stringify(value)
    made.set(value, known)
    return known
  }
  const packet = (event: string, envelope: object, key: string, text: string) =>
    `2["${event}",${JSON.stringify(envelope).slice(0, -1)},"${key}":${text}}]`
  return {
    snapshot: ({ view, ...envelope }) => packet('snapshot', envelope, 'view', textOf(view)),
    part(envelope, list, from, to) {
      const parts = madeParts.get(list) ?? []
      madeParts.set(list, parts)
      const text = parts[envelope.part] ?? JSON.stringify(list.slice(from, to))
      parts[envelope.part] = text
      return packet('part', envelope, 'items', text)
    },
    diff: ({ change, ...envelope }) => packet('diff', envelope, 'change', textOf(change)),
  }
}
