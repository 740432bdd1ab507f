/**
 * The compressions of message bodies and results by the mime type that names them on the wire (wire.md B5). The codecs
 * themselves are handed in (`codecs.ts`), so that this room loads in the browser.
 */
import { UmbelError } from '../../errors.ts'
import type { Codecs } from '../codecs.ts'
import type { Codec } from './codec.ts'

/** kombu's names for its compressions. Its "gzip" is a zlib stream. */
const ALIASES: Readonly<Record<string, string>> = {
  gzip: 'application/x-gzip',
  zlib: 'application/x-gzip',
  bzip2: 'application/x-bz2',
  bzip: 'application/x-bz2',
  lzma: 'application/x-lzma',
  xz: 'application/x-lzma',
  brotli: 'application/x-brotli',
  zstd: 'application/zstd',
  zstandard: 'application/zstd',
}

/** The names that settings and calls may give. */
export const COMPRESSION_NAMES: readonly string[] = Object.keys(ALIASES)

/** Whether a name or mime type is one that kombu knows too. */
export function isCompression(name: string): boolean {
  return Object.hasOwn(ALIASES, name) || Object.values(ALIASES).includes(name)
}

/** The mime type for a name such as `gzip`; a mime type stays itself. */
export function compressionMime(name: string): string {
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name
}

/** The codec for a name or mime type. Throws `message/compression-unsupported`. */
export function codecFor({ compressions }: Codecs, name: string): Codec {
  const mime = compressionMime(name)
  const codec = Object.hasOwn(compressions, mime) ? compressions[mime] : undefined
  if (codec === undefined) throw new UmbelError('message/compression-unsupported', { compression: name.slice(0, 100) })
  return codec
}
