/** An envelope whose text is there already: for what is sent again and again and differs in a few words only. */
import type { Envelope } from './envelope.ts'

export class WrittenEnvelope implements Envelope {
  readonly body: string
  readonly 'content-encoding': string | null
  readonly 'content-type': string | null
  readonly headers: Envelope['headers']
  readonly properties: Envelope['properties']
  /** Private, so that a changed copy does not have it. */
  readonly #text: string

  constructor(text: string, { body, headers, properties, ...content }: Envelope) {
    this.body = body
    this['content-encoding'] = content['content-encoding']
    this['content-type'] = content['content-type']
    this.headers = headers
    this.properties = properties
    this.#text = text
  }

  /** Null for any other envelope. */
  static textOf(envelope: Envelope): string | null {
    return #text in envelope ? envelope.#text : null
  }
}

/** A text that stands for another one in an envelope that is written as a form: nobody else has it. */
export function createHole(): string {
  return `hole-${crypto.randomUUID()}`
}

/** The text cut at its holes: `pieces[n]`, then what belongs in the hole `names[n]`, and so on. */
export interface Form<N extends string> {
  readonly pieces: readonly string[]
  readonly names: readonly N[]
}

/** Holes are found where they are a JSON text of their own, quotes and all. */
export function cutForm<N extends string>(text: string, holes: Readonly<Record<N, string>>): Form<N> {
  const names = Object.keys(holes) as N[] // a record has no other keys
  const found = new RegExp(names.map((name) => `"${holes[name]}"`).join('|'), 'g')
  const nameOf = new Map(names.map((name) => [`"${holes[name]}"`, name]))
  const pieces: string[] = []
  const order: N[] = []
  let from = 0
  for (const match of text.matchAll(found)) {
    const name = nameOf.get(match[0])
    if (name === undefined) continue
    pieces.push(text.slice(from, match.index))
    order.push(name)
    from = match.index + match[0].length
  }
  pieces.push(text.slice(from))
  return { pieces, names: order }
}

/** `values` are JSON texts. Joined at once: a text that is added to piece by piece keeps its pieces until it is read. */
export function fillForm<N extends string>({ pieces, names }: Form<N>, values: Readonly<Record<N, string>>): string {
  const parts: string[] = new Array(2 * names.length + 1)
  parts[0] = pieces[0] ?? ''
  for (let at = 0; at < names.length; at++) {
    const name = names[at]
    parts[2 * at + 1] = name === undefined ? '' : values[name]
    parts[2 * at + 2] = pieces[at + 1] ?? ''
  }
  return parts.join('')
}
