/** Sends the task of a signature that came as data: what an election was about. */
import type { Celery } from '../lib/client/celery.ts'
import { isRecord } from '../lib/protocol/record.ts'

export async function callSignature(app: Celery, signature: unknown): Promise<void> {
  if (!isRecord(signature) || typeof signature['task'] !== 'string') return
  const { task, args, kwargs, options } = signature
  const given = isRecord(options) ? options : {}
  const queue = typeof given['queue'] === 'string' ? { queue: given['queue'] } : {}
  const taskId = typeof given['task_id'] === 'string' ? { taskId: given['task_id'] } : {}
  await app.sendTask(task, Array.isArray(args) ? args : [], isRecord(kwargs) ? kwargs : {}, { ...queue, ...taskId })
}
