/**
 * Regular expressions from strangers (`matcher: pcre`, wire.md D1), matched in linear time by following all states at
 * once, so that no pattern can keep a worker busy. Has what node names need: characters, `.`, `[...]`, `\d \w \s`,
 * groups, `|`, `* + ?`, `{m,n}` and `^ $`. References and look-around are refused.
 */

const MAX_PATTERN_LENGTH = 1000
const MAX_REPEAT = 100
const MAX_STATES = 10_000

type Test = (character: string) => boolean

type Node =
  | { readonly type: 'one'; readonly test: Test }
  | { readonly type: 'edge'; readonly at: 'start' | 'end' }
  | { readonly type: 'all'; readonly nodes: readonly Node[] }
  | { readonly type: 'any'; readonly nodes: readonly Node[] }
  | { readonly type: 'repeat'; readonly node: Node; readonly min: number; readonly max: number }

/** Does the pattern match at the start of the text (Python's re.match)? False also for a pattern that is refused. */
export function matchesAtStart(pattern: string, text: string): boolean {
  if (pattern.length > MAX_PATTERN_LENGTH) return false
  try {
    const program: State[] = []
    const first = compile(parse(pattern), program, program.push({ type: 'match' }) - 1)
    return run(program, first, [...text])
  } catch (error) {
    if (error instanceof Refused) return false
    throw error
  }
}

class Refused extends Error {}

interface Source {
  readonly characters: readonly string[]
  at: number
  depth: number
}

function parse(pattern: string): Node {
  const source: Source = { characters: [...pattern], at: 0, depth: 0 }
  const node = parseAny(source)
  if (source.at < source.characters.length) throw new Refused('a bracket too many')
  return node
}

function parseAny(source: Source): Node {
  const nodes = [parseAll(source)]
  while (source.characters[source.at] === '|') {
    source.at++
    nodes.push(parseAll(source))
  }
  return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { type: 'any', nodes }
}

function parseAll(source: Source): Node {
  const nodes: Node[] = []
  for (;;) {
    const next = source.characters[source.at]
    if (next === undefined || next === '|' || next === ')') return { type: 'all', nodes }
    nodes.push(parseRepeat(source, parseOne(source)))
  }
}

function parseOne(source: Source): Node {
  const character = source.characters[source.at++] ?? ''
  switch (character) {
    case '^':
      return { type: 'edge', at: 'start' }
    case '$':
      return { type: 'edge', at: 'end' }
    case '.':
      return { type: 'one', test: (one) => one !== '\n' }
    case '(':
      return parseGroup(source)
    case '[':
      return { type: 'one', test: parseSet(source) }
    case '\\':
      return { type: 'one', test: parseEscape(source) }
    case '*':
    case '+':
    case '?':
      throw new Refused('nothing to repeat')
  }
  return { type: 'one', test: (one) => one === character }
}

function parseGroup(source: Source): Node {
  if (++source.depth > 50) throw new Refused('too many brackets')
  if (source.characters[source.at] === '?') {
    if (source.characters[source.at + 1] !== ':') throw new Refused('(? is not supported')
    source.at += 2
  }
  const node = parseAny(source)
  if (source.characters[source.at++] !== ')') throw new Refused('a bracket is not closed')
  source.depth--
  return node
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  d: /^\d$/,
  D: /^\D$/,
  w: /^[\p{L}\p{N}_]$/u,
  W: /^[^\p{L}\p{N}_]$/u,
  s: /^\s$/,
  S: /^\S$/,
}
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' }

function parseEscape(source: Source): Test {
  const name = source.characters[source.at++]
  if (name === undefined) throw new Refused('nothing after \\')
  const pattern = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined
  if (pattern !== undefined) return (one) => pattern.test(one)
  const control = Object.hasOwn(CONTROLS, name) ? CONTROLS[name] : undefined
  if (control === undefined && /[A-Za-z0-9]/.test(name)) throw new Refused(`\\${name} is not supported`)
  const character = control ?? name
  return (one) => one === character
}

