/** Lists the benches, or runs one: `npm run bench`, `npm run bench -- ingest [options]`. Every one prints a table. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const BENCHES: Readonly<Record<string, string>> = {
  ingest: 'events from Redis into Umbel, and into Flower: lost, CPU, memory, catching up, answers under load',
  list: 'the task list with 100,000 tasks: every order, filter and search, and what waits meanwhile, beside Flower',
  search: 'searches for words that nobody searched before, in one process: how long, with how much CPU',
  worker: 'tasks drained from a full queue by Umbel, by Celery and by BullMQ',
  publish: 'tasks sent one by one and many at a time, by Umbel and by Celery',
  broker: 'messages published, taken and acknowledged, events received, what an idle consumer costs',
  chaos: 'workers killed, connections cut, Redis restarted while tasks run: lost, run twice, how long deaf',
  beat: 'thousands of periodic tasks sent by Umbel and by Celery: how late, with how much CPU, and idle',
  'beat-failover':
    'the leader of several beats killed, stopped, cut off: runs missed, runs made twice, how long nobody leads',
  pixel: 'from a published event to the pixel that shows it, with 50 browsers',
}

const [name, ...options] = process.argv.slice(2)
if (name === undefined || BENCHES[name] === undefined) {
  process.stdout.write('Benches (npm run bench -- <name> [options]):\n')
  for (const [known, what] of Object.entries(BENCHES)) process.stdout.write(`  ${known.padEnd(14)} ${what}\n`)
  process.exitCode = name === undefined ? 0 : 2
} else {
  const script = new URL(`${name}/run.ts`, import.meta.url).pathname
  const child = spawn(process.execPath, [script, ...options], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  process.exitCode = typeof code === 'number' ? code : 1
}
