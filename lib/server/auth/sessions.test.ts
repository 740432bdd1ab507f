import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { createHandClock } from '../../testing/hand-clock.ts'
import { createSessions, SESSION_MS } from './sessions.ts'

let dir: string
let file: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'umbel-sessions-'))
  file = join(dir, 'logged-out.json')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const ann = { email: 'ann@example.com', provider: 'google', groups: ['ops'] }
const start = (clock = createHandClock(), secret = 'secret') =>
  createSessions({ runtime: createRuntime({ clock }), secret, file })

it('lasts thirty days, also in another process with the same secret', async () => {
  const clock = createHandClock()
  const cookie = start(clock).open(ann)

  expect(start(clock).read(cookie)).toMatchObject(ann)
  expect(start(clock, 'another').read(cookie)).toBeNull()
  await clock.advance(SESSION_MS - 1_000)
  expect(start(clock).read(cookie)).toMatchObject(ann)
  await clock.advance(1_000)
  expect(start(clock).read(cookie)).toBeNull()
})

it('is over for good once it was ended, others of the same person are not', async () => {
  const clock = createHandClock()
  const sessions = start(clock)
  const [one, other] = [sessions.open(ann), sessions.open(ann)]
  const session = sessions.read(one)
  if (session !== null) await sessions.end(session)

  const later = start(clock)
  await later.load()

  for (const each of [sessions, later]) {
    expect(each.read(one)).toBeNull()
    expect(each.read(other)).toMatchObject(ann)
  }
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

it('a log-out is known to every process with the same file, and none is lost when two write', async () => {
  const clock = createHandClock()
  const [here, there] = [start(clock), start(clock)]
  await Promise.all([here.load(), there.load()])
  const cookies = [here.open(ann), here.open(ann)]
  const [one, two] = cookies.map((cookie) => here.read(cookie))
  if (one) await here.end(one)
  if (two) await there.end(two)
  await clock.advance(2_000)

  for (const sessions of [here, there, start(clock)]) {
    expect(cookies.map((cookie) => sessions.read(cookie))).toEqual([null, null])
  }
})

it('forgets those that would be over anyway', async () => {
  const clock = createHandClock()
  const sessions = start(clock)
  const end = async () => {
    const session = sessions.read(sessions.open(ann))
    if (session !== null) await sessions.end(session)
  }
  await end()
  await clock.advance(SESSION_MS)
  await end()

  expect(Object.keys(JSON.parse(await readFile(file, 'utf8')) as object)).toHaveLength(1)
})

it.each(['', '{', '[]', '{"a":"b"}', 'null'])('starts over a file that holds %j', async (text) => {
  await writeFile(file, text)
  const sessions = start()

  await sessions.load()

  expect(sessions.read(sessions.open(ann))).toMatchObject(ann)
})
