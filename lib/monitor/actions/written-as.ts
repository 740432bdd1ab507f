/** How a repeated task is written: as the original was, since workers may accept nothing else (`accept_content`). */
import type { Codecs } from '../../protocol/codecs.ts'
import { codecFor } from '../../protocol/compression/compression.ts'
import type { Envelope } from '../../protocol/envelope.ts'
import { isRecord } from '../../protocol/record.ts'
import { serializerForWriting } from '../../protocol/serialization/serializers.ts'
import type { Inspector } from '../contracts.ts'

export interface WrittenAs {
  /** Name or content type; null where nothing is known. */
  readonly serializer: string | null
  readonly compression: string | null
}

export function writtenAs({ 'content-type': type, headers }: Envelope): WrittenAs {
  return { serializer: type, compression: textOrNull(headers['compression']) }
}

/** Where the message is gone: as the settings of the worker that had it say, if it told them. */
export function writtenBy(worker: string | null, inspector: Pick<Inspector, 'answers'>): WrittenAs {
  const told: unknown = worker === null ? null : inspector.answers(worker).conf?.value
  const conf = isRecord(told) ? told : {}
  return { serializer: textOrNull(conf['task_serializer']), compression: textOrNull(conf['task_compression']) }
}

/** Workers that verify signatures take nothing that has none. */
export function isSigned({ serializer }: WrittenAs): boolean {
  return serializer === 'auth' || serializer === 'application/data'
}

/** What of it can be written here: signed only with the keys of the dashboard's app. */
export function writable({ serializer, compression }: WrittenAs, codecs: Codecs): WrittenAs {
  const isWritten = (write: () => unknown) => {
    try {
      write()
      return true
    } catch {
      return false
    }
  }
  return {
    serializer:
      serializer !== null && isWritten(() => serializerForWriting(serializer, codecs.serializers)) ? serializer : null,
    compression: compression !== null && isWritten(() => codecFor(codecs, compression)) ? compression : null,
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
