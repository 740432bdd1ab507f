import { useAction } from '../live/use-action.ts'
import { showToast } from '../ui/toast.ts'

export const SILENCE_HOUR_MS = 3_600_000

/** Holds what a rule tells for a time (0 ends that): done at once, with a way back (ux.md 4.1, level 0). */
export function useSilence(): (rule: string, forMs: number) => void {
  const { run } = useAction()
  const silence = (rule: string, forMs: number) =>
    // What the server refuses is said in a toast by useAction.
    void run('alert.silence', { rule, forMs }).then(
      () =>
        forMs === 0
          ? showToast({ text: `${rule}: messages are sent again.` })
          : showToast({
              text: `${rule} is silenced for ${forMs / SILENCE_HOUR_MS} h.`,
              action: { label: 'Undo', run: () => silence(rule, 0) },
            }),
      () => {},
    )
  return silence
}
