import { TasksPage } from '../../components/tasks/tasks-page.tsx'

export default function Tasks() {
  return <TasksPage />
}
