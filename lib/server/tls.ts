/** The certificate of the server: `--certfile`, `--keyfile`, `--ca-certs`. */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { messageOf, UmbelError } from '../errors.ts'

export interface TlsFiles {
  readonly certfile: string
  readonly keyfile: string
  /** Authorities that are sent along, and trusted for clients; null = none. */
  readonly caCerts: string | null
}

export type TlsMaterial = Pick<SecureContextOptions, 'cert' | 'key' | 'ca'>

/** Reads and checks the files. Throws `config/unreadable` naming the file, or what does not fit together. */
export async function readTls({ certfile, keyfile, caCerts }: TlsFiles): Promise<TlsMaterial> {
  const [cert, key] = await Promise.all([readOne(certfile), readOne(keyfile)])
  const material: TlsMaterial = { cert, key, ...(caCerts !== null && { ca: await readOne(caCerts) }) }
  try {
    createSecureContext(material)
  } catch (error) {
    const reason = `no certificate with its key can be made of it and ${keyfile}: ${messageOf(error)}`
    throw new UmbelError('config/unreadable', { file: certfile, reason }, error)
  }
  return material
}

async function readOne(file: string): Promise<Buffer> {
  try {
    return await readFile(expandPath(file))
  } catch (error) {
    throw new UmbelError('config/unreadable', { file, reason: messageOf(error) }, error)
  }
}

/** `~` is the home of whoever started us; anything else is seen from the working directory. */
export function expandPath(file: string): string {
  return resolve(file === '~' || file.startsWith('~/') ? homedir() + file.slice(1) : file)
}
