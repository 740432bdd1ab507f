'use client'

import { BellOff } from 'lucide-react'
import { Menu } from '../ui/menu.tsx'
import { SILENCE_HOUR_MS, useSilence } from './use-silence.ts'

const LENGTHS = [
  { label: 'For 1 hour', forMs: SILENCE_HOUR_MS },
  { label: 'For 4 hours', forMs: 4 * SILENCE_HOUR_MS },
  { label: 'For 24 hours', forMs: 24 * SILENCE_HOUR_MS },
] as const

type Props = { readonly rule: string; readonly isSilenced: boolean; readonly cannotAct: string | null }

/** Stops the messages of a rule for a while; it goes on being judged and shown. Done at once, with a way back. */
export function SilenceMenu({ rule, isSilenced, cannotAct }: Props) {
  const hold = useSilence()
  const silence = (forMs: number) => hold(rule, forMs)
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
