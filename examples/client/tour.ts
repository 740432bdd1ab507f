/** The snippets of docs/client.md, as they stand there: type-checked here, run by tour.test.ts. */
import { Celery, chain, chord, group, RemoteError, ResultTimeoutError } from 'umbel'

export const app = new Celery('shop', {
  broker: 'redis://localhost:6379/0',
  backend: 'redis://localhost:6379/0',
  task_routes: { 'reports.*': 'reports' },
})

export async function sending() {
  const result = await app.sendTask('math.add', [2, 3])
  const later = await app.sendTask(
    'math.add',
    [2],
    { y: 3 },
    { countdown: 0.2, expires: 60, priority: 3, queue: 'celery' },
  )
  const sum = await result.get({ timeout: 10 })
  return [sum, await later.get({ timeout: 10 })]
}

export const add = app.task('math.add', { params: ['x', 'y'] }, (x: number, y = 1) => x + y)

export async function typed() {
  const result = await add.delay(2, 3)
  const sum: number = await result.get({ timeout: 10 })
  const same = await add.applyAsync([2], { y: 3 }, { queue: 'celery' })
  return [sum, await same.get({ timeout: 10 })]
}

export async function asking(id: string) {
  const result = app.result(id)
  const state = await result.state() // PENDING also for an id that nobody knows
  const ready = await result.ready()
  const info = await result.result() // the value, the error, or what updateState told
  return [state, ready, info]
}

export async function failing() {
  const result = await app.sendTask('math.divide', [1, 0])
  try {
    return await result.get({ timeout: 10 })
  } catch (error) {
    if (error instanceof RemoteError) return `${error.name}: ${error.message}` // ZeroDivisionError: ...
    if (error instanceof ResultTimeoutError) return 'nobody answered; the task may still run'
    throw error // broker or backend away
  }
}

export async function canvas() {
  const sum = app.signature('math.sum') // a task that runs elsewhere, by its name
  const steps = await chain(add.s(1, 2), add.s(4)).applyAsync() // (1 + 2) + 4
  const parts = await group(add.s(1, 1), add.s(2, 2)).applyAsync() // [2, 4]
  const whole = await chord([add.s(1, 1), add.s(2, 2)], sum).applyAsync() // 6
  const piped = await add.s(1, 1).pipe(add.s(10), add.si(0, 7)).applyAsync() // si: deaf to what came before
  return [await steps?.get(), await parts.get(), await whole?.get(), await piped?.get()]
}

export async function controlling(id: string) {
  const active = await app.control.inspect({ timeout: 1 }).active() // { 'celery@host': [...] }, null without workers
  await app.control.revoke(id, { terminate: true })
  await app.control.rateLimit('math.add', '10/m', { destination: ['celery@host'] })
  return active
}
