'use client'

import type { QueueRowView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { useMe } from '../live/use-me.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { shortWorker } from '../ui/format.ts'
import { Ago } from '../ui/numbers.tsx'

const NAMED = 5

/** Who paused a queue, since when, and whether everybody heard of it. */
export function PausedNote({ queue }: { readonly queue: QueueRowView }) {
  const { run, busy } = useAction()
  const { cannotDo } = useMe()
  const { name, paused, workers } = queue
  if (paused === null) return null
  const taking = workers.filter((worker) => !paused.silent.includes(worker))
  return (
    <Callout level={workers.length > 0 ? 'warn' : 'info'}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <span className="min-w-0 flex-1 basis-80">
          Paused{paused.who === 'anonymous' ? '' : ` by ${paused.who}`} <Ago ms={paused.sinceMs} />.{' '}
          {heard(paused.workers, paused.silent)}
          {taking.length > 0 && ` ${names(taking)} ${taking.length === 1 ? 'takes' : 'take'} from it: started later.`}
        </span>
        {workers.length > 0 && (
          <Button
            busy={busy}
            disabledReason={cannotDo('queue.resume')}
            onClick={() => void run('queue.pause', { queue: name }).catch(() => {})}
          >
            Pause again
          </Button>
        )}
      </div>
    </Callout>
  )
}

function heard(workers: readonly string[], silent: readonly string[]): string {
  const done = workers.filter((worker) => !silent.includes(worker))
  const stopped = done.length === 0 ? [] : [`${names(done)} ${done.length === 1 ? 'takes' : 'take'} no more from it.`]
  const deaf = silent.length === 0 ? [] : [`${names(silent)} did not answer and may still take from it.`]
  return [...stopped, ...deaf].join(' ')
}

function names(workers: readonly string[]): string {
  const shown = workers.slice(0, NAMED).map(shortWorker).join(', ')
  return workers.length > NAMED ? `${shown} and ${workers.length - NAMED} more` : shown
}
