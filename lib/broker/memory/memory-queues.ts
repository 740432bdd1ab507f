import type { Clock } from '../../runtime/clock.ts'
import { type Queues, SET_ASIDE_HEAD_BYTES, SET_ASIDE_MOST } from '../broker.ts'
import { taskIdAtEnd } from '../raw-message.ts'
import { isTaskExchange, isTaskQueue } from '../task-queues.ts'
import { type KeptPoison, MEMORY_STEPS, type MemoryBus } from './memory-bus.ts'

export function lookAtMemory(bus: MemoryBus, clock: Clock): Queues {
  return {
    async lengths(names) {
      return names.map((name) => {
        const lines = bus.lines(name)
        const byPriority = MEMORY_STEPS.map((step, at) => ({ step, waiting: lines[at]?.length ?? 0 }))
        return { name, waiting: byPriority.reduce((sum, { waiting }) => sum + waiting, 0), byPriority, error: null }
      })
    },
    async names() {
      const bound = bus.bindings(clock.nowMs()).filter(({ exchange }) => isTaskExchange(exchange))
      const names = bound.filter(({ queue, exchange }) => isTaskQueue(queue, exchange)).map(({ queue }) => queue)
      return [...new Set(names)].sort()
    },
    async unacked(limit) {
      const byQueue: Record<string, number> = {}
      let scanned = 0
      for (const { queue } of bus.unsettled.values()) {
        if (scanned++ >= limit) break
        byQueue[queue] = (byQueue[queue] ?? 0) + 1
      }
      return { total: bus.unsettled.size, scanned: Math.min(limit, bus.unsettled.size), byQueue }
    },
    async peek(queue, offset, limit) {
      const found: string[] = []
      let skip = Math.max(0, offset)
      for (const line of bus.lines(queue)) {
        found.push(...line.slice(Math.min(skip, line.length), skip + limit - found.length))
        skip = Math.max(0, skip - line.length)
      }
      return found.map((raw, at) => ({ position: offset + at, raw }))
    },
    async heads(names) {
      const heads = names.map((name) => {
        const ids = bus.lines(name).map((line) => taskIdAtEnd(line.slice(0, 1)[0] ?? ''))
        return [name, ids.filter((id) => id !== null)] as const
      })
      return Object.fromEntries(heads.filter(([, ids]) => ids.length > 0))
    },
    async setAside(names) {
      const counts: Record<string, number> = {}
      for (const { queue } of bus.poison) if (names.includes(queue)) counts[queue] = (counts[queue] ?? 0) + 1
      return counts
    },
    async readSetAside(queue, offset, limit) {
      const newestFirst = bus.poison.filter((one) => one.queue === queue).reverse()
      return newestFirst.slice(offset, offset + Math.min(limit, SET_ASIDE_MOST)).map(({ id, raw, reason, atMs }) => {
        const bytes = Buffer.from(raw)
        return { id, head: bytes.subarray(0, SET_ASIDE_HEAD_BYTES).toString(), bytes: bytes.length, reason, atMs }
      })
    },
    async putBack(queue, ids) {
      const taken = takePoison(bus, queue, ids)
      for (const { raw } of taken) bus.put(queue, raw, 0)
      return taken.length
    },
    async discard(queue, ids) {
      return takePoison(bus, queue, ids).length
    },
    async peekUnacked(queue, limit) {
      const messages = [...bus.unsettled.values()].filter((one) => one.queue === queue)
      const shown = messages.slice(0, limit).map(({ raw }) => ({ raw, takenMs: null }))
      return { messages: shown, isWhole: shown.length === messages.length }
    },
    async refusal() {
      return null
    },
    async remove(queue, raw) {
      return bus.lines(queue).some((line) => line.remove(raw))
    },
    async purge(queue) {
      const lines = bus.lines(queue)
      const count = lines.reduce((sum, { length }) => sum + length, 0)
      for (const line of lines) line.clear()
      return count
    },
  }
}

/** Takes unreadable messages out of where they are kept, oldest first; null = all of the queue. */
function takePoison(bus: MemoryBus, queue: string, ids: readonly string[] | null): readonly KeptPoison[] {
  const isMeant = (one: KeptPoison) => one.queue === queue && (ids === null || ids.includes(one.id))
  const taken = bus.poison.filter(isMeant)
  for (const one of taken) bus.poison.splice(bus.poison.indexOf(one), 1)
  return taken
}
