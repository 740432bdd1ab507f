/** The stack of an error as results, events and logs tell it: the user's frames, not those of the worker around them. */

/** Celery's own bound for the text of a result; a traceback of megabytes would travel in every event. */
const MAX_LENGTH = 16_384
/** Of errors that were the cause of others: `fetch failed` alone says nothing. */
const MOST_CAUSES = 4

const HERE = new URL('.', import.meta.url)
/** This file is in `worker/` of the sources or, bundled, in `dist/` beside the demo's tasks. */
const OURS = HERE.pathname.endsWith('/worker/')
  ? ['worker/', 'lib/', 'bin/'].map((folder) => new URL(`../${folder}`, HERE).pathname)
  : [HERE.pathname]
const DEMO = '/demo-tasks'

/** Null for what is no error, and so has no stack. */
export function tracebackOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || thrown.stack === undefined) return null
  const parts = [ownFrames(thrown.stack)]
  for (let { cause } = thrown; cause instanceof Error && parts.length <= MOST_CAUSES; { cause } = cause) {
    parts.push(`[cause]: ${ownFrames(cause.stack ?? String(cause))}`)
  }
  const text = parts.join('\n')
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text
}

/** Without the last frames, which called the body; what the body itself called of ours stays. */
function ownFrames(stack: string): string {
  const lines = stack.split('\n')
  let end = lines.length
  while (end > 1 && isAround(lines[end - 1] ?? '')) end--
  return lines.slice(0, end).join('\n')
}

/** A frame of ours or of Node's, or one without a place. A line that is no frame is part of the message. */
function isAround(line: string): boolean {
  if (!/^ {4}at /.test(line)) return false
  if (line.includes('node:') || !line.includes('/')) return true
  return OURS.some((folder) => line.includes(folder)) && !line.includes(DEMO)
}
