import { createRuntime } from '../../runtime/runtime.ts'
import { CONFORMANCE_VISIBILITY_MS, exerciseBroker } from '../conformance.ts'
import { createMemoryBroker, createMemoryBus } from './memory-broker.ts'

const runtime = createRuntime()
let bus = createMemoryBus()

exerciseBroker('memory', {
  async reset() {
    bus = createMemoryBus()
  },
  create: () => createMemoryBroker({ bus, runtime, visibilityTimeoutMs: CONFORMANCE_VISIBILITY_MS }),
  async putRaw(queue, raw) {
    bus.put(queue, raw, 0)
  },
  async takeAndDie(queue) {
    bus.take([queue], { nowMs: Date.now(), untilMs: Date.now() }, () => {})
  },
  keptPoison: async () => bus.poison.length,
})
