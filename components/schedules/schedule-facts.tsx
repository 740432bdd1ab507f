import type { ReactNode } from 'react'
import type { ScheduleRowView, ScheduleView } from '../../lib/live/schedule-views.ts'
import { classHref } from '../classes/class-href.ts'
import { Link } from '../ui/link.tsx'
import { Ago, Count } from '../ui/numbers.tsx'
import { LastRun } from './run-marks.tsx'
import { NextRun, ScheduleMark } from './schedule-mark.tsx'
import { When } from './when.tsx'

type Props = { readonly view: ScheduleView; readonly row: ScheduleRowView }

/** How the entry stands. */
export function ScheduleHead({ row }: { readonly row: ScheduleRowView }) {
  return (
    <dl className="flex min-w-0 flex-wrap gap-x-8 gap-y-2 text-sm">
      <Fact name="State">
        <ScheduleMark row={row} />
      </Fact>
      <Fact name="When">
        <span className="font-medium">
          <When row={row} />
        </span>
      </Fact>
      <Fact name="Next">
        <NextRun row={row} />
      </Fact>
      <Fact name="Last">{row.lastRun === null ? 'It has not run yet' : <LastRun run={row.lastRun} />}</Fact>
      <Fact name="Runs">
        <Count value={row.totalRunCount} />
      </Fact>
    </dl>
  )
}

/** All fields of the entry. */
export function ScheduleFacts({ view, row }: Props) {
  return (
    <dl className="grid grid-cols-[7rem_1fr] gap-x-3 gap-y-1.5 text-sm">
      <Line name="Task">
        <Link href={classHref(row.task)} className="link break-all">
          {row.task}
        </Link>
      </Line>
      <Line name="Schedule">
        <span className="font-mono text-xs">{row.expression}</span>
      </Line>
      <Line name="Time zone">{row.zone}</Line>
      {view.description !== null && view.description !== '' && <Line name="Description">{view.description}</Line>}
      <Line name="Arguments">
        <Code text={view.args} />
      </Line>
      <Line name="Keywords">
        <Code text={view.kwargs} />
      </Line>
      <Line name="Options">
        <Code text={view.options} />
      </Line>
      {view.startMs !== null && (
        <Line name="Not before">
          <Ago ms={view.startMs} />
        </Line>
      )}
      {view.expiresMs !== null && (
        <Line name="Not after">
          <Ago ms={view.expiresMs} />
        </Line>
      )}
      {view.oneOff && <Line name="One-off">It runs once, then it is switched off</Line>}
      <Line name="Kept in">{row.source}</Line>
    </dl>
  )
}

function Code({ text }: { readonly text: string }) {
  return text === '' ? (
    <span className="text-fg-3">none</span>
  ) : (
    <code className="font-mono text-xs break-all whitespace-pre-wrap">{text}</code>
  )
}

type LineProps = { readonly name: string; readonly children: ReactNode }

function Line({ name, children }: LineProps) {
  return (
    <>
      <dt className="text-fg-3">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

function Fact({ name, children }: LineProps) {
  return (
    <div className="min-w-0">
      <dt className="text-2xs text-fg-3">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
