import { createStore } from '../ui/store.ts'

/** The tasks of the list that was last looked at, in its order: where `[` and `]` on a task's page lead. */
export const listOrder = createStore<readonly string[]>([])
