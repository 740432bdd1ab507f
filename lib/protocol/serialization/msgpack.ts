import { readMsgpack } from '../msgpack/read-msgpack.ts'
import { writeMsgpack } from '../msgpack/write-msgpack.ts'
import { reading } from './reading.ts'
import type { Serializer } from './serializer.ts'

export const msgpackSerializer: Serializer = {
  name: 'msgpack',
  contentType: 'application/x-msgpack',
  contentEncoding: 'binary',
  encode: writeMsgpack,
  decode: (bytes, _contentEncoding, options) => reading('MessagePack', () => readMsgpack(bytes, options)),
}
