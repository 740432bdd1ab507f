'use client'

import { useState } from 'react'
import { Button } from './button.tsx'
import { Copy } from './copy.tsx'
import { cx } from './cx.ts'
import { parseTraceback } from './traceback.model.ts'

/** A Python traceback: frames in own code stand out, those of libraries fold; copying gives the exact text. */
export function Traceback({ text, label = 'Traceback' }: { readonly text: string; readonly label?: string }) {
  const [all, setAll] = useState(false)
  const parts = parseTraceback(text)
  const folded = parts.filter((part) => part.kind === 'frame' && !part.frame.own).length
  const anyOwn = parts.some((part) => part.kind === 'frame' && part.frame.own)
  const showAll = all || !anyOwn
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-sunken">
      <div className="flex items-center justify-between gap-2 border-b border-line px-3 py-1">
        <span className="text-2xs font-medium text-fg-3">Traceback, most recent call last</span>
        <span className="flex items-center gap-1">
          {anyOwn && folded > 0 && (
            <Button variant="quiet" className="h-6 px-2 text-xs" aria-pressed={all} onClick={() => setAll(!all)}>
              {all ? 'Own frames only' : `Show ${folded} library ${folded === 1 ? 'frame' : 'frames'}`}
            </Button>
          )}
          <Copy text={text} label="Copy traceback" />
        </span>
      </div>
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="scroll-thin ring-inside overflow-x-auto py-2 font-mono text-xs"
      >
        {parts.map((part, i) => {
          if (part.kind === 'text') {
            // The head of the box says it already.
            if (i === 0 && part.text.startsWith('Traceback (')) return null
            return (
              <div key={i} className={cx('px-3 whitespace-pre', i === 0 ? 'text-fg-3' : 'font-medium text-bad')}>
                {part.text}
              </div>
            )
          }
          const { frame } = part
          if (!frame.own && !showAll) return null
          return (
            <div key={i} className={cx('px-3 py-0.5', frame.own ? 'text-fg' : 'text-fg-3')}>
              <div className="whitespace-pre">
                <span>{frame.file}</span>
                <span className="text-fg-3">:{frame.line}</span>
                {frame.name !== '' && <span className="text-fg-2"> in {frame.name}</span>}
              </div>
              {frame.code.map((line, at) => (
                <div key={at} className="pl-4 whitespace-pre">
                  {line}
                </div>
              ))}
            </div>
          )
        })}
      </section>
    </div>
  )
}
