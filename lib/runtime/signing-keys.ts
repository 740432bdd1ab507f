/** Private key and certificates from files, for signed messages: Celery's rules of who is trusted (wire.md B7). */
import { constants, createHash, createPrivateKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto'
import * as fs from 'node:fs'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, UmbelError } from '../errors.ts'
import type { SigningKeys } from '../protocol/signing/auth-serializer.ts'
import { certificateId } from './certificate-id.ts'

export interface SigningFiles {
  /** PEM; RSA only. */
  readonly key: string
  readonly keyPassword?: string | null
  /** PEM of the certificate that belongs to the key. */
  readonly certificate: string
  /** A folder of certificates that are trusted, or a glob. */
  readonly store: string
  /** As Python names it: `sha256`, `sha3_256`. */
  readonly digest: string
}

/** Throws option/invalid for a file that cannot be used, also for a certificate in the store that has expired. */
export function openSigningKeys(files: SigningFiles, nowMs: () => number): SigningKeys {
  const key = readKey(files)
  const own = readCertificate('security_certificate', files.certificate)
  const trusted = readStore(files.store, nowMs())
  const digest = digestOf(files.digest)
  return {
    signer: own.id,
    sign: (bytes) => sign(digest, bytes, withPadding(key)),
    verify(signer, bytes, signature) {
      const certificate = trusted.get(signer)
      if (certificate === undefined) throw untrusted(`no certificate ${JSON.stringify(signer.slice(0, 200))}`)
      if (certificate.expiresMs <= nowMs()) throw untrusted(`the certificate ${JSON.stringify(signer)} has expired`)
      if (!isSignature(digest, bytes, certificate.key, signature)) throw untrusted('the signature does not fit')
    },
  }
}

interface Certificate {
  readonly id: string
  readonly key: KeyObject
  readonly expiresMs: number
}

function isSignature(digest: string, bytes: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    return verify(digest, bytes, withPadding(key), signature)
  } catch {
    return false // OpenSSL refuses some without comparing
  }
}

/** The longest salt that fits, as Celery signs; it takes no shorter one. */
function withPadding(key: KeyObject) {
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN }
}

function readKey({ key: file, keyPassword }: SigningFiles): KeyObject {
  const pem = readText('security_key', file)
  try {
    const key = createPrivateKey({ key: pem, ...(keyPassword ? { passphrase: keyPassword } : {}) })
    if (key.asymmetricKeyType === 'rsa') return key
  } catch (error) {
    throw invalid('security_key', file, `a private RSA key in PEM (${messageOf(error)})`)
  }
  throw invalid('security_key', file, 'a private key for RSA')
}

function readCertificate(option: string, file: string): Certificate {
  const pem = readText(option, file)
  try {
    const certificate = new X509Certificate(pem)
    const key = certificate.publicKey
    if (key.asymmetricKeyType === 'rsa') {
      return { id: certificateId(certificate.raw), key, expiresMs: certificate.validToDate.getTime() }
    }
  } catch (error) {
    throw invalid(option, file, `an X.509 certificate in PEM (${messageOf(error)})`)
  }
  throw invalid(option, file, 'a certificate for RSA')
}

function readStore(store: string, nowMs: number): ReadonlyMap<string, Certificate> {
  const option = 'security_cert_store'
  const trusted = new Map<string, Certificate>()
  for (const file of fs.globSync(isFolder(store) ? join(store, '*') : store)) {
    const certificate = readCertificate(option, file)
    if (certificate.expiresMs <= nowMs) throw invalid(option, file, 'certificates that have not expired')
    if (trusted.has(certificate.id)) throw invalid(option, file, 'each certificate once')
    trusted.set(certificate.id, certificate)
  }
  if (trusted.size === 0) throw invalid(option, store, 'a folder or glob with at least one certificate')
  return trusted
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw invalid(option, file, `a file that can be read (${messageOf(error)})`)
  }
}

/** Checked by trying it: OpenSSL decides what it has. */
function digestOf(name: string): string {
  const digest = name.toLowerCase().replaceAll('_', '-')
  try {
    createHash(digest)
  } catch {
    throw invalid('security_digest', name, 'the name of a digest, such as sha256')
  }
  return digest
}

function invalid(option: string, value: string, expected: string): UmbelError {
  return new UmbelError('option/invalid', { option, value, expected })
}

function untrusted(reason: string): UmbelError {
  return new UmbelError('message/untrusted', { reason })
}
