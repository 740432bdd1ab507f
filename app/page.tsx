import type { Metadata } from 'next'
import { Overview } from '../components/overview/overview.tsx'

export const metadata: Metadata = { title: 'Overview · Umbel' }

export default function Page() {
  return <Overview />
}
