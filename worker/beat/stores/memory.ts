import type { ScheduleState, ScheduleStore } from './store.ts'

/** Forgets with the process: after a restart every entry waits for its next time. */
export function createMemoryStore(): ScheduleStore {
  let kept: ScheduleState = {}
  return {
    load: async () => kept,
    async save(state) {
      kept = state
    },
  }
}
