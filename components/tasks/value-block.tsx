'use client'

import { useState } from 'react'
import type { ValueView } from '../../lib/live/views.ts'
import { parsePythonLiteral } from '../../lib/protocol/literal.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Copy } from '../ui/copy.tsx'
import { formatBytes } from '../ui/format.ts'
import { ValueTree } from '../ui/value-tree.tsx'

export interface ValueBlockProps {
  readonly label: string
  readonly value: ValueView
  /** Said when nothing is known. */
  readonly unknown: string
}

const SHOWN_AT_ONCE = 20_000
const SOURCES = { message: 'from the message', result: 'from the result', event: 'from the event' } as const

/** A value of a task as Python text: where it comes from, whether it is whole, and on demand as a tree. */
export function ValueBlock({ label, value, unknown }: ValueBlockProps) {
  const [tree, setTree] = useState(false)
  const [all, setAll] = useState(false)
  const { text } = value
  if (text === null) {
    return (
      <div className="flex flex-col gap-1">
        <h3 className="text-xs font-medium text-fg-2">{label}</h3>
        <p className="text-sm text-fg-3">{unknown}</p>
      </div>
    )
  }
  const large = text.length > SHOWN_AT_ONCE
  const parsed =
    value.whole && !large && /^[[({]/.test(text) && text.length > 2
      ? parsePythonLiteral(text, { dialect: value.source === 'event' ? 'saferepr' : 'python' })
      : null
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex min-h-6 items-center gap-2">
        <h3 className="text-xs font-medium text-fg-2">{label}</h3>
        {value.source !== null && <span className="text-2xs text-fg-3">{SOURCES[value.source]}</span>}
        {!value.whole && <Badge tone="warn">cut</Badge>}
        <span className="flex-1" />
        {parsed?.ok === true && (
          <Button variant="quiet" className="h-6 px-2 text-xs" aria-pressed={tree} onClick={() => setTree(!tree)}>
            {tree ? 'Text' : 'Tree'}
          </Button>
        )}
        <Copy text={text} label={`Copy ${label.toLowerCase()}`} />
      </div>
      {tree && parsed?.ok === true ? (
        <ValueTree value={parsed.value} />
      ) : (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="scroll-thin ring-inside max-h-80 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs break-words whitespace-pre-wrap"
        >
          {large && !all ? text.slice(0, SHOWN_AT_ONCE) : text}
        </pre>
      )}
      {large && !all && (
        <Button variant="quiet" className="h-6 self-start px-2 text-xs" onClick={() => setAll(true)}>
          Show all {formatBytes(text.length)}
        </Button>
      )}
      {!value.whole && (
        <p className="text-xs text-fg-3">Celery reported only part of it. The application can set result_extended.</p>
      )}
    </div>
  )
}
