/** Colours, for terminals only. */
export interface Style {
  cyan(text: string): string
  green(text: string): string
  red(text: string): string
}

const PLAIN = (text: string) => text
const bold = (color: number) => (text: string) => `\u001b[1;${color}m${text}\u001b[0m`

export function createStyle(noColor: boolean): Style {
  if (noColor || process.stdout.isTTY !== true) return { cyan: PLAIN, green: PLAIN, red: PLAIN }
  return { cyan: bold(36), green: bold(32), red: bold(31) }
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** What comes from messages must not steer a terminal; what goes into a pipe stays as it is. */
export function harmless(text: string): string {
  return process.stdout.isTTY === true ? text.replace(/(?![\n\t])\p{Cc}/gu, '?') : text
}
