/** Messages signed by us and by the real Celery, with certificates made for the test (wire.md B7). */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppSettings, Celery } from '../client/celery.ts'
import { createTaskEnvelope, readTaskMessage } from '../protocol/task-message.ts'
import { pythonPath } from '../testing/celery.ts'
import { signedCodecs } from './signed-codecs.ts'
import type { SigningFiles } from './signing-keys.ts'

const DAY_MS = 86_400_000
let folder: string
let files: SigningFiles
let theirs: { readonly type: string; readonly encoding: string; readonly payload: string }

async function python(what: 'make' | 'read', input: unknown = null) {
  const program = new URL('../../tests/compat/signatures.py', import.meta.url).pathname
  const child = execFile(pythonPath(), [program, what, folder])
  child.stdin?.end(JSON.stringify(input))
  const [out] = await Promise.all([child.stdout === null ? '' : text(child.stdout), once(child, 'close')])
  // The program prints these four.
  return JSON.parse(out) as typeof theirs & { readonly verdicts: readonly string[] }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'umbel-signed-'))
  theirs = await python('make')
  files = {
    key: join(folder, 'js.key'),
    keyPassword: 'secret',
    certificate: join(folder, 'js.pem'),
    store: join(folder, '[jp]*.pem'),
    digest: 'sha256',
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function auth(changes: Partial<SigningFiles> = {}, serializer = 'json', nowMs = Date.now) {
  const [found] = signedCodecs({ ...files, ...changes }, serializer, nowMs).serializers
  if (found === undefined) throw new Error('no serializer')
  return found
}

const stranger = () => ({
  key: join(folder, 'stranger.key'),
  keyPassword: null,
  certificate: join(folder, 'stranger.pem'),
})

describe('signed messages', () => {
  it('of ours are believed by Celery, those of a stranger are not', async () => {
    const values: readonly Uint8Array[] = [
      auth().encode([1, 'ü', { a: '\0\u0001' }]),
      auth({}, 'pickle').encode({ set: new Set([1]) }),
      auth(stranger()).encode([1]),
    ]
    const { verdicts } = await python(
      'read',
      values.map((bytes) => Buffer.from(bytes).toString()),
    )
    expect(verdicts.slice(0, 2)).toEqual([String.raw`[1, 'ü', {'a': '\x00\x01'}]`, "{'set': {1}}"])
    expect(verdicts[2]).toContain('Unknown certificate')
  })

  it('of Celery are believed by us, also in a task', () => {
    const serializer = auth()
    expect([theirs.type, theirs.encoding]).toEqual([serializer.contentType, serializer.contentEncoding])
    expect(serializer.decode(Buffer.from(theirs.payload), theirs.encoding)).toEqual([1, { a: '\0\u0001ü' }])
  })

  it.each<[string, () => unknown, string]>([
    ['a stranger', () => auth().decode(auth(stranger()).encode([1]), null), 'message/untrusted'],
    [
      'a certificate that has expired since',
      () => {
        let aheadMs = 0
        const later = auth({}, 'json', () => Date.now() + aheadMs)
        aheadMs = 11 * DAY_MS
        return later.decode(Buffer.from(theirs.payload), null)
      },
      'message/untrusted',
    ],
    [
      'other bytes than were signed',
      () => {
        const inside = Buffer.from(theirs.payload, 'base64')
        inside[inside.length - 3] = 0x32
        return auth().decode(Buffer.from(inside.toString('base64')), null)
      },
      'message/untrusted',
    ],
    ['nobody', () => auth().decode(Buffer.from('[1]'), null), 'message/invalid'],
    ['nothing', () => auth().decode(new Uint8Array(0), null), 'message/invalid'],
    ['half a message', () => auth().decode(Buffer.from(theirs.payload.slice(0, 400)), null), 'message/invalid'],
  ])('of %s are refused', (_name, read, code) => {
    expect(read).toThrow(expect.objectContaining({ code }))
  })

  it('are all that an app takes after setupSecurity', () => {
    const app = new Celery('signed', { task_serializer: 'auth', accept_content: ['auth'], broker: 'memory://signed' })
    app.configure({ security_key: files.key, security_key_password: 'secret', security_certificate: files.certificate })
    expect(() => app.setupSecurity()).toThrow(/security_cert_store/)
    app.setupSecurity({ store: files.store })
    const { codecs, acceptContent: accept, serializer } = app.compiled
    const send = (changes: object) =>
      readTaskMessage(
        createTaskEnvelope({ task: 't', args: [1], ...changes }, { newId: () => crypto.randomUUID(), codecs }),
        { codecs, accept },
      )
    expect(send({ serializer })).toMatchObject({ ok: true, value: { args: [1] } })
    expect(send({ serializer, compression: 'zstd' })).toMatchObject({ ok: true, value: { args: [1] } })
    expect(send({ serializer: 'json' })).toMatchObject({ ok: false, why: 'content-disallowed' })
  })
})

describe('setupSecurity', () => {
  const settings = { task_serializer: 'auth', accept_content: ['auth'] }
  it.each<[string, AppSettings, () => Partial<SigningFiles> & { readonly cert?: string }, RegExp]>([
    ['unsigned messages', { ...settings, task_serializer: 'json' }, () => files, /task_serializer/],
    ['other content', { ...settings, accept_content: ['auth', 'json'] }, () => files, /accept_content/],
    ['no key', settings, () => ({}), /security_key/],
    [
      'a key that is locked',
      settings,
      () => ({ ...files, keyPassword: 'wrong', cert: files.certificate }),
      /security_key/,
    ],
    [
      'a key that is none',
      settings,
      () => ({ ...files, key: files.certificate, cert: files.certificate }),
      /security_key/,
    ],
    ['a certificate that is none', settings, () => ({ ...files, cert: files.key }), /security_certificate/],
    [
      'an empty store',
      settings,
      () => ({ ...files, cert: files.certificate, store: '/nowhere' }),
      /security_cert_store/,
    ],
    ['an unknown digest', settings, () => ({ ...files, cert: files.certificate, digest: 'md0' }), /security_digest/],
  ])('refuses %s', (_name, conf, options, said) => {
    const { keyPassword, ...rest } = options()
    const app = new Celery('signed', conf)
    expect(() => app.setupSecurity({ ...rest, ...(keyPassword ? { keyPassword } : {}) })).toThrow(said)
  })

  it('refuses a store with something else in it', async () => {
    await writeFile(join(folder, 'junk.pem'), 'junk')
    expect(() => auth({ store: join(folder, 'junk.pem') })).toThrow(/security_cert_store/)
  })
})
