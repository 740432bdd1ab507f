/** One compression: bytes to fewer bytes and back. The list by mime type is in `codecs.ts`. */
export interface Codec {
  compress(bytes: Uint8Array): Uint8Array
  /** Throws `message/too-large` as soon as more than `maxBytes` come out, `message/invalid` for a broken stream. */
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array
}
