/**
 * Where beat keeps the last runs.
 *
 *  STO-1  What was saved is loaded as it was saved, also after a crash during the next save.
 *  STO-2  A store that is empty or cannot be read loads as nothing, and says why in the log.
 */
export interface EntryState {
  /** Wall clock. */
  readonly lastRunMs: number
  readonly totalRunCount: number
}

export type ScheduleState = Readonly<Record<string, EntryState>>

export interface ScheduleStore {
  load(): Promise<ScheduleState>
  save(state: ScheduleState): Promise<void>
}
