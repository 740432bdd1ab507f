import { formatPercent } from '../ui/format.ts'

/** From here on a multiple is easier to grasp than a percentage. */
const MANY_TIMES = 3

/** "▲ 40 % above yesterday", "▼ 25 % below yesterday", "▲ 12 times yesterday"; `change` 0.4 = 40 % more. */
export function changeWords(change: number): string {
  if (change >= MANY_TIMES) return `▲ ${Math.round(change + 1)} times yesterday`
  return change > 0 ? `▲ ${formatPercent(change)} above yesterday` : `▼ ${formatPercent(-change)} below yesterday`
}
