import { nameOfPath } from '../../../components/frame/name-of-path.ts'
import { TaskPage } from '../../../components/tasks/task-page.tsx'

export const metadata = { title: 'Task · Umbel' }

export default async function Task({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params
  return <TaskPage id={nameOfPath(id)} />
}
