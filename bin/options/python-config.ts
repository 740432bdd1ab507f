/**
 * Reads what a flowerconfig.py sets, for people who come from Flower: assignments of plain values at the left margin.
 * The file is read, never run; what takes Python to know is told as a warning, with its line.
 */
import { resolve } from 'node:path'
import { messageOf } from '../../lib/errors.ts'
import type { ConfigFile } from './config-file.ts'
import { pythonValue } from './python-expression.ts'
import { PythonFault } from './python-tokens.ts'

interface Statement {
  readonly text: string
  /** From 1. */
  readonly line: number
}

/** One name or several before an `=`; `+=` adds to what was there. */
const ASSIGNMENT =
  /^(?!(?:else|try|finally)\b)\(?([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s*,?\)?\s*(?::[^=\n]+)?(\+?)=(?!=)([\s\S]*)$/
/** One under a condition, in a line of its own or behind it. */
const INSIDE = /^(?:\s+|\s*(?:if|elif|else|try|except|finally|for|while|with)\b.*:\s*)([A-Za-z_]\w*)\s*\+?=(?!=)/
/** What is set within has no meaning outside. */
const INNER_WORLD = /^(?:(?:async\s+)?def|class)\s+([A-Za-z_]\w*)/

/** Whether the source of a file without a telling name is Python: something is assigned at its left margin. */
export function looksLikePython(source: string): boolean {
  return source.split('\n').some((line) => /^[A-Za-z_]\w*\s*=(?!=)/.test(line))
}

/** `isOption` tells names that matter; all others may be whatever they are, as for Flower. */
export function parsePythonConfig(
  file: string,
  source: string,
  environment: Readonly<Record<string, string | undefined>>,
  isOption: (name: string) => boolean,
): ConfigFile {
  const variables = new Map<string, unknown>([['__file__', resolve(file)]])
  const lines = new Map<string, number>()
  const untaken = new Map<string, string>()
  const leave = (line: number, name: string, reason: string) => {
    variables.delete(name)
    lines.set(name, line)
    if (isOption(name)) untaken.set(name, `${file}:${line}: ${name} is not taken: ${reason}`)
  }
  const assign = (names: readonly string[], text: string, line: number, adds: boolean) => {
    const [first = ''] = names
    try {
      const value = pythonValue(adds ? `${first} + (${text})` : text, { variables, environment })
      const values = names.length === 1 ? [value] : Array.isArray(value) ? value : []
      if (values.length !== names.length) throw new PythonFault(`${names.length} values are wanted`)
      for (const [i, name] of names.entries()) {
        variables.set(name, values[i])
        lines.set(name, line)
        untaken.delete(name)
      }
    } catch (error) {
      if (!(error instanceof PythonFault)) throw error
      const reason = `its value takes Python to know (${messageOf(error)}); set it in umbel.yaml`
      for (const name of names) leave(line, name, reason)
    }
  }
  let isInner = false
  for (const { text, line } of statementsOf(source.replace(/^\uFEFF/, ''))) {
    const isOutermost = !/^\s/.test(text)
    if (isOutermost) isInner = INNER_WORLD.test(text)
    const defined = isOutermost ? INNER_WORLD.exec(text)?.[1] : undefined
    if (defined !== undefined) leave(line, defined, 'it is a function in Python; write it in umbel.config.ts')
    if (isInner) continue
    const targets: (readonly string[])[] = []
    let adds = false
    let rest = text
    for (let found = ASSIGNMENT.exec(rest); found !== null && !adds; found = ASSIGNMENT.exec(rest)) {
      targets.push((found[1] ?? '').split(',').map((name) => name.trim()))
      adds = found[2] === '+'
      rest = (found[3] ?? '').trimStart()
    }
    for (const names of targets) assign(names, rest, line, adds)
    const inside = INSIDE.exec(text)?.[1]
    if (inside !== undefined) leave(line, inside, 'it is set under a condition; set it in umbel.yaml')
  }
  const data = Object.fromEntries([...variables].filter(([name]) => isOption(name)))
  const warnings = [...untaken.values()]
  return { file, data, warnings, untaken, lineOf: ([name]) => lines.get(String(name)) ?? 1 }
}

/** Logical lines: strings over several lines and open brackets hold them together. */
function statementsOf(source: string): readonly Statement[] {
  const statements: Statement[] = []
  let [start, line, startLine, depth] = [0, 1, 1, 0]
  let indent = ''
  const end = (at: number) => {
    const written = source.slice(start, at)
    // Behind a semicolon it stands as deep as what is before it.
    if (source[start - 1] !== ';') indent = /^\s*/.exec(written)?.[0] ?? ''
    const text = indent + written.trimStart()
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
