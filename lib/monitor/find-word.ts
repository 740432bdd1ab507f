/**
 * Finding words in a text in time that grows with the text alone. `indexOf` is that fast for the words of people, and a
 * regular expression for sixty of them at once; but both take minutes for a word made for it, as `aaaabaaaa`, in a text
 * of nothing but `a`.
 */
export type WordFinder = (text: string, from: number) => number

/** A part of the word that stands in it twice may be so long. Ids with many zeros stay below it. */
const MOST_REPEATED = 10

/** `indexOf` of this word. */
export function wordFinder(word: string): WordFinder {
  if (!repeatsItself(word)) return (text, from) => text.indexOf(word, from)
  const table = borders(word)
  return (text, from) => findByTable(text, from, word, table)
}

/** Finders that find all of these words together: each its own share of them. */
export function wordFinders(words: readonly string[]): readonly WordFinder[] {
  if (words.length <= 1) return words.map(wordFinder)
  const plain = words.filter((word) => !repeatsItself(word))
  const repeating = words.filter(repeatsItself).map(wordFinder)
  return plain.length > 0 ? [anyFinder(plain), ...repeating] : repeating
}

/** The engine compiles the words into one tree of characters: sixty take little longer than one. */
function anyFinder(words: readonly string[]): WordFinder {
  const any = new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'g')
  return (text, from) => {
    any.lastIndex = from
    return any.exec(text)?.index ?? -1
  }
}

export function wordTest(word: string): (text: string) => boolean {
  const find = wordFinder(word)
  return (text) => find(text, 0) >= 0
}

function repeatsItself(word: string): boolean {
  if (word.length <= MOST_REPEATED) return false
  const reversed = Array.from({ length: word.length }, (_, i) => word.charAt(word.length - 1 - i)).join('')
  return [word, reversed].some((one) => borders(one).some((border) => border > MOST_REPEATED))
}

/** For each beginning of the word how much of its own beginning it ends with (Knuth, Morris and Pratt). */
function borders(word: string): Int32Array {
  const table = new Int32Array(word.length)
  for (let i = 1, border = 0; i < word.length; i++) {
    const unit = word.charCodeAt(i)
    while (border > 0 && word.charCodeAt(border) !== unit) border = table[border - 1] ?? 0
    if (word.charCodeAt(border) === unit) border++
    table[i] = border
  }
  return table
}

function findByTable(text: string, from: number, word: string, table: Int32Array): number {
  for (let i = Math.max(0, from), matched = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    while (matched > 0 && word.charCodeAt(matched) !== unit) matched = table[matched - 1] ?? 0
    if (word.charCodeAt(matched) === unit) matched++
    if (matched === word.length) return i - matched + 1
  }
  return -1
}
