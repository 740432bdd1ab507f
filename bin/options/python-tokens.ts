/** The signs of an expression in Python, and the texts and numbers among them. */
import { parsePythonLiteral } from '../../lib/protocol/literal.ts'

/** Why an expression has no value here; for a person. */
export class PythonFault extends Error {
  override readonly name = 'PythonFault'
}

const TOKEN =
  /\s*(?:#[^\n]*\s*|\\\n\s*)*((?:[rRbBuUfF]{0,2})(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*')|\d[\w.]*(?:[eE][+-]\d+)?|\.\d+\w*|[A-Za-z_]\w*|\*\*|\/\/|[=!<>]=|\S)?/y
const TEXT = /^[rRbBuUfF]{0,2}["']/

export function tokensOf(source: string): readonly string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.length) {
    const before = TOKEN.lastIndex
    const token = TOKEN.exec(source)?.[1]
    if (token !== undefined) tokens.push(token)
    else if (TOKEN.lastIndex === before) break
  }
  return tokens
}

export function isText(token: string | undefined): boolean {
  return token !== undefined && TEXT.test(token)
}

/** A text, or a number, by its sign. Of an f-string `fill` gives the text of what stands in its braces. */
export function literalOf(token: string, fill: (expression: string) => string): unknown {
  const prefix = /^[a-z]*/i.exec(isText(token) ? token : '')?.[0] ?? ''
  if (!/f/i.test(prefix)) return plain(isText(token) ? token : token.replaceAll('_', ''))
  const text = plain(prefix.replace(/f/i, '') + token.slice(prefix.length))
  return typeof text === 'string' ? filled(text, fill) : fault('an f-string of bytes')
}

function plain(token: string): unknown {
  const read = parsePythonLiteral(token)
  if (!read.ok) return fault(`${token.slice(0, 30)} is no literal`)
  return typeof read.value === 'bigint' ? Number(read.value) : read.value
}

/** `{{` and `}}` are braces. Forms after `:` or `!` are Python's own. */
function filled(text: string, fill: (expression: string) => string): string {
  return text.replace(/\{\{|\}\}|\{([^{}]*)\}/g, (whole, expression: string | undefined) => {
    if (expression === undefined) return whole.slice(1)
    if (/[!:]/.test(expression.replace(/"[^"]*"|'[^']*'|\[[^\]]*\]|!=/g, ''))) return fault('a form in an f-string')
    return fill(expression)
  })
}

export function fault(reason: string): never {
  throw new PythonFault(reason)
}
