/** Signed messages for an app, as Celery's `setup_security` wants them (wire.md B7). */
import { UmbelError } from '../errors.ts'
import type { Codecs } from '../protocol/codecs.ts'
import { signedCodecs } from '../runtime/signed-codecs.ts'
import type { Conf } from './settings/settings.ts'

/** What is left out comes from the settings `security_*`. */
export interface SecurityOptions {
  /** File with the private key, PEM, RSA. */
  readonly key?: string
  readonly keyPassword?: string
  /** File with the certificate of that key. */
  readonly cert?: string
  /** Folder or glob of the certificates that are trusted; our own must be there to read our own messages. */
  readonly store?: string
  readonly digest?: string
  /** Writes what is signed. */
  readonly serializer?: string
}

/**
 * The codecs of an app whose messages are signed. Throws option/invalid where Celery refuses too: for settings that
 * would send or take unsigned messages, and for files that cannot be used.
 */
export function securityCodecs(conf: Conf, options: SecurityOptions, nowMs: () => number): Codecs {
  mustBe('task_serializer', conf.task_serializer, 'auth')
  mustBe('accept_content', conf.accept_content.join(','), 'auth')
  const password = options.keyPassword ?? conf.security_key_password
  const files = {
    key: required('security_key', options.key ?? conf.security_key),
    keyPassword: typeof password === 'string' || password === null ? password : new TextDecoder().decode(password),
    certificate: required('security_certificate', options.cert ?? conf.security_certificate),
    store: required('security_cert_store', options.store ?? conf.security_cert_store),
    digest: options.digest ?? conf.security_digest,
  }
  return signedCodecs(files, options.serializer ?? 'json', nowMs)
}

function mustBe(option: string, value: string, wanted: string): void {
  if (value === wanted) return
  const expected = `'${wanted}' alone before setupSecurity(): there is no point in signing what is not verified`
  throw new UmbelError('option/invalid', { option, value, expected })
}

function required(option: string, value: string | null): string {
  if (value !== null) return value
  throw new UmbelError('option/invalid', { option, value: 'nothing', expected: 'the path of a file' })
}
