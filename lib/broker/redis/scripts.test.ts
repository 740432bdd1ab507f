import { expect, test } from 'vitest'
import { scripts } from './scripts.ts'

/** The names in a script's head, below KEYS or ARGV: `1 name   what it is`; a dot stands for several. */
function namesIn(source: string, part: 'KEYS' | 'ARGV'): readonly string[] {
  const head = source.slice(0, source.indexOf(']]'))
  const lines = head.split('\n')
  const names: string[] = []
  let inside = false
  for (const line of lines) {
    const [, section, name] = /^\s*(KEYS|ARGV)?\s+(?:\d+|\.)\s+(\w+)/.exec(line) ?? []
    if (section !== undefined) inside = section === part
    if (name === undefined && section === undefined) inside = inside && line.trim() !== ''
    if (inside && name !== undefined) names.push(name)
  }
  return names
}

test.each(Object.entries(scripts))('%s: names in TypeScript are those of the head, in the same order', (_, script) => {
  expect(namesIn(script.source, 'KEYS')).toEqual(script.keys)
  expect(namesIn(script.source, 'ARGV')).toEqual(script.args)
})
