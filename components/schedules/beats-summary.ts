import type { BeatView, ScheduleSourceView } from '../../lib/live/schedule-views.ts'

const WORDS: readonly (readonly [state: BeatView['state'], one: string, many: string])[] = [
  ['down', 'is down', 'are down'],
  ['leading', 'leads', 'lead'],
  ['sending', 'sends', 'send'],
  ['standing-by', 'stands by', 'stand by'],
]

/** All beats in a line, the trouble first: "1 is down, 1 leads". One alone by its name. */
export function beatsSummary(sources: readonly ScheduleSourceView[]): string {
  const beats = sources.flatMap((source) => source.beats)
  const [first] = beats
  if (first === undefined) return 'none was seen'
  if (beats.length === 1) return `${shortBeat(first.node)} ${WORDS.find(([state]) => state === first.state)?.[1] ?? ''}`
  return WORDS.flatMap(([state, one, many]) => {
    const count = beats.filter((beat) => beat.state === state).length
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
  }).join(', ')
}

/** `celerybeat@beat-1` → `beat-1`: the part that tells beats apart. */
export function shortBeat(node: string): string {
  return node.startsWith('celerybeat@') && node.length > 11 ? node.slice(11) : node
}
