import type { TaskRecord } from '../monitor/records.ts'

/** A task record for a test, with nothing known but what is given. */
export function taskRecord(known: Partial<TaskRecord> & { readonly uuid: string }): TaskRecord {
  return {
    name: null,
    state: 'RECEIVED',
    sent: null,
    received: null,
    started: null,
    succeeded: null,
    failed: null,
    retried: null,
    revoked: null,
    rejected: null,
    timestamp: 0,
    args: null,
    kwargs: null,
    result: null,
    exception: null,
    traceback: null,
    eta: null,
    expires: null,
    retries: null,
    runtime: null,
    queue: null,
    exchange: null,
    routingKey: null,
    clock: null,
    client: null,
    worker: null,
    rootId: null,
    parentId: null,
    extra: null,
    source: 'event',
    version: 1,
    ...known,
  }
}
