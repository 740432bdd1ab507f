import type { Metadata } from 'next'
import { QueuePage } from '../../../components/queues/queue-page.tsx'

type Props = { readonly params: Promise<{ readonly name: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${decodeURIComponent((await params).name)} · Queues · Umbel` }
}

export default async function Page({ params }: Props) {
  const name = decodeURIComponent((await params).name)
  return <QueuePage key={name} name={name} />
}
