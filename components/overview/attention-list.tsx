'use client'

import { OctagonAlert, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { AttentionView } from '../../lib/live/views.ts'
import { cx } from '../ui/cx.ts'
import { plural } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Ago, Since } from '../ui/numbers.tsx'
import { AttentionDeed } from './attention-deed.tsx'

const SHOWN = 5

type Props = { readonly attention: readonly AttentionView[]; readonly lastProblemMs: number | null }

/** What a person should look at, worst first. When there is nothing: one grey line. */
export function AttentionList({ attention, lastProblemMs }: Props) {
  const [all, setAll] = useState(false)
  if (attention.length === 0) return <Nothing lastProblemMs={lastProblemMs} />
  const shown = all ? attention : attention.slice(0, SHOWN)
  const isBad = attention.some((item) => item.level === 'bad')
  return (
    <section
      aria-labelledby="attention"
      className={cx('rounded-lg border', isBad ? 'border-bad/35 bg-bad-bg' : 'border-warn/35 bg-warn-bg')}
    >
      <h2 id="attention" className="px-3 pt-2 text-2xs font-medium text-fg-2">
        {attention.length === 1 ? 'One thing needs attention' : `${plural(attention.length, 'thing')} need attention`}
      </h2>
      <ul className="pb-1">
        {shown.map((item) => (
          <Item key={item.id} item={item} />
        ))}
      </ul>
      {attention.length > SHOWN && (
        <button
          type="button"
          className="link mb-2 ml-9 min-h-6 text-xs"
          onClick={() => setAll(!all)}
          aria-expanded={all}
        >
          {all ? 'Show fewer' : `${attention.length - SHOWN} more`}
        </button>
      )}
    </section>
  )
}

function Item({ item }: { readonly item: AttentionView }) {
  const Icon = item.level === 'bad' ? OctagonAlert : TriangleAlert
  const content = (
    <>
      <Icon
        size={16}
        strokeWidth={1.75}
        className={cx('mt-0.5 shrink-0', item.level === 'bad' ? 'text-bad' : 'text-warn')}
        aria-label={item.level === 'bad' ? 'Problem' : 'Warning'}
      />
      <span className="min-w-0 flex-1 break-words text-fg text-sm">{item.text}</span>
      {item.sinceMs !== null && (
        <span className="shrink-0 text-fg-2 text-xs leading-5 max-md:hidden">
          for <Since sinceMs={item.sinceMs} />
        </span>
      )}
      {item.href !== null && <span className="link shrink-0 text-xs leading-5">Open</span>}
    </>
  )
  const look = 'flex min-h-7 min-w-0 flex-1 items-start gap-2 py-1 pl-3'
  return (
    <li className="flex items-start pr-1 hover:bg-hover/60">
      {item.href === null ? (
        <div className={look}>{content}</div>
      ) : (
        <Link href={item.href} className={cx(look, 'ring-inside')}>
          {content}
        </Link>
      )}
      <AttentionDeed item={item} />
    </li>
  )
}

function Nothing({ lastProblemMs }: { readonly lastProblemMs: number | null }) {
  return (
    <p className="text-fg-3 text-sm">
      Nothing needs attention.
      {lastProblemMs !== null && (
        <>
          {' '}
          Last problem: <Ago ms={lastProblemMs} />.
        </>
      )}
    </p>
  )
}
