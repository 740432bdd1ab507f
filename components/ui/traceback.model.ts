/** Reads the text of a Python traceback into its frames. What is not one stays plain lines. Pure. */
export interface TracebackFrame {
  readonly file: string
  readonly line: number
  readonly name: string
  /** The source line, and the marks Python puts under it. */
  readonly code: readonly string[]
  /** Not of a library: what the reader can change. */
  readonly own: boolean
}

export type TracebackPart =
  | { readonly kind: 'frame'; readonly frame: TracebackFrame }
  | { readonly kind: 'text'; readonly text: string }

const FRAME = /^\s*File "(.+)", line (\d+)(?:, in (.+))?$/
const LIBRARY = /site-packages|dist-packages|[\\/]lib[\\/]python\d|^<frozen|^<string>/

export function parseTraceback(text: string): readonly TracebackPart[] {
  const parts: TracebackPart[] = []
  let frame: { file: string; line: number; name: string; code: string[]; own: boolean } | null = null
  const lines = text.replace(/\r\n/g, '\n').trimEnd().split('\n')
  for (const line of lines) {
    const match = FRAME.exec(line)
    if (match !== null) {
      const file = match[1] ?? ''
      frame = { file, line: Number(match[2]), name: match[3] ?? '', code: [], own: !LIBRARY.test(file) }
      parts.push({ kind: 'frame', frame })
    } else if (frame !== null && /^ {4}/.test(line)) {
      frame.code.push(line.slice(4))
    } else {
      frame = null
      parts.push({ kind: 'text', text: line })
    }
  }
  return parts
}

/** The last line that names the exception: what a reader wants first. */
export function lastLine(text: string): string | null {
  const lines = text.trimEnd().split('\n')
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i] ?? ''
    if (/^[\w.]+(Error|Exception|Warning|Exit|Interrupt|Retry|Ignore|Reject)?\b/.test(line) && !line.startsWith(' '))
      return line
  }
  return null
}

/** The deepest frame in own code: where to look. */
export function ownFrame(parts: readonly TracebackPart[]): TracebackFrame | null {
  for (let i = parts.length - 1; i >= 0; i--) {
    const part = parts[i]
    if (part?.kind === 'frame' && part.frame.own) return part.frame
  }
  return null
}
