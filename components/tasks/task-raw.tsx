'use client'

import type { RawTask, RawText } from '../../lib/live/http.ts'
import { useAnswer } from '../live/use-answer.ts'
import { layOut } from '../queues/raw-text.ts'
import { ReadPanel } from '../queues/read-panel.tsx'
import { Copy } from '../ui/copy.tsx'
import { formatTime } from '../ui/format.ts'

/** All that is known of a task, as it was told. `version`: when it changes, it is read again. */
export function TaskRaw({ id, version }: { readonly id: string; readonly version: string }) {
  const answer = useAnswer<RawTask>(`/umbel/tasks/${encodeURIComponent(id)}/raw`, version)
  return (
    <ReadPanel title="As it was told" answer={answer} note={({ asOfMs }) => `as of ${formatTime(asOfMs)}`}>
      {(data) => (
        <div className="flex flex-col gap-4 px-3 pb-3 max-md:px-0">
          {data.hidden !== null && <p className="text-fg-2 text-sm">{HIDDEN_WORDS[data.hidden]}</p>}
          <Part title="Fields of its events" part={data.record} none="No event of it was seen." />
          <Part title="Stored result" part={data.result} none={noResult(data)} />
          <Part title="Message" part={data.message} none={noMessage(data)} />
        </div>
      )}
    </ReadPanel>
  )
}

const HIDDEN_WORDS: Readonly<Record<NonNullable<RawTask['hidden']>, string>> = {
  arguments: 'Arguments, results and messages are hidden from you.',
  'format-task': 'What is shown of tasks is changed by format_task: result and message are left out.',
}

function noResult({ hidden, hasResults }: RawTask): string {
  if (hidden === 'format-task') return 'Left out.'
  return hasResults ? 'Nothing is stored, or it cannot be read.' : 'This application stores no results.'
}

function noMessage({ hidden }: RawTask): string {
  return hidden === null ? 'It does not wait among the first of its queue, and nobody looked at it there.' : 'Left out.'
}

type PartProps = { readonly title: string; readonly part: RawText | null; readonly none: string }

function Part({ title, part, none }: PartProps) {
  return (
    <section aria-label={title}>
      <div className="flex min-h-7 items-center gap-2">
        <h3 className="text-xs font-medium text-fg-2">{title}</h3>
        {part !== null && !part.whole && <span className="text-2xs text-warn">its first million characters</span>}
        {part !== null && (
          <span className="ml-auto">
            <Copy text={part.text} label={`Copy ${title.toLowerCase()}`} />
          </span>
        )}
      </div>
      {part === null ? (
        <p className="text-fg-3 text-sm">{none}</p>
      ) : (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
          tabIndex={0}
          className="scroll-thin max-h-[32rem] overflow-auto rounded-md border border-line bg-sunken p-2 font-mono text-xs break-all whitespace-pre-wrap"
        >
          {layOut(part.text)}
        </pre>
      )}
    </section>
  )
}
