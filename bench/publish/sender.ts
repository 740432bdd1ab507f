/** Sends tasks as a Node service does, and prints what it took: `node sender.ts <url> <messages> <at a time>`. */
import { Celery } from '../../lib/client/index.ts'

const [url = '', messages = '0', atOnce = '1'] = process.argv.slice(2)
const WARM_UP = 2_000

const app = new Celery('bench', { broker: url })
const add = app.task('bench.add', { params: ['x', 'y'] }, (x: number, y: number) => x + y)

async function send(count: number): Promise<void> {
  let sent = 0
  const one = async () => {
    while (sent < count) await add.delay(2, sent++)
  }
  await Promise.all(Array.from({ length: Number(atOnce) }, one))
}

await send(WARM_UP)
const [startMs, cpu] = [performance.now(), process.cpuUsage()]
await send(Number(messages))
const { user, system } = process.cpuUsage(cpu)
process.stdout.write(JSON.stringify({ ms: performance.now() - startMs, cpuMicros: user + system }))
await app.close()
