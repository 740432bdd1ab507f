/**
 * What reads and writes bodies besides JSON: compressions and serializers, handed in so that this room loads in the
 * browser without them and a page never carries a pickle reader. A program on Node takes `nodeCodecs`
 * (`lib/runtime/codecs.ts`); an app with signed messages puts its own serializer in front (`withSerializer`).
 */
import type { Codec } from './compression/codec.ts'
import type { Serializer } from './serialization/serializer.ts'

export interface Codecs {
  /** By mime type, e.g. `application/x-gzip`. */
  readonly compressions: Readonly<Record<string, Codec>>
  /** Besides json, raw and text; looked through first, so that one here may take over a content type. */
  readonly serializers: readonly Serializer[]
}

/** For where everything is plain JSON: control messages, the browser. */
export const noCodecs: Codecs = { compressions: {}, serializers: [] }

/** The same codecs with one more serializer, which wins over others with its name or content type. */
export function withSerializer(codecs: Codecs, serializer: Serializer): Codecs {
  return { ...codecs, serializers: [serializer, ...codecs.serializers] }
}
