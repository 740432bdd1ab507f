/** Numbers in sentences, as the page writes them (ux.md 5). */

/** `132 ms`, `4.2 s`, `3 m 07 s`, `2 h 14 m`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`
  const seconds = Math.floor(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} m ${String(seconds % 60).padStart(2, '0')} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} m` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** Like `duration`, in whole seconds: for a sentence that is renewed every second. */
export function age(ms: number): string {
  return ms < 10_000 ? `${Math.max(0, Math.floor(ms / 1_000))} s` : duration(ms)
}

/** `3,904` */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** `1 worker`, `3 workers` */
export function plural(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`
}

/** `21/s`, `3.1/s`, `12/min` */
export function rate(perSecond: number): string {
  if (perSecond >= 10) return `${count(perSecond)}/s`
  return perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${count(perSecond * 60)}/min`
}

/** Text cut at `most` characters, with a mark. Never inside a surrogate pair. */
export function clip(text: string | null, most: number): string | null {
  if (text === null || text.length <= most) return text
  const cut = text.slice(0, most - 1)
  const last = cut.charCodeAt(cut.length - 1)
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`
}
