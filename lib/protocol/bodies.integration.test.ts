/** Bodies and results of ours that the real kombu and Celery read, and theirs of today: the whole matrix at once. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import vectors from '../../tests/vectors/bodies.json' with { type: 'json' }
import { nodeCodecs } from '../runtime/codecs.ts'
import { pythonPath } from '../testing/celery.ts'
import { pythonBody } from '../testing/python-values.ts'
import { decodeBody, encodeBody } from './body.ts'
import { encodeTaskMeta, parseTaskMeta, type TaskMeta } from './task-meta.ts'

async function python(how: 'read' | 'write', input: unknown = null): Promise<unknown> {
  const program = new URL('../../tests/compat/bodies.py', import.meta.url).pathname
  const child = execFile(pythonPath(), [program, how], { maxBuffer: 2 ** 26 })
  child.stdin?.end(JSON.stringify(input))
  const [out] = await Promise.all([child.stdout === null ? '' : text(child.stdout), once(child, 'close')])
  return JSON.parse(out)
}

it('Python reads all of our bodies and results', async () => {
  const bodies = vectors.bodies.map(({ serializer, compression }) => {
    const encoded = encodeBody(pythonBody(serializer), { codecs: nodeCodecs, serializer, compression })
    const { body, compression: mime, 'content-type': type, 'content-encoding': encoding } = encoded
    return { kind: 'body', serializer, compression, mime, type, encoding, body }
  })
  const metas = vectors.metas.flatMap(({ serializer, compression, success, failure }) =>
    [success, failure].map((stored) => {
      const meta = parseTaskMeta(Buffer.from(stored, 'base64'), nodeCodecs)
      if (!meta.ok) throw new Error(meta.detail)
      return { kind: 'meta', serializer, compression, body: encoded(meta.value, serializer, compression) }
    }),
  )
  const cases = [...bodies, ...metas]
  const answers = await python('read', cases)
  const wrong = cases.flatMap(({ kind, serializer, compression }, index) => {
    const answer = Array.isArray(answers) ? answers[index] : 'no answer'
    return answer === 'ok' ? [] : [{ kind, serializer, compression, answer }]
  })
  expect(wrong).toEqual([])
})

it('we read all that Python writes', async () => {
  // The program writes what the vectors were made of.
  const { bodies } = (await python('write')) as typeof vectors
  expect(bodies).toHaveLength(vectors.bodies.length)
  for (const { serializer, body, type, encoding, mime } of bodies) {
    const envelope = {
      body,
      'content-type': type,
      'content-encoding': encoding,
      headers: { compression: mime },
      properties: { body_encoding: 'base64', delivery_tag: 't', delivery_info: { exchange: '', routing_key: 'q' } },
    }
    const options = { codecs: nodeCodecs, accept: [serializer], exactFloats: true }
    expect(decodeBody(envelope, options)).toEqual(pythonBody(serializer))
  }
})

function encoded(meta: TaskMeta, serializer: string, compression: string | null): string {
  return Buffer.from(encodeTaskMeta(meta, { codecs: nodeCodecs, serializer, compression })).toString('base64')
}
