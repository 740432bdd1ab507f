import type { AuditLineView } from '../../lib/live/http.ts'
import { Badge } from '../ui/badge.tsx'
import type { Column } from '../ui/data-table.tsx'
import { formatCount, shortId } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Ago } from '../ui/numbers.tsx'
import { hrefOf } from './audit-target.ts'

const TONES = { done: 'good', refused: 'warn', failed: 'bad' } as const
const SHOWN = 3
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const AUDIT_COLUMNS: readonly Column<AuditLineView>[] = [
  {
    id: 'when',
    head: 'When',
    className: 'md:w-28 whitespace-nowrap',
    cell: ({ at }) => <Ago ms={Date.parse(at)} />,
  },
  {
    id: 'who',
    head: 'Who',
    className: 'md:w-44',
    cell: ({ who, via, role }) => (
      <span className="flex flex-col py-1">
        <span className="break-words">{who ?? 'anonymous'}</span>
        <span className="text-fg-3 text-xs">
          {[viaWords(via), role === 'none' ? '' : role].filter(Boolean).join(', ')}
        </span>
      </span>
    ),
  },
  {
    id: 'from',
    head: 'From',
    className: 'md:w-32 max-lg:hidden',
    cell: ({ from }) => <span className="font-mono text-fg-2 text-xs">{from ?? '–'}</span>,
  },
  {
    id: 'action',
    head: 'Action',
    className: 'md:w-44',
    cell: ({ action }) => <span className="font-mono text-xs">{action}</span>,
  },
  { id: 'object', head: 'Object', className: 'md:w-48', cell: (line) => <Targets line={line} /> },
  {
    id: 'result',
    head: 'Result',
    cell: ({ outcome, reason }) => (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 py-1">
        <Badge tone={TONES[outcome]}>{outcome}</Badge>
        {reason !== null && <span className="min-w-0 break-words text-fg-2 text-xs">{reason}</span>}
      </span>
    ),
  },
]

function Targets({ line }: { readonly line: AuditLineView }) {
  const { targets, count, action } = line
  if (count === 0) return <span className="text-fg-3">–</span>
  const more = count - Math.min(SHOWN, targets.length)
  return (
    <span className="flex flex-col py-1">
      {targets.slice(0, SHOWN).map((target) => {
        const href = hrefOf(action, target)
        const isId = UUID.test(target)
        const text = (
          <span className="break-all font-mono text-xs" data-tip={isId ? target : undefined}>
            {isId ? shortId(target) : target}
          </span>
        )
        return href === null ? (
          <span key={target}>{text}</span>
        ) : (
          <Link key={target} href={href} className="link">
            {text}
          </Link>
        )
      })}
      {more > 0 && <span className="text-fg-3 text-xs">and {formatCount(more)} more</span>}
    </span>
  )
}

function viaWords(via: string): string {
  if (via.startsWith('token:')) return 'by token'
  return { basic: 'by password', session: 'by provider' }[via] ?? 'not logged in'
}
