/** Why a task is where it is, in a sentence for a person (ux.md 2.4). Pure: `now` and the facts are handed in. */
import type { TaskRecord } from '../records.ts'
import { etaMsOf } from './task-row.ts'
import { age, count, plural } from './words.ts'

export interface Surroundings {
  readonly nowMs: number
  readonly lost: boolean
  /** Workers that serve its queue; null when that is not known. */
  readonly consumers: readonly string[] | null
  /** Of those workers together. */
  readonly busy: number
  readonly slots: number | null
  /** Waiting in its queue. */
  readonly waiting: number | null
  /** Taken from its queue a second. */
  readonly outPerSecond: number | null
  /** Who paused its queue, where nobody takes from it for that. */
  readonly pausedBy: string | null
  /** When the broker gives a message back that a worker took and never acknowledged; null = not known, or never. */
  readonly restoredMs: number | null
  readonly worker: { readonly online: boolean; readonly lastSeenMs: number } | null
  /** How long such tasks usually run. */
  readonly usual: { readonly medianMs: number; readonly p95Ms: number } | null
}

export function whyOf(task: TaskRecord, around: Surroundings): string | null {
  if (around.lost) return lost(task, around)
  switch (task.state) {
    case 'PENDING':
      return pending(task, around)
    case 'RECEIVED':
      return received(task, around)
    case 'STARTED':
      return running(task, around)
    case 'RETRY':
      return retrying(task, around)
    case 'FAILURE':
      return failed(task)
    case 'REVOKED':
      return revoked(task)
    case 'REJECTED':
      return 'The worker refused it.'
    case 'SUCCESS':
      return null
    default:
      return task.started === null ? null : running(task, around)
  }
}

function lost(task: TaskRecord, { nowMs, worker, restoredMs }: Surroundings): string {
  const silent = `No event for ${age(nowMs - task.timestamp * 1_000)}`
  const gone = worker === null ? 'is not known any more' : `went away ${age(nowMs - worker.lastSeenMs)} ago`
  return `${silent}; worker ${task.worker ?? ''} ${gone}. With acks late it runs again ${restored(restoredMs, nowMs)}.`
}

function restored(restoredMs: number | null, nowMs: number): string {
  if (restoredMs === null) return 'when the broker gives its message back'
  return restoredMs > nowMs
    ? `when the visibility timeout ends, in about ${age(restoredMs - nowMs)}`
    : `as soon as a worker restores it: the visibility timeout has ended`
}

function pending(task: TaskRecord, around: Surroundings): string {
  const { nowMs, consumers, busy, slots, waiting, pausedBy } = around
  const etaMs = etaMsOf(task)
  if (etaMs !== null && etaMs > nowMs) return `Not before its ETA, in ${age(etaMs - nowMs)}.`
  const since = `Waiting for ${age(nowMs - (task.sent ?? task.timestamp) * 1_000)}`
  if (task.queue === null) return `${since}: no worker has received it yet.`
  if (pausedBy !== null) return `${since}: queue ${task.queue} is paused (by ${pausedBy}).`
  if (consumers !== null && consumers.length === 0) return `${since}: no worker serves queue ${task.queue}.`
  const depth = waiting === null ? '' : `; ${plural(waiting, 'message')} in the queue${turn(around)}`
  if (consumers !== null && slots !== null && slots > 0 && busy >= slots) {
    const all = `all ${count(slots)} slots of the ${plural(consumers.length, 'worker')} on ${task.queue} are busy`
    return `${since}: ${all}${depth}.`
  }
  return `${since} in queue ${task.queue}${depth}.`
}

/** Its place is not known: the last of the line waits longest. */
function turn({ waiting, outPerSecond }: Surroundings): string {
  if (waiting === null || waiting === 0 || outPerSecond === null || outPerSecond <= 0) return ''
  return `, which takes about ${age((waiting / outPerSecond) * 1_000)} at the speed of now`
}

function received(task: TaskRecord, { nowMs, worker }: Surroundings): string {
  const by = task.worker ?? 'A worker'
  const etaMs = etaMsOf(task)
  if (etaMs !== null && etaMs > nowMs) return `${by} holds it until its ETA, for another ${age(etaMs - nowMs)}.`
  const since = age(nowMs - (task.received ?? task.timestamp) * 1_000)
  if (worker !== null && !worker.online) return `${by} took it ${since} ago and is offline now.`
  return `${by} took it ${since} ago and has not started it: its slots are busy, or its rate is limited.`
}

function running(task: TaskRecord, { nowMs, usual, worker }: Surroundings): string {
  const since = `Running for ${age(nowMs - (task.started ?? task.timestamp) * 1_000)}`
  if (worker !== null && !worker.online)
    return `${since}, as far as is known: ${task.worker ?? 'its worker'} is offline.`
  if (usual === null) return `${since}.`
  return `${since}; usually ${age(usual.medianMs)} (p95 ${age(usual.p95Ms)}).`
}

function retrying(task: TaskRecord, { nowMs }: Surroundings): string {
  const etaMs = etaMsOf(task)
  const when = etaMs !== null && etaMs > nowMs ? `in ${age(etaMs - nowMs)}` : 'when a worker takes it again'
  const cause = task.exception === null ? 'It failed' : `It failed with ${oneLine(task.exception)}`
  return `${cause}, and will run again ${when} (retry ${(task.retries ?? 0) + 1}).`
}

function failed(task: TaskRecord): string | null {
  const cause = causeIn(task.traceback) ?? (task.exception === null ? null : oneLine(task.exception))
  if (cause === null) return null
  const place = deepestFrame(task.traceback)
  return place === null ? cause : `${cause} (${place})`
}

function revoked({ extra, started, expires, revoked: at }: TaskRecord): string {
  const expired = extra?.['expired'] === true
  if (expired) return `It expired before a worker started it${expires === null ? '' : ` (expires ${expires})`}.`
  const terminated = extra?.['terminated'] === true || (started !== null && at !== null && at >= started)
  return terminated ? 'It was revoked while it ran; its process was ended.' : 'It was revoked before it ran.'
}

/** The last line of a Python traceback names the exception, the first one of a JavaScript stack does. */
function causeIn(traceback: string | null): string | null {
  const lines = traceback?.trim().split('\n') ?? []
  const isStack = lines.slice(1).some((line) => /^\s+at /.test(line))
  const line = lines.at(isStack ? 0 : -1)?.trim()
  return line === undefined || line === '' ? null : oneLine(line)
}

const FRAME = /File "([^"\n]+)", line (\d+), in (\S+)/g

/** Where Python keeps what others wrote. */
const LIBRARY = /[\\/](?:site-packages|dist-packages|lib[\\/]python[\d.]+)[\\/]|^</

/** `smtp.py:88 in send`: where the exception was raised, or came out of the application's own code. */
export function deepestFrame(traceback: string | null): string | null {
  const frames = [...(traceback ?? '').matchAll(FRAME)]
  const frame = frames.findLast(([, file = '']) => !LIBRARY.test(file)) ?? frames.at(-1)
  if (frame === undefined) return null
  const [, file = '', line, name] = frame
  return `${file.split(/[\\/]/).at(-1)}:${line} in ${name}`
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
