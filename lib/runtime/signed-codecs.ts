/** Codecs for an app with signed messages: Node's, with the `auth` serializer in front. */
import { type Codecs, withSerializer } from '../protocol/codecs.ts'
import { serializerForReading, serializerForWriting } from '../protocol/serialization/serializers.ts'
import { createAuthSerializer } from '../protocol/signing/auth-serializer.ts'
import { nodeCodecs } from './codecs.ts'
import { openSigningKeys, type SigningFiles } from './signing-keys.ts'

/**
 * `serializer` writes what is signed. What trusted peers sign may be in any format, as in Celery.
 * Throws option/invalid.
 */
export function signedCodecs(files: SigningFiles, serializer: string, nowMs: () => number): Codecs {
  const keys = openSigningKeys(files, nowMs)
  const { serializers } = nodeCodecs
  return withSerializer(
    nodeCodecs,
    createAuthSerializer({
      keys,
      inner: serializerForWriting(serializer, serializers),
      innerFor: (contentType) => serializerForReading(contentType, [contentType], serializers),
    }),
  )
}
