const UUID_END = /\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** False for exchanges of events, control and replies. */
export function isTaskExchange(exchange: string): boolean {
  return exchange !== '' && exchange !== 'celeryev' && !exchange.endsWith('.pidbox')
}

/** False for reply and event queues, and for the never used lists of a Broadcast (`<exchange>.<uuid>`). */
export function isTaskQueue(queue: string, exchange: string): boolean {
  if (queue.endsWith('.pidbox') || queue.startsWith('celeryev.')) return false
  return !(queue.startsWith(`${exchange}.`) && UUID_END.test(queue))
}
