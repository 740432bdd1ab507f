import { expect, it } from 'vitest'
import { createMemoryBroker } from '../lib/broker/memory/memory-broker.ts'
import { Celery } from '../lib/client/celery.ts'
import { createMemoryResults } from '../lib/results/memory/memory-results.ts'
import { createRuntime } from '../lib/runtime/runtime.ts'
import { registerBuiltInTasks } from './built-in-tasks.ts'

it('celery.backend_cleanup lets the backend clean up, where there is anything to do', async () => {
  const runtime = createRuntime()
  let cleaned = 0
  const results = {
    ...createMemoryResults({ runtime }),
    cleanup: async () => {
      cleaned++
    },
  }
  const app = new Celery('cleanup')
  registerBuiltInTasks(app)
  const cleanUp = app.tasks.get('celery.backend_cleanup')?.handler

  app.attach({ broker: createMemoryBroker({ runtime }), results, runtime })
  expect(await cleanUp?.()).toBeNull()
  expect(cleaned).toBe(1)
  app.attach({ broker: createMemoryBroker({ runtime }), results: null, runtime })
  expect(await cleanUp?.()).toBeNull()
})
