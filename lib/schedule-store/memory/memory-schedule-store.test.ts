import { createRuntime } from '../../runtime/runtime.ts'
import { exerciseScheduleStore } from '../conformance.ts'
import { createMemorySchedule, createMemoryScheduleStore } from './memory-schedule-store.ts'

const runtime = createRuntime()
let schedule = createMemorySchedule()

exerciseScheduleStore('memory', {
  async reset() {
    schedule = createMemorySchedule()
  },
  create: () => createMemoryScheduleStore({ runtime, schedule }),
  async loseLease() {
    schedule.lease = null
  },
})
