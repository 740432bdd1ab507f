/**
 * All of kombu's serializers and compressions (wire.md B5): those of Node's zlib, and our own where Node has none. A
 * result is capped while it is being decompressed: a bomb of 0.5 MB that would become 512 MB costs no more than the cap.
 */
import { createRequire } from 'node:module'
// As a whole: an old Node without zstd could not even say that it is too old (lib/client/node-version.ts).
import * as zlib from 'node:zlib'
import { isUmbelError, UmbelError } from '../errors.ts'
import type { Codecs } from '../protocol/codecs.ts'
import { compressBzip2 } from '../protocol/compression/bzip2/compress.ts'
import { decompressBzip2 } from '../protocol/compression/bzip2/decompress.ts'
import type { Codec } from '../protocol/compression/codec.ts'
import { compressXz } from '../protocol/compression/xz/compress.ts'
import { decompressXz } from '../protocol/compression/xz/decompress.ts'
import { msgpackSerializer } from '../protocol/serialization/msgpack.ts'
import { pickleSerializer } from '../protocol/serialization/pickle.ts'
import { createYamlSerializer } from '../protocol/serialization/yaml.ts'
import type { YamlLibrary } from '../protocol/yaml/schema.ts'

type Decompress = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array

const compressions: Readonly<Record<string, Codec>> = {
  // kombu's "gzip" is a zlib stream. Other programs send the real thing; it is told apart by its first two bytes.
  'application/x-gzip': codec(zlib.deflateSync, (bytes, options) =>
    bytes[0] === 0x1f && bytes[1] === 0x8b ? zlib.gunzipSync(bytes, options) : zlib.inflateSync(bytes, options),
  ),
  'application/x-brotli': codec(zlib.brotliCompressSync, zlib.brotliDecompressSync),
  'application/x-bz2': codec(compressBzip2, (bytes, { maxOutputLength }) => decompressBzip2(bytes, maxOutputLength)),
  'application/x-lzma': codec(compressXz, (bytes, { maxOutputLength }) => decompressXz(bytes, maxOutputLength)),
  'application/zstd': codec(zlib.zstdCompressSync, zlib.zstdDecompressSync),
}

/** Loaded when the first message in YAML comes: most programs never see one. */
let yamlLibrary: YamlLibrary | null = null

function loadYaml(): YamlLibrary {
  // The types of js-yaml are those of the module that require gives.
  yamlLibrary ??= createRequire(import.meta.url)('js-yaml') as YamlLibrary
  return yamlLibrary
}

/** All that bodies and results can be written in. Reading never runs anything, so nothing here is unsafe to have. */
export const nodeCodecs: Codecs = {
  compressions,
  serializers: [createYamlSerializer(loadYaml), msgpackSerializer, pickleSerializer],
}

function codec(compress: (bytes: Uint8Array) => Uint8Array, decompress: Decompress): Codec {
  return {
    compress: (bytes) => compress(bytes),
    decompress(bytes, maxBytes) {
      try {
        return decompress(bytes, { maxOutputLength: maxBytes })
      } catch (error) {
        if (isUmbelError(error)) throw error
        if (isTooLarge(error)) {
          throw new UmbelError('message/too-large', { bytes: maxBytes + 1, limit: maxBytes }, error)
        }
        throw new UmbelError('message/invalid', { reason: 'broken compressed data', expected: 'a whole stream' }, error)
      }
    },
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}
