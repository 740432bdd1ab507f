import { app, createService } from './service.ts'

const service = createService().listen(3000, () => process.stdout.write('http://localhost:3000\n'))

process.once('SIGTERM', () => {
  service.close(() => void app.close())
})
