import type { Metadata } from 'next'
import { SchedulesPage } from '../../components/schedules/schedules-page.tsx'

export const metadata: Metadata = { title: 'Schedules · Umbel' }

export default function Page() {
  return <SchedulesPage />
}
