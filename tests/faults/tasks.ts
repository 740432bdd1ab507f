/** The app of `umbel worker -A` in these tests. */
import { createFaultsApp } from './create-app.ts'

const { FAULTS_BROKER: broker = '', FAULTS_BACKEND: backend = broker, FAULTS_LEDGER: ledger = '' } = process.env

export const app = createFaultsApp({
  broker,
  backend,
  ledger,
  settings: JSON.parse(process.env['FAULTS_SETTINGS'] ?? '{}'),
})
