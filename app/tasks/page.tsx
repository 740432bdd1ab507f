import { TasksPage } from '../../components/tasks/tasks-page.tsx'

export const metadata = { title: 'Tasks · Umbel' }

export default function Tasks() {
  return <TasksPage />
}
