export interface DecodeOptions {
  /** For values that are only passed on: `1.0` is a WholeFloat. */
  readonly exactFloats?: boolean
}

/** How a value becomes the bytes of a body. One file an implementation; `serializers.ts` is the list. */
export interface Serializer {
  /** Celery's name for it: `json`. */
  readonly name: string
  readonly contentType: string
  readonly contentEncoding: 'utf-8' | 'binary'
  encode(value: unknown): Uint8Array
  /** Throws `message/invalid`. Builds data only: nothing that a message names is ever looked up or called. */
  decode(bytes: Uint8Array, contentEncoding: string | null, options?: DecodeOptions): unknown
}
