/**
 * Celery's `auth` serializer (wire.md B7): the bytes of another serializer with a signature over exactly them. Who
 * signed is checked before anything inside is read. The keys are handed in; they need Node.
 */
import { UmbelError } from '../../errors.ts'
import { reading } from '../serialization/reading.ts'
import type { Serializer } from '../serialization/serializer.ts'
import { packSignedBody, unpackSignedBody } from './signed-body.ts'

export interface SigningKeys {
  /** The id of our own certificate. */
  readonly signer: string
  sign(bytes: Uint8Array): Uint8Array
  /** Throws `message/untrusted` for a signer that is unknown or expired, and for a signature that is not theirs. */
  verify(signer: string, bytes: Uint8Array, signature: Uint8Array): void
}

export interface AuthSerializerParts {
  readonly keys: SigningKeys
  /** Writes what is signed. */
  readonly inner: Serializer
  /** Finds the serializer for what others have signed. Throws `message/content-disallowed`. */
  readonly innerFor: (contentType: string) => Serializer
}

/** It has the content type of plain bytes, and takes it over: with it, bytes that nobody signed are refused. */
export function createAuthSerializer({ keys, inner, innerFor }: AuthSerializerParts): Serializer {
  return {
    name: 'auth',
    contentType: 'application/data',
    contentEncoding: 'utf-8',
    encode(value) {
      const body = inner.encode(value)
      const { contentType, contentEncoding } = inner
      return packSignedBody({ signer: keys.signer, signature: keys.sign(body), contentType, contentEncoding, body })
    },
    decode(bytes, _contentEncoding, options) {
      const signed = reading('a signed message', () => unpackSignedBody(bytes))
      keys.verify(signed.signer, signed.body, signed.signature)
      const serializer = innerFor(signed.contentType)
      if (serializer.contentType === 'application/data') {
        throw new UmbelError('message/untrusted', { reason: 'what is signed says nothing of its type' })
      }
      return serializer.decode(signed.body, signed.contentEncoding, options)
    },
  }
}
