import type { Metadata } from 'next'
import { WorkerPage } from '../../../components/workers/worker-page.tsx'

type Props = { readonly params: Promise<{ readonly name: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${decodeURIComponent((await params).name)} · Workers · Umbel` }
}

export default async function Page({ params }: Props) {
  const name = decodeURIComponent((await params).name)
  return <WorkerPage key={name} name={name} />
}
