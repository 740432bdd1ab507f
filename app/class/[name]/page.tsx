import type { Metadata } from 'next'
import { ClassPage } from '../../../components/classes/class-page.tsx'
import { nameOfPath } from '../../../components/frame/name-of-path.ts'

type Props = { readonly params: Promise<{ readonly name: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${nameOfPath((await params).name)} · Umbel` }
}

export default async function Page({ params }: Props) {
  const name = nameOfPath((await params).name)
  return <ClassPage key={name} name={name} />
}
