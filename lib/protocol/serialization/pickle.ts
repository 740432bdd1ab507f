/** Python's own serializer: read as data, nothing of it is run (`pickle/read-pickle.ts`). */
import { readPickle } from '../pickle/read-pickle.ts'
import { writePickle } from '../pickle/write-pickle.ts'
import { reading } from './reading.ts'
import type { Serializer } from './serializer.ts'

export const pickleSerializer: Serializer = {
  name: 'pickle',
  contentType: 'application/x-python-serialize',
  contentEncoding: 'binary',
  encode: writePickle,
  decode: (bytes, _contentEncoding, options) => reading('a pickle', () => readPickle(bytes, options)),
}
