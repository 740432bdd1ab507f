import type { Metadata } from 'next'
import { nameOfPath } from '../../../components/frame/name-of-path.ts'
import { QueuePage } from '../../../components/queues/queue-page.tsx'

type Props = { readonly params: Promise<{ readonly name: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${nameOfPath((await params).name)} · Queues · Umbel` }
}

export default async function Page({ params }: Props) {
  const name = nameOfPath((await params).name)
  return <QueuePage key={name} name={name} />
}
