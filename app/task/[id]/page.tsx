import { TaskPage } from '../../../components/tasks/task-page.tsx'

export const metadata = { title: 'Task · Umbel' }

export default async function Task({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params
  return <TaskPage id={decodeURIComponent(id)} />
}
