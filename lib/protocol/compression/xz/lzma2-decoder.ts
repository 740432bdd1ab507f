/** LZMA2: chunks that say how long they are, before and after, so that a bomb is known before it is opened. */
import type { ByteReader } from '../../byte-reader.ts'
import { type BoundedOutput, brokenStream } from '../bounded-output.ts'
import { decodeLzma } from './lzma-decoder.ts'
import { createModel, type Model, type Properties } from './lzma-model.ts'

/** Up to the end mark. Throws `message/too-large` and `message/invalid`. */
export function decodeLzma2(reader: ByteReader, output: BoundedOutput): void {
  let model: Model | null = null
  let start: number | null = null
  let needsState = true
  for (;;) {
    const control = reader.u8()
    if (control === 0) return
    if (control >= 0xe0 || control === 1) start = output.length
    else if (start === null) throw brokenStream('lzma2 without a dictionary')
    if (control < 0x80) {
      if (control > 2) throw brokenStream('an unknown chunk of lzma2')
      copy(reader, output)
      needsState = true
      continue
    }
    const size = (control & 0x1f) * 0x10000 + u16(reader) + 1
    const codedSize = u16(reader) + 1
    if (control >= 0xc0) model = createModel(propertiesOf(reader.u8()))
    else if (model === null) throw brokenStream('lzma2 without properties')
    else if (control >= 0xa0) model = createModel(model.properties)
    else if (needsState) throw brokenStream('lzma2 without a state')
    needsState = false
    decodeLzma(model, reader.take(codedSize), output, { size, start: start ?? 0 })
  }
}

function copy(reader: ByteReader, output: BoundedOutput): void {
  const size = u16(reader) + 1
  output.room(size).set(reader.take(size), output.length)
  output.advance(size)
}

function propertiesOf(byte: number): Properties {
  const pb = Math.floor(byte / 45)
  const lp = Math.floor((byte % 45) / 9)
  const lc = byte % 9
  if (byte >= 225 || lc + lp > 4) throw brokenStream('unknown properties of lzma')
  return { lc, lp, pb }
}

function u16(reader: ByteReader): number {
  return reader.u8() * 0x100 + reader.u8()
}
