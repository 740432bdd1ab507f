import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, type Socket } from 'socket.io'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BrowserToServer, type ServerToBrowser, SOCKET_PATH } from '../../lib/live/socket.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { LiveStore } from './live-store.ts'

type Peer = Socket<BrowserToServer, ServerToBrowser>

/** A real socket.io server whose every message the test decides. */
let http = createServer()
let io: Server<BrowserToServer, ServerToBrowser>
let peers: Peer[] = []
let watched: string[] = []
let unwatched: string[] = []
let port = 0
let store: LiveStore

async function listen(): Promise<void> {
  http = createServer()
  io = new Server(http, { path: SOCKET_PATH })
  io.on('connection', (peer) => {
    peers.push(peer)
    peer.on('watch', (topic, answer) => {
      watched.push(topic)
      if (topic === 'nonsense') answer({ ok: false, code: 'topic/unknown', error: 'There is no such topic.' })
      else answer({ ok: true })
    })
    peer.on('unwatch', (topic) => unwatched.push(topic))
  })
  await new Promise<void>((done) => http.listen(port, '127.0.0.1', done))
  port = (http.address() as AddressInfo).port // listening on TCP: an address with a port
}

async function hangUp(): Promise<void> {
  await io.close()
  peers = []
}

function send(seq: number, view: Parameters<ServerToBrowser['snapshot']>[0]['view'], topic = 'workers'): void {
  peers.at(-1)?.emit('snapshot', { topic, seq, view, serverMs: 1_000 })
}

beforeEach(async () => {
  port = 0
  peers = []
  watched = []
  unwatched = []
  await listen()
  store = new LiveStore(`http://127.0.0.1:${port}`)
  store.start()
})
afterEach(async () => {
  store.stop()
  await io.close()
})

const rows = (...numbers: number[]) => ({ rows: numbers.map((n, i) => ({ id: `w${i}`, n })) })

describe('the live store', () => {
  it('shows the snapshot and then each diff, what did not change staying the same object', async () => {
    store.watch('workers', () => {})
    await waitFor(() => watched.length === 1)
    send(7, rows(1, 2))
    await waitFor(() => store.state('workers').freshness === 'live')
    const before = store.state('workers').view as ReturnType<typeof rows>

    const changed = { op: 'object', keys: { n: { op: 'set', value: 9 } } } as const
    const change = { op: 'object', keys: { rows: { op: 'list', key: 'id', changed: { w1: changed } } } } as const
    peers.at(-1)?.emit('diff', { topic: 'workers', seq: 8, change, serverMs: 2_000 })
    await waitFor(() => store.state('workers').asOfMs === 2_000)

    const after = store.state('workers').view as ReturnType<typeof rows>
    expect(after).toEqual(rows(1, 9))
    expect(after.rows[0]).toBe(before.rows[0])
  })

  it('shows a long list when its last part has come, and then the diffs', async () => {
    store.watch('workers', () => {})
    await waitFor(() => watched.length === 1)
    const peer = peers.at(-1)
    const all = rows(1, 2, 3)
    const rest = { list: 'rows', parts: 2 }
    peer?.emit('snapshot', { topic: 'workers', seq: 4, view: { rows: [] }, serverMs: 1_000, rest })
    peer?.emit('part', { topic: 'workers', part: 0, items: all.rows.slice(0, 2), serverMs: 1_000 })
    send(1, { n: 1 }, 'other')
    await waitFor(() => store.connection.get().lastWordMs !== null)
    expect(store.state('workers').view).toBe(null)
    peer?.emit('part', { topic: 'workers', part: 1, items: all.rows.slice(2), serverMs: 1_000 })
    const change = { op: 'object', keys: { n: { op: 'set', value: 9 } } } as const
    peer?.emit('diff', { topic: 'workers', seq: 5, change, serverMs: 2_000 })
    await waitFor(() => store.state('workers').asOfMs === 2_000)
    expect(store.state('workers').view).toEqual({ ...all, n: 9 })
    expect(watched).toEqual(['workers'])
  })

  it('asks for a snapshot when a number is missing, and ignores diffs until it comes', async () => {
    store.watch('workers', () => {})
    await waitFor(() => watched.length === 1)
    send(1, { n: 0 })
    await waitFor(() => store.state('workers').view !== null)
    const set = (seq: number, n: number) =>
      peers.at(-1)?.emit('diff', {
        topic: 'workers',
        seq,
        change: { op: 'object', keys: { n: { op: 'set', value: n } } },
        serverMs: seq,
      })
    set(3, 33)
    set(4, 44)
    await waitFor(() => watched.length === 2)
    send(10, { n: 100 })
    set(11, 111)
    await waitFor(() => store.state('workers').asOfMs === 11)

    expect(store.state('workers').view).toEqual({ n: 111 })
    expect(watched).toEqual(['workers', 'workers'])
  })

  it('keeps what it showed while the connection is lost, and heals when it is back', async () => {
    store.watch('workers', () => {})
    await waitFor(() => watched.length === 1)
    send(1, rows(1))
    await waitFor(() => store.state('workers').view !== null)
    const before = store.state('workers').view as ReturnType<typeof rows>

    await hangUp()
    await waitFor(() => store.state('workers').freshness === 'offline')
    expect(store.state('workers').view).toBe(before)
    expect(store.connection.get().state).toBe('lost')

    await listen()
    await waitFor(() => watched.length === 2)
    send(1, rows(1, 2))
    await waitFor(() => store.state('workers').freshness === 'live')
    const after = store.state('workers').view as ReturnType<typeof rows>
    expect(after).toEqual(rows(1, 2))
    expect(after.rows[0]).toBe(before.rows[0])
  })

  it('says why a topic cannot be shown', async () => {
    store.watch('nonsense', () => {})
    await waitFor(() => store.state('nonsense').error !== null)
    expect(store.state('nonsense').error).toBe('There is no such topic.')
  })

  it('shares one subscription, and stands still while it is paused', async () => {
    let calls = 0
    store.watch('workers', () => calls++)
    store.watch('workers', () => calls++)
    store.watch('status', () => {})
    await waitFor(() => watched.length === 2)
    send(1, { n: 1 })
    send(1, { n: 1 }, 'status')
    await waitFor(() => store.state('status').view !== null)

    store.setPaused(true)
    send(2, { n: 2 })
    send(2, { n: 2 }, 'status')
    await waitFor(() => (store.state('status').view as { n: number }).n === 2)
    expect(store.state('workers').view).toEqual({ n: 1 })

    store.setPaused(false)
    expect(store.state('workers').view).toEqual({ n: 2 })
    expect(calls).toBeGreaterThan(0)
    expect(watched.sort()).toEqual(['status', 'workers'])
  })

  it('asks for the present after the page was hidden', async () => {
    store.watch('workers', () => {})
    await waitFor(() => watched.length === 1)
    store.setVisible(false)
    store.setVisible(true)
    await waitFor(() => watched.length === 2)
    expect(unwatched).toEqual([])
  })
})
