/** The escapes of Python's string literals. */

const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|(\r\n|.))/gs

const SHORT: Readonly<Record<string, string>> = {
  '\n': '',
  '\r': '',
  '\r\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** The text that escapes stand for; null for one that Python refuses, or that needs its table of names (`\N{...}`). */
export function decodeEscapes(text: string, isBytes: boolean): string | null {
  if (!text.includes('\\')) return text
  let broken = false
  const decoded = text.replace(ESCAPE, (whole, hex, four, eight, octal, other: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & (isBytes ? 0xff : 0x1ff))
    if (four !== undefined || eight !== undefined) {
      if (isBytes) return whole
      const code = Number.parseInt(four ?? eight, 16)
      if (code <= 0x10ffff) return String.fromCodePoint(code)
      broken = true
      return ''
    }
    if (other !== undefined && Object.hasOwn(SHORT, other)) return SHORT[other] ?? ''
    if (other === 'x' || (!isBytes && (other === 'u' || other === 'U' || other === 'N'))) broken = true
    return whole // Python keeps an unknown escape as it is
  })
  return broken ? null : decoded
}
