/** Tests on texts, made to be asked very often. */

export type TextTest = (text: string) => boolean

/** Finds `wanted` anywhere in a text; case does not count. */
export function findText(wanted: string): TextTest {
  const folded = wanted.toLowerCase()
  // Digits and signs have no case: the text need not be folded then.
  if (folded === wanted.toUpperCase()) return (text) => text.length >= folded.length && text.includes(folded)
  return (text) => text.length >= folded.length && text.toLowerCase().includes(folded)
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
