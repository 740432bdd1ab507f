/**
 * A worker whose connections go silent: no reset, no bytes, as behind a firewall that forgot them
 * (reliability-security.md B1).
 */
import { Celery } from '../../lib/client/index.ts'
import { startRedis } from '../../lib/testing/redis.ts'
import { startTcpProxy } from '../../lib/testing/tcp-proxy.ts'
import { startFleet } from './fleet.ts'

/** Milliseconds from the silence to the end of a task that was sent in it. */
export async function runSilence(timeoutMs: number): Promise<number> {
  const redis = await startRedis()
  const book = await startRedis()
  const proxy = await startTcpProxy(redis.port)
  const broker = `redis://127.0.0.1:${proxy.port}/0`
  const fleet = startFleet({ broker, ledger: book.url, places: [{ pool: 'async', concurrency: 2 }] })
  const app = new Celery('chaos', { broker: redis.url, backend: redis.url })
  try {
    await fleet.ready()
    const first = await app.sendTask('chaos.late', [1])
    await first.get({ timeout: 20 })
    proxy.silence()
    const startMs = performance.now()
    const sent = await app.sendTask('chaos.late', [1])
    await sent.get({ timeout: timeoutMs / 1000 })
    return performance.now() - startMs
  } finally {
    await app.close()
    await fleet.stop()
    await proxy.close()
    await redis.stop()
    await book.stop()
  }
}
