'use client'

import type { ReactNode } from 'react'
import type { QueueMessage } from '../../lib/live/http.ts'
import { ClassName } from '../classes/class-name.tsx'
import { Callout } from '../ui/callout.tsx'
import { Copy } from '../ui/copy.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Ago, Bytes, Unknown } from '../ui/numbers.tsx'
import { layOut } from './raw-text.ts'

/** One waiting message, whole: what was understood of it, and itself. */
export function MessageDialog({ message, onClose }: { readonly message: QueueMessage; readonly onClose: () => void }) {
  return (
    <Dialog open wide title={message.task ?? 'Message'} onClose={onClose}>
      <div className="flex flex-col gap-4 text-sm">
        {message.error !== null && (
          <Callout level="bad" title="This message could not be read.">
            {message.error}
          </Callout>
        )}
        <dl className="grid grid-cols-[7rem_1fr] gap-x-4 gap-y-1.5">
          {message.task !== null && (
            <Fact name="Task">
              <ClassName name={message.task} className="link" />
            </Fact>
          )}
          <Fact name="Id">
            <Text value={message.id} />
          </Fact>
          <Fact name="Arguments">
            <Text value={message.args} />
          </Fact>
          <Fact name="Keywords">
            <Text value={message.kwargs} />
          </Fact>
          <Fact name="Priority">{message.priority ?? <Unknown reason="The message carries none" />}</Fact>
          <Fact name="ETA">
            <Ago ms={message.etaMs} unknown="At once" />
          </Fact>
          <Fact name="Retries">{message.retries ?? <Unknown />}</Fact>
          <Fact name="Sent by">
            <Text value={message.origin} />
          </Fact>
          <Fact name="Size">
            <Bytes value={message.sizeBytes} />
          </Fact>
        </dl>
        <section aria-label="The message as it is">
          <div className="flex items-center justify-between">
            <h3 className="text-xs font-medium text-fg-2">The message as it is</h3>
            <Copy text={message.raw} label="Copy the message" />
          </div>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
            tabIndex={0}
            className="scroll-thin max-h-72 overflow-auto rounded-md border border-line bg-sunken p-2 font-mono text-xs break-all whitespace-pre-wrap"
          >
            {layOut(message.raw)}
          </pre>
        </section>
      </div>
    </Dialog>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

function Text({ value }: { readonly value: string | null }) {
  return value === null ? (
    <Unknown reason="The message does not say" />
  ) : (
    <span className="font-mono text-xs break-all">{value}</span>
  )
}
