/**
 * The tasks of a made-up web shop: fast ones, slow ones, some that fail, some that are tried again, long ones that
 * report progress, one that sends many others, and parts of workflows. `tasks.py` has the same names for a Python worker.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { app } from './app.ts'
import { between, isBroken, random } from './world.ts'

export { app } from './app.ts'

class GatewayTimeout extends Error {
  override readonly name = 'GatewayTimeout'
}

class SearchNodeUnreachable extends Error {
  override readonly name = 'SearchNodeUnreachable'
}

/** A piece of work that takes its time. */
async function work(fromMs: number, toMs: number, signal?: AbortSignal): Promise<void> {
  await wait(between(fromMs, toMs), undefined, signal === undefined ? {} : { signal })
}

export const pushNotification = app.task(
  'notifications.push',
  { params: ['user_id', 'title'] },
  async (userId: number, title: string) => {
    await work(4, 20)
    return { user_id: userId, title, delivered: true }
  },
)

export const sendReceipt = app.task(
  'emails.send_receipt',
  { params: ['order_id'], maxRetries: 3 },
  async (orderId: number | { order_id: number }) => {
    await work(40, 160)
    const id = typeof orderId === 'number' ? orderId : orderId.order_id
    return { order_id: id, message_id: `${id.toString(36)}@mail.example.com` }
  },
)

export const capturePayment = app.task(
  'payments.capture',
  {
    params: ['order_id', 'amount', 'currency'],
    autoretryFor: [GatewayTimeout],
    retryBackoff: 2,
    maxRetries: 2,
    acksLate: true,
  },
  async (orderId: number, amount: number, currency = 'EUR') => {
    await work(80, 240)
    if (isBroken('payments') && random() < 0.8) {
      throw new GatewayTimeout(`gateway pay-2.example.com did not answer in 5 s (order ${orderId})`)
    }
    if (random() < 0.01) throw new Error(`card declined: insufficient funds (order ${orderId})`)
    return { order_id: orderId, amount, currency, status: 'captured' }
  },
)

/** Sends two others: the receipt goes out when the payment is made. */
export const placeOrder = app.task(
  'orders.place',
  { params: ['order_id', 'amount'] },
  async (orderId: number, amount: number) => {
    await work(10, 40)
    await capturePayment.applyAsync([orderId, amount], {}, { link: sendReceipt.si(orderId) })
    return { order_id: orderId, placed: true }
  },
)

export const deliverWebhook = app.task(
  'webhooks.deliver',
  { bind: true, params: ['url', 'event'], maxRetries: 4 },
  async (self, url: string, event: string) => {
    await work(30, 200)
    if (random() < 0.12) {
      throw self.retry({ exc: new Error(`${url} answered 503`), countdown: 2 ** self.request.retries })
    }
    return { url, event, status: 200, tries: self.request.retries + 1 }
  },
)

export const syncUser = app.task('sync.user', { params: ['user_id'], rateLimit: '30/s' }, async (userId: number) => {
  await work(60, 350)
  return { user_id: userId, changed: between(0, 5) }
})

export const syncStock = app.task('sync.stock', { trackStarted: true }, async () => {
  await work(300, 900)
  return { products: between(180, 220), out_of_stock: between(0, 6) }
})

export const scoreFraud = app.task(
  'fraud.score',
  { params: ['order_id'], throws: [RangeError] },
  async (orderId: number) => {
    await work(20, 120)
    if (random() < 0.015) throw new RangeError(`order ${orderId} has no billing address`)
    return { order_id: orderId, score: Math.round(random() * 1000) / 1000 }
  },
)

export const cleanUpSessions = app.task('sessions.cleanup', { ignoreResult: true }, async () => {
  await work(100, 400)
})

export const rollUpMetrics = app.task('metrics.rollup', { params: ['window'] }, async (window: string) => {
  await work(200, 600)
  return { window, series: between(900, 1100) }
})

export const resizeImage = app.task(
  'images.resize',
  { params: ['path', 'width'], timeLimit: 30 },
  async (path: string, width: number) => {
    await work(150, 700)
    return { path, width, bytes: between(12_000, 90_000) }
  },
)

/** The second step of a chain: gets what the first has given. */
export const publishImage = app.task('images.publish', { params: ['image'] }, async (image: { path: string }) => {
  await work(30, 120)
  return `https://cdn.example.com/${image.path}`
})

export const reindex = app.task(
  'search.reindex',
  { params: ['collection', 'page'], maxRetries: 0 },
  async (collection: string, page: number) => {
    if (isBroken('search')) {
      await work(3_500, 4_500)
      throw new SearchNodeUnreachable(`search-3.example.com:9200 is unreachable (${collection}, page ${page})`)
    }
    await work(120, 500)
    return { collection, page, documents: between(450, 500) }
  },
)

/** Long, with progress: an event for who watches live, a state for who asks later. */
export const buildReport = app.task(
  'reports.build',
  { bind: true, params: ['kind', 'rows'], defaults: { rows: 10_000 }, softTimeLimit: 60, timeLimit: 90 },
  async (self, kind: string, rows: number) => {
    const steps = between(8, 16)
    for (let step = 1; step <= steps; step++) {
      await work(700, 1_300, self.signal)
      const done = Math.round((rows * step) / steps)
      self.sendEvent('task-progress', { progress: step / steps, done, of: rows })
      await self.updateState({ state: 'PROGRESS', meta: { done, of: rows } })
    }
    return { kind, rows, file: `s3://reports/${kind}-${self.request.id.slice(0, 8)}.csv` }
  },
)

/** A part of a chord: one region's share of the weekly report. */
export const countRegion = app.task('reports.count_region', { params: ['region'] }, async (region: string) => {
  await work(200, 900)
  return { region, orders: between(40, 900) }
})

/** Its body: runs once, when all regions are counted, in whichever worker that is. */
export const sumUp = app.task('reports.sum_up', { params: ['regions'] }, async (regions: { orders: number }[]) => {
  await work(50, 200)
  return { regions: regions.length, orders: regions.reduce((sum, { orders }) => sum + orders, 0) }
})

/** High fan-out: one task becomes dozens. */
export const sendNewsletter = app.task(
  'newsletters.send_batch',
  { params: ['campaign', 'recipients'] },
  async (campaign: string, recipients: number) => {
    for (let user = 1; user <= recipients; user++) await deliverNewsletter.delay(campaign, user)
    return { campaign, recipients }
  },
)

export const deliverNewsletter = app.task(
  'newsletters.deliver',
  { params: ['campaign', 'user_id'], ignoreResult: true },
  async (_campaign: string, _userId: number) => {
    await work(20, 90)
  },
)
