/** Stamps: values that travel with every message of a canvas, for monitors and for revoking (wire.md F9). Pure. */
import { copyOptions } from './clone.ts'
import {
  asNode,
  bodyOf,
  createGroup,
  headerTasksOf,
  isChain,
  isChord,
  isGroup,
  isNode,
  nodesOf,
  type SignatureNode,
  tasksOf,
} from './node.ts'

/** Names and values; with `stamped_headers` only those that it names are stamps. */
export type Stamps = Readonly<Record<string, unknown>>

/**
 * Says what to stamp, by where a signature stands in the canvas; names are the camelCase of Celery's. What the hooks
 * return is added to what came from above.
 */
export interface StampingVisitor {
  onSignature(sig: SignatureNode, headers: Stamps): Stamps | null | undefined
  onGroupStart?(group: SignatureNode, headers: Stamps): Stamps | null | undefined
  onGroupEnd?(group: SignatureNode, headers: Stamps): void
  onChainStart?(chain: SignatureNode, headers: Stamps): Stamps | null | undefined
  onChainEnd?(chain: SignatureNode, headers: Stamps): void
  /** The header is a group by then. Without this hook, onGroupStart is asked. */
  onChordHeaderStart?(chord: SignatureNode, headers: Stamps): Stamps | null | undefined
  onChordHeaderEnd?(chord: SignatureNode, headers: Stamps): void
  onChordBody?(chord: SignatureNode, headers: Stamps): Stamps | null | undefined
  onCallback?(callback: SignatureNode, headers: Stamps): Stamps | null | undefined
  onErrback?(errback: SignatureNode, headers: Stamps): Stamps | null | undefined
}

export function isVisitor(value: StampingVisitor | Stamps): value is StampingVisitor {
  return typeof value['onSignature' as keyof typeof value] === 'function'
}

export interface Stamping {
  readonly visitor: StampingVisitor | null
  /** A stamp that is there already becomes a list of both; else the visitor's wins. */
  readonly append: boolean
}

/** Stamps a signature and everything in it, in place. Groups, chains and chords themselves carry no stamps. */
export function stamp(node: SignatureNode, headers: Stamps, how: Stamping): void {
  if (isChain(node)) stampChain(node, headers, how)
  else if (isGroup(node)) stampGroup(node, headers, how)
  else if (isChord(node)) stampChord(node, headers, how)
  else {
    stampLinks(node, headers, how)
    const added = how.visitor === null ? null : (how.visitor.onSignature(node, headers) ?? {})
    Object.assign(node.options, collect(node, headers, added, how.append, true))
  }
}

function stampChain(chain: SignatureNode, headers: Stamps, how: Stamping): void {
  const { visitor } = how
  const added = visitor === null ? null : (visitor.onChainStart?.(chain, headers) ?? {})
  const all = collect(chain, headers, added, how.append, true)
  stampLinks(chain, all, { visitor, append: false })
  for (const task of tasksOf(chain)) stamp(task, all, how)
  visitor?.onChainEnd?.(chain, all)
}

function stampGroup(group: SignatureNode, headers: Stamps, how: Stamping): void {
  const { visitor } = how
  const added = visitor === null ? null : (visitor.onGroupStart?.(group, headers) ?? {})
  const all = collect(group, headers, added, how.append, true)
  stampLinks(group, all, how)
  for (const task of tasksOf(group)) stamp(task, all, how)
  visitor?.onGroupEnd?.(group, all)
}

function stampChord(chord: SignatureNode, headers: Stamps, how: Stamping): void {
  const { visitor } = how
  const tasks = headerTasksOf(chord)
  const added = visitor === null ? null : (headerStamps(visitor, chord, headers) ?? {})
  const all = collect(chord, headers, added, how.append, true)
  stampLinks(chord, all, how)
  for (const task of tasks) stamp(task, all, how)
  if (visitor === null) return
  if (visitor.onChordHeaderEnd !== undefined) visitor.onChordHeaderEnd(chord, all)
  else visitor.onGroupEnd?.(headerGroup(chord), all)
  const body = bodyOf(chord)
  if (body === null) return
  stamp(body, collect(chord, all, visitor.onChordBody?.(chord, all) ?? {}, how.append, true), how)
}

function headerStamps(visitor: StampingVisitor, chord: SignatureNode, headers: Stamps) {
  const group = headerGroup(chord)
  return visitor.onChordHeaderStart === undefined
    ? visitor.onGroupStart?.(group, headers)
    : visitor.onChordHeaderStart(chord, headers)
}

function headerGroup(chord: SignatureNode): SignatureNode {
  const { header } = chord.kwargs
  if (isNode(header) && isGroup(asNode(header))) return asNode(header)
  const group = createGroup([])
  group.kwargs['tasks'] = headerTasksOf(chord)
  chord.kwargs['header'] = group
  return group
}

/** Links get what comes from above and from the visitor, not the stamps of the signature on which they hang. */
function stampLinks(node: SignatureNode, headers: Stamps, how: Stamping): void {
  const { visitor } = how
  const hooks = [
    ['link', visitor?.onCallback],
    ['link_error', visitor?.onErrback],
  ] as const
  for (const [option, hook] of hooks) {
    let all: Stamps = headers
    for (const sig of linked(node, option)) {
      const added = visitor === null ? null : (hook?.call(visitor, sig, all) ?? {})
      all = collect(node, all, added, how.append, false)
      stamp(sig, all, how)
    }
  }
}

function linked(node: SignatureNode, option: string): SignatureNode[] {
  const list = nodesOf(node.options[option])
  if (list.length > 0) node.options[option] = list
  return list
}

/** What comes from above, from the visitor and (where wanted) from the signature itself, with all their names. */
function collect(
  { options }: SignatureNode,
  above: Stamps,
  added: Stamps | null,
  append: boolean,
  withOwn: boolean,
): Record<string, unknown> {
  const all: Record<string, unknown> = copyOptions(above)
  all['stamped_headers'] ??= Object.keys(all)
  if (added !== null) merge(all, { ...added, stamped_headers: added['stamped_headers'] ?? Object.keys(added) }, append)
  if (withOwn) {
    const names = new Set([...namesOf(all), ...namesOf(options)])
    all['stamped_headers'] = [...names]
    const own = Object.entries(options).filter(([name]) => names.has(name))
    merge(all, Object.fromEntries(own), append)
  }
  all['stamped_headers'] = [...new Set(namesOf(all))]
  return all
}

function namesOf({ stamped_headers: names }: Stamps): string[] {
  return Array.isArray(names) ? names.map(String) : []
}

/** Lists grow by what comes; a single value that comes twice stays, or becomes a list when values are appended. */
function merge(into: Record<string, unknown>, from: Stamps, append: boolean): void {
  for (const [name, value] of Object.entries(from)) {
    if (!(name in into)) {
      into[name] = value
      continue
    }
    const there = into[name]
    const isSingle = typeof there === 'string' || typeof there === 'number' || typeof there === 'boolean'
    const list = isSingle ? [there] : there
    if (Array.isArray(list) && Array.isArray(value) && !(isSingle && !append)) into[name] = [...list, ...value]
    else if (append) into[name] = [...(Array.isArray(list) ? list : []), value]
  }
}
