import type { Metadata } from 'next'
import { nameOfPath } from '../../../../components/frame/name-of-path.ts'
import { SchedulePage } from '../../../../components/schedules/schedule-page.tsx'

type Props = { readonly params: Promise<{ readonly source: string; readonly name: readonly string[] }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${nameOf(await params)} · Schedules · Umbel` }
}

export default async function Page({ params }: Props) {
  const { source, name } = await params
  const id = `${nameOfPath(source)}/${nameOf({ name })}`
  return <SchedulePage key={id} id={id} />
}

/** A name may hold slashes, written as they are or as percent signs. */
function nameOf({ name }: { readonly name: readonly string[] }): string {
  return name.map(nameOfPath).join('/')
}