function parseSet(source: Source): Test {
  const negated = source.characters[source.at] === '^'
  if (negated) source.at++
  const tests: Test[] = []
  for (let first = true; ; first = false) {
    const character = source.characters[source.at++]
    if (character === undefined) throw new Refused('[ is not closed')
    if (character === ']' && !first) break
    if (character === '\\') {
      tests.push(parseEscape(source))
      continue
    }
    const to = source.characters[source.at + 1]
    if (source.characters[source.at] === '-' && to !== undefined && to !== ']') {
      if (to === '\\' || to < character) throw new Refused('a range that is none')
      source.at += 2
      tests.push((one) => one >= character && one <= to)
    } else tests.push((one) => one === character)
  }
  return (one) => tests.some((test) => test(one)) !== negated
}

function parseRepeat(source: Source, node: Node): Node {
  let repeated = node
  for (let times = 0; ; times++) {
    const bounds = parseBounds(source)
    if (bounds === null) return repeated
    if (times > 0 || node.type === 'edge') throw new Refused('a repeat of a repeat')
    if (source.characters[source.at] === '?') source.at++ // lazy: the same texts match
    repeated = { type: 'repeat', node: repeated, ...bounds }
  }
}

function parseBounds(source: Source): { min: number; max: number } | null {
  const next = source.characters[source.at]
  if (next === '*' || next === '+' || next === '?') {
    source.at++
    return { min: next === '+' ? 1 : 0, max: next === '?' ? 1 : Number.POSITIVE_INFINITY }
  }
  if (next !== '{') return null
  const found = /^\{(\d{0,4})(,(\d{0,4}))?\}/.exec(source.characters.slice(source.at, source.at + 12).join(''))
  if (found === null) throw new Refused('{ is not supported here')
  source.at += found[0].length
  const min = Number(found[1] || '0')
  const max = found[2] === undefined ? min : found[3] ? Number(found[3]) : Number.POSITIVE_INFINITY
  if (min > MAX_REPEAT || (max !== Number.POSITIVE_INFINITY && max > MAX_REPEAT) || max < min) {
    throw new Refused('too many repeats')
  }
  return { min, max }
}

type State =
  | { readonly type: 'match' }
  | { readonly type: 'one'; readonly test: Test; readonly next: number }
  | { readonly type: 'edge'; readonly at: 'start' | 'end'; readonly next: number }
  | { readonly type: 'split'; readonly next: number[] }

/** Adds the states of a node in front of state `next`; gives back its first state. */
function compile(node: Node, program: State[], next: number): number {
  if (program.length > MAX_STATES) throw new Refused('too large')
  switch (node.type) {
    case 'one':
      return program.push({ type: 'one', test: node.test, next }) - 1
    case 'edge':
      return program.push({ type: 'edge', at: node.at, next }) - 1
    case 'all':
      return node.nodes.reduceRight((after, one) => compile(one, program, after), next)
    case 'any':
      return program.push({ type: 'split', next: node.nodes.map((one) => compile(one, program, next)) }) - 1
    case 'repeat':
      return compileRepeat(node, program, next)
  }
}

function compileRepeat(node: Node & { type: 'repeat' }, program: State[], next: number): number {
  let after = next
  if (node.max === Number.POSITIVE_INFINITY) {
    const targets = [next]
    after = program.push({ type: 'split', next: targets }) - 1
    targets.push(compile(node.node, program, after))
  } else {
    for (let times = node.min; times < node.max; times++) {
      after = program.push({ type: 'split', next: [next, compile(node.node, program, after)] }) - 1
    }
  }
  for (let times = 0; times < node.min; times++) after = compile(node.node, program, after)
  return after
}

function run(program: readonly State[], first: number, text: readonly string[]): boolean {
  let states = reach(program, [first], 0, text.length)
  for (let at = 0; ; at++) {
    if (states.some((state) => program[state]?.type === 'match')) return true
    const character = text[at]
    if (character === undefined || states.length === 0) return false
    const moved: number[] = []
    for (const index of states) {
      const state = program[index]
      if (state?.type === 'one' && state.test(character)) moved.push(state.next)
    }
    states = reach(program, moved, at + 1, text.length)
  }
}

/** All states that can be had without reading a character, each once. */
function reach(program: readonly State[], from: readonly number[], at: number, length: number): number[] {
  const seen = new Set<number>()
  const pending = [...from]
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (seen.has(index)) continue
    seen.add(index)
    const state = program[index]
    if (state?.type === 'split') pending.push(...state.next)
    if (state?.type === 'edge' && (state.at === 'start' ? at === 0 : at === length)) pending.push(state.next)
  }
  return [...seen]
}
