'use client'

import { ChevronDown } from 'lucide-react'
import type { ClassView } from '../../lib/live/class-views.ts'
import { RangePicker } from '../charts/range-picker.tsx'
import { RANGE_WORDS } from '../charts/range-words.ts'
import { chooseSpan, useSpan } from '../charts/use-span.ts'
import { ZoomNote } from '../charts/zoom-note.tsx'
import { Page } from '../frame/page.tsx'
import { LiveView } from '../live/live-view.tsx'
import { useLiveKept } from '../live/use-live.ts'
import { useMe } from '../live/use-me.ts'
import { cx } from '../ui/cx.ts'
import { Empty } from '../ui/empty.tsx'
import { splitName } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Ago } from '../ui/numbers.tsx'
import { PageSkeleton } from '../ui/page-skeleton.tsx'
import { CommandList } from '../workers/command-list.tsx'
import { TaskLimits } from '../workers/task-limits.tsx'
import { ClassCharts } from './class-charts.tsx'
import { ClassFigures } from './class-figures.tsx'
import { ClassShares } from './class-shares.tsx'
import { classTasksHref } from './class-tasks-href.ts'
import { ClassWorkers } from './class-workers.tsx'

/** All tasks of one name: how they behave, what they cost, what breaks them, who runs and who sends them. */
export function ClassPage({ name }: { readonly name: string }) {
  const { span, range, zoom } = useSpan()
  const state = useLiveKept({ name: 'class', task: name, range: span })
  // Its workers come before its numbers are counted.
  const counted = state.view?.numbers == null ? { ...state, view: null } : state
  const { cannotAct } = useMe()
  const { module, base } = splitName(name)
  const title = (
    <span data-tip={name}>
      <span className="font-normal text-fg-3 max-md:hidden">{module}</span>
      {base}
    </span>
  )
  const limits = (
    <TaskLimits
      worker={null}
      task={name}
      cannotAct={cannotAct ?? (state.view?.workers.some(({ online }) => online) ? null : NOBODY)}
      trigger={
        <>
          Limits <ChevronDown size={14} aria-hidden />
        </>
      }
    />
  )
  return (
    <Page
      title={title}
      documentTitle={name}
      actions={[<RangePicker key="range" />, <span key="limits">{limits}</span>]}
    >
      <LiveView state={counted} skeleton={<ClassSkeleton />}>
        {(view, isStale) => (
          <div className={cx('flex flex-col gap-4', isStale && 'grayscale')}>
            <ZoomNote zoom={zoom} backTo={`the last ${RANGE_WORDS[range]}`} onBack={() => chooseSpan(range)}>
              All numbers are of tasks that came in this time.
            </ZoomNote>
            <Content name={name} view={view} asOfMs={state.asOfMs} isStale={isStale} />
          </div>
        )}
      </LiveView>
    </Page>
  )
}

const NOBODY = 'No worker that is online knows it'

type ContentProps = {
  readonly name: string
  readonly view: ClassView
  readonly asOfMs: number | null
  readonly isStale: boolean
}

function Content({ name, view, asOfMs, isStale }: ContentProps) {
  const { numbers } = view
  if (numbers === null || !view.known) {
    return (
      <Empty title={`No task is called ${name}`}>
        No worker has registered it, and no event has told of one since Umbel watches.
      </Empty>
    )
  }
  return (
    <>
      {numbers.tasks === 0 && <Nothing name={name} lastMs={numbers.sinceMs} />}
      <ClassFigures name={name} numbers={numbers} />
      <CommandList commands={view.commands} />
      <ClassCharts name={name} numbers={numbers} marks={view.marks} asOfMs={asOfMs} isStale={isStale} />
      <ClassWorkers workers={view.workers} />
      <ClassShares numbers={numbers} />
    </>
  )
}

/** There are some, but not of this time. */
function Nothing({ name, lastMs }: { readonly name: string; readonly lastMs: number | null }) {
  return (
    <p className="text-fg-2 text-sm">
      No task of this class came in this time.{' '}
      {lastMs === null ? (
        'It is registered, and none was seen yet.'
      ) : (
        <>
          The oldest that is kept came <Ago ms={lastMs} />.{' '}
          <Link href={classTasksHref(name)} className="link">
            All that are kept
          </Link>
        </>
      )}
    </p>
  )
}

function ClassSkeleton() {
  return <PageSkeleton lines={['h-[4.75rem] w-full']} boxes="lg:grid-cols-2" rows={4} />
}
