/**
 * Reads what a flowerconfig.py sets, for people who come from Flower: assignments of plain values at the left margin.
 * The file is read, never run; what takes Python to know is told as a warning, with its line.
 */
import { messageOf } from '../../lib/errors.ts'
import type { ConfigFile } from './config-file.ts'
import { PythonFault, pythonValue } from './python-expression.ts'

interface Statement {
  readonly text: string
  /** From 1. */
  readonly line: number
}

const ASSIGNMENT = /^([A-Za-z_]\w*)\s*(?::[^=\n]+)?=(?!=)([\s\S]*)$/
const ANY_ASSIGNMENT = /^\s+([A-Za-z_]\w*)\s*=(?!=)/
const FUNCTION = /^(?:async\s+)?def\s+([A-Za-z_]\w*)/

/** `isOption` tells names that matter; all others may be whatever they are, as for Flower. */
export function parsePythonConfig(
  file: string,
  source: string,
  environment: Readonly<Record<string, string | undefined>>,
  isOption: (name: string) => boolean,
): ConfigFile {
  const variables = new Map<string, unknown>()
  const lines = new Map<string, number>()
  const warnings: string[] = []
  const warn = (line: number, name: string, reason: string) => {
    variables.delete(name)
    warnings.push(`${file}:${line}: ${name} is not taken: ${reason}`)
  }
  for (const { text, line } of statementsOf(source)) {
    const [, name, expression] = ASSIGNMENT.exec(text) ?? []
    if (name !== undefined && expression !== undefined) {
      lines.set(name, line)
      try {
        variables.set(name, pythonValue(expression, { variables, environment }))
      } catch (error) {
        if (!(error instanceof PythonFault)) throw error
        if (isOption(name))
          warn(line, name, `its value takes Python to know (${messageOf(error)}); set it in umbel.yaml`)
        else variables.delete(name)
      }
      continue
    }
    const defined = FUNCTION.exec(text)?.[1]
    if (defined === 'format_task') warn(line, defined, 'it is a function in Python; write it in umbel.config.ts')
    const inside = ANY_ASSIGNMENT.exec(text)?.[1]
    if (inside !== undefined && isOption(inside))
      warn(line, inside, 'it is set under a condition; set it in umbel.yaml')
  }
  const data = Object.fromEntries([...variables].filter(([name]) => isOption(name)))
  return { file, data, warnings, lineOf: ([name]) => lines.get(String(name)) ?? 1 }
}

/** Logical lines: strings over several lines and open brackets hold them together. */
function statementsOf(source: string): readonly Statement[] {
  const statements: Statement[] = []
  let [start, line, startLine, depth] = [0, 1, 1, 0]
  const end = (at: number) => {
    const text = source.slice(start, at)
    if (text.trim() !== '' && !text.trimStart().startsWith('#'))
      statements.push({ text: text.trimEnd(), line: startLine })
    start = at + 1
  }
  let at = 0
  while (at < source.length) {
    const sign = source[at] ?? ''
    if (sign === '"' || sign === "'") {
      const after = endOfString(source, at)
      line += source.slice(at, after).split('\n').length - 1
      at = after
      continue
    }
    if (sign === '#') {
      const newline = source.indexOf('\n', at)
      at = newline < 0 ? source.length : newline
      continue
    }
    if ('([{'.includes(sign)) depth += 1
    if (')]}'.includes(sign)) depth = Math.max(0, depth - 1)
    const isContinued = sign === '\n' && source[at - 1] === '\\'
    if (sign === '\n') line += 1
    if (depth === 0 && ((sign === '\n' && !isContinued) || sign === ';')) {
      end(at)
      startLine = line
    }
    at += 1
  }
  end(source.length)
  return statements
}

function endOfString(source: string, at: number): number {
  const quote = source[at] ?? ''
  const triple = quote.repeat(3)
  const closing = source.startsWith(triple, at) ? triple : quote
  for (let i = at + closing.length; i < source.length; i += 1) {
    if (source[i] === '\\') i += 1
    else if (source.startsWith(closing, i)) return i + closing.length
    else if (closing.length === 1 && source[i] === '\n') return i
  }
  return source.length
}
