'use client'

import { BellOff } from 'lucide-react'
import { useAction } from '../live/use-action.ts'
import { Menu } from '../ui/menu.tsx'
import { showToast } from '../ui/toast.ts'

const HOUR = 3_600_000
const LENGTHS = [
  { label: 'For 1 hour', forMs: HOUR },
  { label: 'For 4 hours', forMs: 4 * HOUR },
  { label: 'For 24 hours', forMs: 24 * HOUR },
] as const

type Props = { readonly rule: string; readonly isSilenced: boolean; readonly cannotAct: string | null }

/** Stops the messages of a rule for a while; it goes on being judged and shown. Done at once, with a way back. */
export function SilenceMenu({ rule, isSilenced, cannotAct }: Props) {
  const action = useAction()
  // What the server refuses is said in a toast by useAction.
  const silence = (forMs: number) =>
    void action.run('alert.silence', { rule, forMs }).then(
      () =>
        forMs === 0
          ? showToast({ text: `${rule}: messages are sent again.` })
          : showToast({ text: `${rule} is silenced.`, action: { label: 'Undo', run: () => silence(0) } }),
      () => {},
    )
  return (
    <Menu
      label={`Silence ${rule}`}
      trigger={
        <>
          <BellOff size={14} strokeWidth={1.75} aria-hidden />
          Silence
        </>
      }
      items={[
        ...LENGTHS.map(({ label, forMs }) => ({ label, disabledReason: cannotAct, onSelect: () => silence(forMs) })),
        ...(isSilenced
          ? [{ label: 'Send messages again', disabledReason: cannotAct, onSelect: () => silence(0) }]
          : []),
      ]}
    />
  )
}
