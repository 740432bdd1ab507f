import * as z from '../../runtime/shape.ts'
import { setting, text, textOrNone } from './setting.ts'

export const securitySettings = {
  security_key: textOrNone({ default: null, says: 'File with the private key that signs messages.' }),
  security_key_password: setting(
    z.union([z.string(), z.instanceof(Uint8Array)]).nullable(),
    'a text or bytes, or null',
    { default: null, says: 'What opens that file.' },
  ),
  security_certificate: textOrNone({ default: null, says: 'File with the X.509 certificate of that key.' }),
  security_cert_store: textOrNone({
    default: null,
    says: 'Certificates of those whose messages are believed, as a glob.',
  }),
  security_digest: text({ default: 'sha256', says: 'Digest that is signed.' }),
} as const
