import type { AttentionView } from '../../lib/live/views.ts'
import { SILENCE_HOUR_MS, useSilence } from '../alerts/use-silence.ts'
import { useMe } from '../live/use-me.ts'
import { Button } from '../ui/button.tsx'
import { useRouter } from '../ui/navigation.ts'

/** What can be done about it from here: hold what an alert tells, or do what failed again (ux.md 2.1). */
export function AttentionDeed({ item: { deed, text } }: { readonly item: AttentionView }) {
  const { cannotAct } = useMe()
  const silence = useSilence()
  const router = useRouter()
  // Its place is kept, so that "Open" stands in one column.
  if (deed === null) return <span className="w-19 shrink-0" />
  const isSilence = deed.kind === 'silence'
  const act = () => {
    if (isSilence) silence(deed.rule, SILENCE_HOUR_MS)
    else router.push(`/tasks?q=${encodeURIComponent(deed.q)}&do=retry`)
  }
  return (
    <Button
      variant="quiet"
      className="mt-0.5 h-6 w-19 shrink-0 px-2 text-xs"
      disabledReason={cannotAct}
      aria-label={isSilence ? `Silence ${deed.rule} for an hour` : `Retry… ${text}`}
      data-tip={isSilence ? 'Nobody is told for an hour; it stays on the page of alerts' : 'Choose what is sent again'}
      onClick={act}
    >
      {isSilence ? 'Silence' : 'Retry…'}
    </Button>
  )
}
