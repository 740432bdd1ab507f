import type { QueueRowView } from '../../lib/live/views.ts'
import { formatCount, formatRate, formatSeconds, plural } from '../ui/format.ts'
import { isAtRest } from './queue-row.model.ts'

const AHEAD_MINUTES = 10

/**
 * Where a queue goes, for a person who has to decide: what happens, how fast, and what it means for a message that comes
 * now. Waiting is what stands in line over what is taken (Little), so it is only said when something is taken.
 */
export function queueSentence(queue: QueueRowView): string {
  if (queue.error !== null) return `This queue could not be read: ${queue.error}`
  const waiting = queue.waiting ?? 0
  const { inPerSecond, outPerSecond } = queue
  if (isAtRest(queue)) {
    return waiting > 0
      ? `Paused: ${plural(waiting, 'message')} wait${waiting === 1 ? 's' : ''} until it goes on.`
      : 'Paused, and empty.'
  }
  switch (queue.trend) {
    case 'empty':
      return inPerSecond !== null && inPerSecond > 0
        ? `Empty: ${formatRate(inPerSecond)} come in and are taken at once.`
        : 'Empty.'
    case 'never':
      return waiting > 0
        ? `No worker takes from this queue: ${plural(waiting, 'message')} will wait until one does.`
        : 'Empty, and no worker takes from this queue.'
    case 'draining':
      return queue.emptyInMs === null
        ? 'Draining.'
        : `Draining: empty in about ${formatSeconds(queue.emptyInMs)}.${waitNow(waiting, outPerSecond)}`
    case 'growing':
      return `Growing${growth(queue)}${waitNow(waiting, outPerSecond)}`
    case 'steady':
      return `Steady: ${formatRate(inPerSecond)} in, ${formatRate(outPerSecond)} out.${waitNow(waiting, outPerSecond)}`
    case 'unknown':
      return 'Not seen long enough to say where it goes.'
  }
}

function growth(queue: QueueRowView): string {
  if (queue.inPerSecond === null || queue.outPerSecond === null) return '.'
  const perSecond = queue.inPerSecond - queue.outPerSecond
  if (perSecond <= 0) return '.'
  const by = ` by ${formatRate(perSecond)}.`
  if (queue.limit !== null && queue.waiting !== null && queue.waiting < queue.limit) {
    const ms = ((queue.limit - queue.waiting) / perSecond) * 1_000
    return `${by} At this rate it reaches its limit of ${formatCount(queue.limit)} in ${formatSeconds(ms)}.`
  }
  const more = Math.round(perSecond * AHEAD_MINUTES * 60)
  return more < 1 ? by : `${by} At this rate ${formatCount(more)} more in ${AHEAD_MINUTES} min.`
}

function waitNow(waiting: number, outPerSecond: number | null): string {
  if (outPerSecond === null || outPerSecond <= 0 || waiting === 0) return ''
  return ` A message that comes now waits about ${formatSeconds((waiting / outPerSecond) * 1_000)}.`
}
