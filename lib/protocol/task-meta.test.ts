import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../tests/vectors/metas.json' with { type: 'json' }
import { nodeCodecs } from '../runtime/codecs.ts'
import { noCodecs } from './codecs.ts'
import { parseJson } from './json.ts'
import { encodeTaskMeta, formatTaskMeta, parseTaskMeta, type TaskMeta, unreadableMeta } from './task-meta.ts'

function recorded(): readonly { key: string; raw: Buffer; meta: TaskMeta }[] {
  return vectors.metas.map(({ key, base64 }) => {
    const raw = Buffer.from(base64, 'base64')
    const meta = parseTaskMeta(raw, nodeCodecs)
    if (!meta.ok) throw new Error(`${key}: ${meta.why} ${meta.detail}`)
    return { key, raw, meta: meta.value }
  })
}

describe('task metas', () => {
  it('of a real worker are read, plain and compressed', () => {
    const metas = recorded()
    for (const { key, meta } of metas) expect(key).toBe(`celery-task-meta-${meta.task_id}`)
    expect(new Set(metas.map(({ meta }) => meta.status))).toEqual(
      new Set(['STARTED', 'SUCCESS', 'FAILURE', 'RETRY', 'REVOKED', 'PROGRESS']),
    )
    expect(metas.some(({ raw }) => raw[0] === 0)).toBe(true)
    expect(metas.find(({ meta }) => meta.result === 5)?.meta).toMatchObject({
      name: 'tasks.add',
      args: [2, 3],
      worker: 'w1@box',
      queue: 'celery',
    })
  })

  it('are written as Python writes them, key by key', () => {
    for (const { raw, meta } of recorded()) {
      if (raw[0] === 0) continue
      expect(formatTaskMeta(meta)).toBe(JSON.stringify(parseJson(raw.toString())))
    }
  })

  it.each(['gzip', 'brotli', 'zstd'])('go there and back compressed with %s', (name) => {
    const meta = { ...unreadableMeta('id', 'ü'.repeat(500)), status: 'SUCCESS' }
    const frame = Uint8Array.from(encodeTaskMeta(meta, { codecs: nodeCodecs, compression: name }) as Uint8Array) // compressed is bytes
    expect(frame.length).toBeLessThan(300)
    expect(parseTaskMeta(frame, nodeCodecs)).toEqual({ ok: true, value: meta })
    expect(parseTaskMeta(frame, noCodecs)).toMatchObject({ ok: false, why: 'compression-unsupported' })
  })

  const frame = (mime: string, stream: Uint8Array) =>
    Buffer.concat([Buffer.from(`\0celery-compressed\0${mime}\0`), stream])
  it.each<[string, string | Uint8Array, string]>([
    ['text', 'hello', 'not-json'],
    ['nothing', '', 'not-json'],
    ['an array', '[]', 'not-an-object'],
    ['null', 'null', 'not-an-object'],
    ['no status', '{"task_id": "a"}', 'no-status'],
    ['a status that is no text', '{"task_id": "a", "status": 1}', 'no-status'],
    ['no id', '{"status": "SUCCESS"}', 'no-task-id'],
    ['broken pickle', Buffer.from('8005957d942e', 'hex'), 'not-json'],
    ['bytes of no format', Buffer.from('ff00', 'hex'), 'bad-charset'],
    ['YAML of no meta', '- 1\n', 'not-an-object'],
    ['MessagePack of no meta', Buffer.from('9101', 'hex'), 'not-an-object'],
    ['a broken frame', frame('application/x-gzip', Buffer.from('x')), 'bad-compression'],
    ['a frame without an end', Buffer.from('\0celery-compressed\0application/x-gzip'), 'compression-unsupported'],
    ['a bomb', frame('application/x-gzip', deflateSync(Buffer.alloc(5_000_000))), 'too-large'],
    ['too much', ' '.repeat(1_000_001), 'too-large'],
    ['too deep', `${'{"children":['.repeat(5000)}`, 'not-json'],
  ])('%s is a fault', (_name, raw, why) => {
    expect(parseTaskMeta(raw, nodeCodecs, 1_000_000)).toMatchObject({ ok: false, why })
  })

  it('never throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), (raw) => void parseTaskMeta(raw, nodeCodecs)),
    )
    const raw = recorded().find((one) => one.raw[0] === 0)?.raw ?? Buffer.alloc(0)
    fc.assert(
      fc.property(fc.nat(raw.length - 1), fc.nat(255), (at, byte) => {
        const broken = Buffer.from(raw)
        broken[at] = byte
        parseTaskMeta(broken, nodeCodecs)
      }),
    )
  })
})
