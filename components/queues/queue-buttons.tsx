'use client'

import { Pause, Play, Trash2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { QueueRowView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { useLive } from '../live/use-live.ts'
import { useMe } from '../live/use-me.ts'
import { Button } from '../ui/button.tsx'

const PurgeQueue = dynamic(() => import('./purge-queue.tsx').then((part) => part.PurgeQueue), { ssr: false })

/** What can be done with a whole queue: at once, with a way back, or only after its name was typed (ux.md 4.1). */
export function QueueButtons({ queue }: { readonly queue: QueueRowView }) {
  const { cannotDo } = useMe()
  const { run, busy } = useAction()
  const [purges, setPurges] = useState(false)
  const kind = useLive({ name: 'status' }).view?.broker.kind ?? null
  const { name, paused, workers, waiting } = queue
  const resume = () => void run('queue.resume', { queue: name }).catch(() => {})
  const pause = () => void run('queue.pause', { queue: name }, resume).catch(() => {})
  const unserved = workers.length === 0 ? 'No worker takes from it' : null
  const cannotPurge = kind === 'amqp' ? 'Umbel does not empty queues of RabbitMQ' : null
  const nothing = waiting === null ? 'It could not be read' : waiting === 0 ? 'Nothing waits in it' : null
  return (
    <>
      {paused === null ? (
        <Button icon={Pause} busy={busy} disabledReason={cannotDo('queue.pause') ?? unserved} onClick={pause}>
          Pause
        </Button>
      ) : (
        <Button icon={Play} variant="primary" busy={busy} disabledReason={cannotDo('queue.resume')} onClick={resume}>
          Resume
        </Button>
      )}
      <Button
        icon={Trash2}
        disabledReason={cannotDo('queue.purge') ?? cannotPurge ?? nothing}
        onClick={() => setPurges(true)}
      >
        Purge…
      </Button>
      {purges && <PurgeQueue queue={queue} onClose={() => setPurges(false)} />}
    </>
  )
}
