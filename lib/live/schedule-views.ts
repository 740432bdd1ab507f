/** What the topics `schedules` and `schedule` show. Times are wall clocks in milliseconds; null means unknown. */

export type ScheduleRunOutcome =
  /** Sent, and seen to end so. */
  | 'succeeded'
  | 'failed'
  | 'running'
  /** Sent; nothing was seen of it yet. */
  | 'sent'
  | 'skipped'
  /** Nothing was sent within the time allowed. */
  | 'missed'

export type ScheduleRunView = {
  readonly slotMs: number | null
  readonly sentMs: number | null
  /** `sentMs` less `slotMs`, never below 0. */
  readonly lateMs: number | null
  readonly outcome: ScheduleRunOutcome
  readonly state: string | null
  readonly taskId: string | null
  readonly runtimeMs: number | null
  readonly byHand: boolean
  /** The same slot was sent more than once. */
  readonly doubled: boolean
  /** It began before the run before it had ended. */
  readonly overlaps: boolean
}

export type ScheduleRowView = {
  /** `<source>/<name>`: unique, and what actions and addresses name. */
  readonly id: string
  readonly name: string
  readonly source: string
  readonly task: string
  /** In words: "Weekdays at 02:30". */
  readonly when: string
  /** As Celery writes it: `30 2 * * mon-fri`, `every 30 s`; for the tip on the words. */
  readonly expression: string
  readonly zone: string
  readonly enabled: boolean
  readonly heldUntilMs: number | null
  /** Held until somebody says otherwise. */
  readonly heldForGood: boolean
  readonly heldBy: string | null
  readonly nextMs: number | null
  readonly lastRun: ScheduleRunView | null
  readonly totalRunCount: number
  /** Since when a run is due that was not sent; null when all is well. */
  readonly overdueSinceMs: number | null
  readonly neverRan: boolean
  /** Newest last, at most 30. */
  readonly recent: readonly ScheduleRunView[]
  /** Sentences: the task is registered with no worker, the entry cannot be read, 02:30 does not exist on 29 March. */
  readonly warnings: readonly string[]
  /** The entry could not be read: shown, not run. */
  readonly broken: boolean
  /** Found from messages alone: the schedule itself cannot be read. */
  readonly inferred: boolean
  readonly editable: boolean
  /** How long an edit lasts ("until the next deploy, or until beat starts again: …"); null = for good. */
  readonly editLasts: string | null
}

export type ScheduleSourceView = {
  /** First part of the ids: `redis`, `django`, `file`, `app`, `seen`. */
  readonly name: string
  readonly kind: string
  /** With passwords masked. */
  readonly place: string
  /** Why it cannot be read now; null when it can. */
  readonly error: string | null
  readonly beats: readonly BeatView[]
  /** Two or more beats send from it without a lease. */
  readonly unsafe: boolean
  /** New entries can be made here. */
  readonly editable: boolean
}

export type BeatView = {
  readonly node: string
  readonly software: string
  readonly state: 'leading' | 'standing-by' | 'sending' | 'down'
  readonly lastTickMs: number | null
  readonly leaseEndsMs: number | null
}

export type SchedulesView = {
  readonly sources: readonly ScheduleSourceView[]
  readonly rows: readonly ScheduleRowView[]
}

export type ScheduleView = {
  /** Null when there is no such entry. */
  readonly row: ScheduleRowView | null
  readonly args: string
  readonly kwargs: string
  readonly options: string
  readonly description: string | null
  readonly startMs: number | null
  readonly expiresMs: number | null
  readonly oneOff: boolean
  /** The next five. */
  readonly nextMs: readonly number[]
  /** Newest first, at most 50, missed ones among them. */
  readonly runs: readonly ScheduleRunView[]
  /** What the edit form starts from; null when it cannot be edited. */
  readonly form: ScheduleForm | null
}

/** A schedule as a form holds it. Only the fields of its `kind` count. */
export type ScheduleForm = {
  readonly source: string
  readonly name: string
  readonly task: string
  readonly kind: 'interval' | 'crontab' | 'solar' | 'clocked'
  readonly everySeconds: number | null
  readonly minute: string
  readonly hour: string
  readonly dayOfMonth: string
  readonly monthOfYear: string
  readonly dayOfWeek: string
  readonly zone: string
  readonly solarEvent: string
  readonly latitude: number | null
  readonly longitude: number | null
  readonly clockedMs: number | null
  /** JSON texts. */
  readonly args: string
  readonly kwargs: string
  readonly queue: string
  readonly priority: number | null
  readonly expiresSeconds: number | null
  readonly enabled: boolean
  readonly description: string
}

/** `GET /umbel/schedules/preview` with the form's fields: what it would do, before it is saved. */
export type SchedulePreview = {
  readonly when: string
  readonly nextMs: readonly number[]
  readonly warnings: readonly string[]
  /** Field and sentence, when it cannot be read. */
  readonly problem: { readonly field: string; readonly message: string } | null
}

/** `GET /umbel/schedules/calendar?hours=24`: every run to come, and how long it usually takes. */
export type ScheduleCalendar = {
  readonly fromMs: number
  readonly toMs: number
  readonly rows: readonly {
    readonly id: string
    readonly name: string
    /** At most 500 an entry; `more` says how many were left out. */
    readonly atMs: readonly number[]
    readonly more: number
    readonly usualMs: number | null
  }[]
}
