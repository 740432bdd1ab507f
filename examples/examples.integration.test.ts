/** The examples as their README says, against a real Redis and real Python workers. Needs a build (`npm run build`). */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CeleryWorker, pythonPath, startCelery } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { waitFor } from '../lib/testing/wait-for.ts'

const ROOT = new URL('../', import.meta.url).pathname
const folderOf = (example: string) => new URL(`./${example}/`, import.meta.url).pathname
const stops: (() => Promise<unknown>)[] = []
let redis: RedisServer

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
  await redis?.stop()
})

/** Each example has a database of its own; Python and we read it from the environment. */
function linksOf(database: number) {
  const url = redis.url.replace(/\/0$/, `/${database}`)
  const env = { CELERY_BROKER_URL: url, CELERY_RESULT_BACKEND: url }
  Object.assign(process.env, env)
  return env
}

async function startPython(example: string, app: string, env: Record<string, string>): Promise<CeleryWorker> {
  const broker = env['CELERY_BROKER_URL'] ?? ''
  const worker = await startCelery({ broker, app, env: { ...env, PYTHONPATH: folderOf(example) } })
  stops.push(worker.stop)
  return worker
}

test('node-service: waits for Python, hands out ids, and tells errors apart', async () => {
  const env = linksOf(1)
  const { app, createService } = await import('./node-service/service.ts')
  stops.push(() => app.close())
  await startPython('node-service', 'tasks', env)
  const service = createService().listen(0)
  stops.push(async () => service.close())
  const base = `http://127.0.0.1:${(service.address() as AddressInfo).port}` // listening on a port
  const ask = async (path: string, body?: object) => {
    const response = await fetch(base + path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
    return [response.status, await response.json()]
  }

  expect(await ask('/quotes', { amount: 100, days: 10 })).toEqual([200, { amount: 100, days: 10, price: 101 }])
  expect(await ask('/quotes', { amount: -1 })).toEqual([
    422,
    { error: 'amount must be positive, not -1', type: 'ValueError' },
  ])
  expect(await ask('/quotes', { cost: 1 })).toMatchObject([422, { type: 'TypeError' }])
  const [status, { id }] = await ask('/reports', { kind: 'sales' })
  expect(status).toBe(202)
  const states = new Set<string>()
  await waitFor(async () => {
    const [, { state }] = await ask(`/reports/${id}`)
    states.add(state)
    return state === 'SUCCESS'
  })
  expect(states).toContain('PROGRESS')
  expect(await ask(`/reports/${id}`)).toEqual([200, { state: 'SUCCESS', result: { kind: 'sales', rows: 100 } }])
  expect(await ask('/nothing')).toMatchObject([404, {}])
})

test('typescript-worker: Python sends to it, alone and in a chord of both, and sees it beside its own', async () => {
  const env = linksOf(2)
  const folder = folderOf('typescript-worker')
  await startPython('typescript-worker', 'shop', env)
  const ours = spawn(
    process.execPath,
    ['bin/umbel.js', 'worker', '-A', `${folder}tasks.ts`, '-Q', 'images', '-n', 'ts@test'],
    {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let log = ''
  ours.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  stops.push(async () => {
    const ended = once(ours, 'exit')
    if (ours.exitCode === null && ours.kill()) await ended
  })
  await waitFor(() => log.includes('ts@test ready.'), { what: `the worker to be ready: ${log}` })
  const python = async (...args: string[]) => {
    const options = { cwd: folder, env: { ...process.env, ...env, PYTHONDONTWRITEBYTECODE: '1' } }
    return (await promisify(execFile)(pythonPath(), args, options)).stdout.trim()
  }

  expect((await python('shop.py')).split('\n')).toEqual([
    'https://example.com/cat.png?w=64',
    [0, 1, 2].map((n) => `https://example.com/${n}.png?w=200`).join(' '),
  ])
  expect(await python('-m', 'celery', '-A', 'shop', 'status')).toMatch(/ts@test[\s\S]*2 nodes online/)
  const images = createServer((_request, response) => response.end('12345')).listen(0, '127.0.0.1')
  stops.push(async () => images.close())
  await once(images, 'listening')
  const url = `http://127.0.0.1:${(images.address() as AddressInfo).port}/a.png` // listening on a port
  const program = `from shop import app; print(app.send_task("images.measure", [${JSON.stringify(url)}]).get(timeout=40))`
  expect(await python('-c', program)).toBe(`{'url': '${url}', 'bytes': 5}`)
})

test('nextjs-journey: submit, poll, retrieve', async () => {
  const env = linksOf(3)
  const [{ celery }, { POST }, { GET, DELETE }] = [
    await import('./nextjs-journey/lib/celery.ts'),
    await import('./nextjs-journey/app/api/reports/route.ts'),
    await import('./nextjs-journey/app/api/reports/[id]/route.ts'),
  ]
  stops.push(() => celery.close())
  const submit = (body: object) =>
    POST(new Request('http://next/api/reports', { method: 'POST', body: JSON.stringify(body) }))
  const poll = async (id: string) => (await GET(new Request('http://next'), { params: Promise.resolve({ id }) })).json()

  const accepted = await submit({ topic: 'celery' })
  const { id } = await accepted.json()
  expect([accepted.status, accepted.headers.get('location')]).toEqual([202, `/api/reports/${id}`])
  expect(await poll(id)).toEqual({ state: 'PENDING', progress: null })
  await startPython('nextjs-journey', 'tasks', env)
  await waitFor(async () => (await poll(id)).state === 'PROGRESS')
  await waitFor(async () => (await poll(id)).state === 'SUCCESS')
  expect(await poll(id)).toEqual({ state: 'SUCCESS', result: { topic: 'celery', pages: 9 } })

  const { id: failing } = await (await submit({ topic: '' })).json()
  await waitFor(async () => (await poll(failing)).state === 'FAILURE')
  expect(await poll(failing)).toEqual({ state: 'FAILURE', error: 'a report needs a topic' })
  expect((await submit({})).status).toBe(400)
  const gone = await DELETE(new Request('http://next'), { params: Promise.resolve({ id: failing }) })
  expect(gone.status).toBe(204)
})
