/** BullMQ's worker with the same task: `node bull-worker.ts <port> <concurrency>`. */
import { loadBullMq } from './bullmq.ts'

const { Worker } = loadBullMq()

const [port, concurrency] = process.argv.slice(2).map(Number)

new Worker('bench', async ({ data }) => data.x + data.y, {
  connection: { host: '127.0.0.1', port, maxRetriesPerRequest: null },
  concurrency: concurrency ?? 1,
})
