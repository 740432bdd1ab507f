import type { StatusView } from '../../lib/live/views.ts'

type Kind = NonNullable<StatusView['broker']['refusal']>['kind']

/** What it means that a broker takes no message, and what to do about it. */
export function refusalWords(kind: Kind, url: string): { readonly title: string; readonly help: string } {
  const title = `${url} takes no new message: ${CAUSES[kind]}.`
  return { title, help: `Senders and workers get errors until it does. ${HELP[kind]}` }
}

const CAUSES: Readonly<Record<Kind, string>> = {
  memory: 'its memory is full',
  disk: 'it cannot save to its disk',
  replica: 'it is a replica that can only be read',
  replicas: 'too few of its replicas keep up',
}

const HELP: Readonly<Record<Kind, string>> = {
  memory: 'Raise maxmemory, or delete what nobody needs: results that never expire, a queue that nobody serves.',
  disk: 'See why in its log (a full disk, a folder it may not write), mend it, and run BGSAVE.',
  replica: 'Point Umbel and the workers at the master.',
  replicas: 'Bring the replicas back, or lower min-replicas-to-write.',
}
