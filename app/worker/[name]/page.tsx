import type { Metadata } from 'next'
import { nameOfPath } from '../../../components/frame/name-of-path.ts'
import { WorkerPage } from '../../../components/workers/worker-page.tsx'

type Props = { readonly params: Promise<{ readonly name: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${nameOfPath((await params).name)} · Workers · Umbel` }
}

export default async function Page({ params }: Props) {
  const name = nameOfPath((await params).name)
  return <WorkerPage key={name} name={name} />
}
