/** Going through all tasks that match a search, for numbers about them (lib/live/survey-views.ts). */
import type { TaskQuery } from '../live/task-query.ts'
import type { Clock } from '../runtime/clock.ts'
import type { TaskRecord } from './records.ts'
import { querySlotTests, type SlotTest, type SlotTestContext, slotTestsPass } from './slot-tests.ts'
import { BLOCK, type TaskColumns } from './task-columns.ts'
import { termTest } from './task-search.ts'

export interface Survey {
  /** Null = all. */
  readonly filter: TaskQuery | null
  /** First seen at or after this, ms. */
  readonly sinceMs?: number
  /** First seen before this. */
  readonly untilMs?: number
  /** Whether a task is lost: a state that it does not have by its events. Asked of those that have not ended. */
  isLost(task: TaskRecord): boolean
  /** One that matches, its state too; `state` is LOST for a lost one. */
  visit(slot: number, state: string, columns: TaskColumns): void
}

/** Turns of about this long: whoever waits for the event loop does not notice. */
const TURN_MS = 5
const LOST = 'LOST'
const ENDED: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'REVOKED', 'REJECTED'])

/** Rejects with the signal's reason when it is told to end between two turns. */
export async function surveySlots(
  survey: Survey,
  context: SlotTestContext,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const { columns } = context
  const tests = testsOf(survey, context)
  const { end } = columns
  let turnEndsMs = clock.monotonicMs() + TURN_MS
  for (let from = 0; from < end; from += BLOCK) {
    for (let slot = from; slot < Math.min(end, from + BLOCK); slot++) {
      const state = matchedState(slot, tests, columns)
      if (state !== null) survey.visit(slot, state, columns)
    }
    if (clock.monotonicMs() < turnEndsMs) continue
    await clock.sleep(1)
    signal.throwIfAborted()
    turnEndsMs = clock.monotonicMs() + TURN_MS
  }
}

/** Whether a search reads arguments or results, which are folded first. */
export function looksIntoTexts({ terms }: TaskQuery): boolean {
  return terms.some(
    (term) => term.kind === 'word' || term.kind === 'path' || (term.kind === 'text' && TEXT_FIELDS.has(term.field)),
  )
}

const TEXT_FIELDS: ReadonlySet<string> = new Set(['result', 'arg', 'args', 'kwargs'])

interface Tests {
  readonly rest: readonly SlotTest[]
  readonly state: readonly SlotTest[]
  readonly isLost: (task: TaskRecord) => boolean
  /** The search asked of a lost task's state. */
  readonly lostFits: (task: TaskRecord) => boolean
}

function testsOf({ filter, sinceMs, untilMs, isLost }: Survey, context: SlotTestContext): Tests {
  const { firstSeen } = context.columns
  const query = filter === null ? { state: [], rest: [] } : querySlotTests(filter, context)
  const time: SlotTest[] = []
  if (sinceMs !== undefined) time.push((slot) => (firstSeen[slot] ?? 0) * 1_000 >= sinceMs)
  if (untilMs !== undefined) time.push((slot) => (firstSeen[slot] ?? 0) * 1_000 < untilMs)
  const ofState = (filter?.terms ?? []).flatMap((term) =>
    term.kind === 'text' && term.field === 'state' ? [termTest(term, context.nowMs)] : [],
  )
  return {
    rest: [...time, ...query.rest],
    state: query.state,
    isLost,
    lostFits: (task) => ofState.every((test) => test({ ...task, state: LOST })),
  }
}

/** The state that a task is shown with when it matches, else null. */
function matchedState(slot: number, tests: Tests, { rows, state: ids, states }: TaskColumns): string | null {
  const task = rows[slot]
  if (task === undefined || !slotTestsPass(tests.rest, slot)) return null
  const state = states.text(ids[slot] ?? 0) ?? task.state
  if (!ENDED.has(state) && tests.isLost(task)) return tests.lostFits(task) ? LOST : null
  return slotTestsPass(tests.state, slot) ? state : null
}
