/** Small numbers for texts that repeat, so that a test on a text is made once and then looked up. 0 is no text. */
export interface TextIds {
  idOf(text: string | null): number
  text(id: number): string | null
  /** Ids are below this. */
  readonly size: number
  /** For every id whether the test holds; false for no text. */
  table(test: (text: string) => boolean): Uint8Array
  /** For every id the place of its text in the order of `keyOf`; equal keys have the same place, no text has NaN. */
  places(keyOf: (text: string) => string): Float64Array
  clear(): void
}

export function createTextIds(): TextIds {
  const ids = new Map<string, number>()
  let texts: (string | null)[] = [null]

  return {
    idOf(text) {
      if (text === null) return 0
      const known = ids.get(text)
      if (known !== undefined) return known
      ids.set(text, texts.length)
      return texts.push(text) - 1
    },
    text: (id) => texts[id] ?? null,
    get size() {
      return texts.length
    },
    table(test) {
      const table = new Uint8Array(texts.length)
      for (const [id, text] of texts.entries()) table[id] = text !== null && test(text) ? 1 : 0
      return table
    },
    places(keyOf) {
      const places = new Float64Array(texts.length).fill(Number.NaN)
      const keys = texts.map((text) => (text === null ? '' : keyOf(text)))
      const sorted = texts.flatMap((text, id) => (text === null ? [] : [id]))
      sorted.sort((a, b) => compareTexts(keys[a] ?? '', keys[b] ?? ''))
      let place = -1
      let before: string | undefined
      for (const id of sorted) {
        if (keys[id] !== before) place++
        before = keys[id]
        places[id] = place
      }
      return places
    },
    clear() {
      ids.clear()
      texts = [null]
    },
  }
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
