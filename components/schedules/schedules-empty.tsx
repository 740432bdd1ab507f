import type { SchedulesView } from '../../lib/live/schedule-views.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { setScheduleAddress } from './use-schedule-address.ts'

/** No schedule was found: how to get one. */
export function NoSchedules({ view }: { readonly view: SchedulesView }) {
  const isEmpty = view.sources.some((source) => source.error === null && source.editable)
  return (
    <Empty title={isEmpty ? 'The schedule is empty' : 'No schedule is known yet'}>
      {isEmpty ? (
        <p>
          Nothing runs by itself. Make an entry with New schedule, or write one into beat_schedule of the application.
        </p>
      ) : (
        <p>
          A schedule of RedBeat or of umbel beat on a Redis broker is found by itself; others are named with{' '}
          <Code>--schedule-file</Code>, <Code>--schedule-db</Code> (Django) or <Code>--redbeat-redis-url</Code>. What
          another beat sends is shown as soon as it sends something.
        </p>
      )}
      <Code>umbel beat -A ./tasks.ts</Code>
    </Empty>
  )
}

/** The filter leaves nothing: the ways back. */
export function NothingFound({ q, filtered }: { readonly q: string; readonly filtered: boolean }) {
  return (
    <Empty title={q === '' ? 'No schedule is in this state' : `No schedule matches "${q.slice(0, 60)}"`}>
      <span className="flex gap-2">
        {q !== '' && <Button onClick={() => setScheduleAddress({ q: '' })}>Clear the search</Button>}
        {filtered && <Button onClick={() => setScheduleAddress({ state: null })}>Show all states</Button>}
      </span>
    </Empty>
  )
}

function Code({ children }: { readonly children: string }) {
  return <code className="rounded-sm bg-sunken px-1 font-mono text-xs whitespace-nowrap">{children}</code>
}
