/** A live topic of a running dashboard as a browser has it: its snapshot with every diff applied. */
import { io, type Socket } from 'socket.io-client'
import { apply } from '../live/apply.ts'
import type { Json } from '../live/changes.ts'
import { type BrowserToServer, type ServerToBrowser, SOCKET_PATH } from '../live/socket.ts'

export interface LiveView<V> {
  /** Null until the snapshot came. */
  current(): V | null
  close(): void
}

/** `url` is the dashboard's own; the caller says what the topic's view is (lib/live/topic-views.ts). */
export function openLiveView<V extends Json>(
  url: string,
  topic: string,
  extraHeaders: Record<string, string> = {},
): LiveView<V> {
  const socket: Socket<ServerToBrowser, BrowserToServer> = io(url, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    extraHeaders,
    forceNew: true,
  })
  let view: Json | undefined
  socket.on('connect', () => socket.emit('watch', topic, () => {}))
  socket.on('snapshot', (message) => {
    view = message.view
  })
  socket.on('diff', (message) => {
    if (view !== undefined) view = apply(view, message.change)
  })
  return {
    current: () => (view === undefined ? null : (view as V)), // the caller's word
    close: () => socket.close(),
  }
}
