import type { Clock } from '../../runtime/clock.ts'
import type { Queues } from '../broker.ts'
import { isTaskExchange, isTaskQueue } from '../task-queues.ts'
import { MEMORY_STEPS, type MemoryBus } from './memory-bus.ts'

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
    async setAside(names) {
      const counts: Record<string, number> = {}
      for (const { queue } of bus.poison) if (names.includes(queue)) counts[queue] = (counts[queue] ?? 0) + 1
      return counts
    },
    async purge(queue) {
      const lines = bus.lines(queue)
      const count = lines.reduce((sum, { length }) => sum + length, 0)
      for (const line of lines) line.clear()
      return count
    },
  }
}
