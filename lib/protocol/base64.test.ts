import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import * as node from './base64.ts'

/** The same module as a browser loads it. */
async function loadWithoutBuffer(): Promise<typeof node> {
  vi.stubGlobal('Buffer', undefined)
  vi.resetModules()
  const browser = await import('./base64.ts')
  vi.unstubAllGlobals()
  // The files that run after this one load Node's again.
  vi.resetModules()
  return browser
}

describe('base64', () => {
  it('is the same in Node and in the browser', async () => {
    const browser = await loadWithoutBuffer()
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ unit: 'grapheme' }), (bytes, text) => {
        expect(browser.base64OfBytes(bytes)).toBe(node.base64OfBytes(bytes))
        expect([...browser.bytesOfBase64(node.base64OfBytes(bytes))]).toEqual([...bytes])
        expect(browser.base64OfText(text)).toBe(node.base64OfText(text))
        expect(browser.textOfBase64(node.base64OfText(text))).toBe(text)
        expect(node.textOfBase64(browser.base64OfText(text))).toBe(text)
      }),
    )
  })

  it('is read alike where it is damaged', async () => {
    const browser = await loadWithoutBuffer()
    const character = fc.constantFrom(...'AZaz09+/-_=*\n\r ü')
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        expect([...browser.bytesOfBase64(text)]).toEqual([...node.bytesOfBase64(text)])
      }),
    )
  })

  it('is told from other text, also when it is long', () => {
    expect(['', 'YQ==', 'YWI=', 'YWJj', 'YW\nJj'].every(node.isBase64)).toBe(true)
    expect(['*', 'YQ==YQ==', 'YQ===', 'ü', 'YW Jj'].some(node.isBase64)).toBe(false)
    expect(node.isBase64(`${'A'.repeat(20_000_000)}*`)).toBe(false)
  })
})
