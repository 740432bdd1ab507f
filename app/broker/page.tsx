import type { Metadata } from 'next'
import { BrokerPage } from '../../components/broker/broker-page.tsx'

export const metadata: Metadata = { title: 'Broker · Umbel' }

export default function Page() {
  return <BrokerPage />
}
