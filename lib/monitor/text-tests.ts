/** Tests on texts, made to be asked very often. */
import { wordTest } from './find-word.ts'
import { fold } from './flower-search.ts'

export type TextTest = (text: string) => boolean

/** Finds `wanted` anywhere in a text; case does not count. */
export function findText(wanted: string): TextTest {
  const folded = fold(wanted)
  const isIn = wordTest(folded)
  // Digits and signs have no case: the text need not be folded then.
  return folded === wanted.toUpperCase() ? isIn : (text) => isIn(fold(text))
}

/** The same test, which remembers its answers: for texts that are few but asked often. */
export function remembered(test: TextTest, max = 1_000): TextTest {
  const answers = new Map<string, boolean>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined) return known
    const answer = test(text)
    if (answers.size < max) answers.set(text, answer)
    return answer
  }
}
