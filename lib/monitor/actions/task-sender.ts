/** Who sends tasks for people: the app that the dashboard was given, else one with Celery's own defaults. */
import type { Broker } from '../../broker/broker.ts'
import { currentApp, setCurrentApp } from '../../client/canvas/canvas-app.ts'
import { Celery } from '../../client/celery.ts'
import type { Sender } from '../../client/send.ts'
import type { Runtime } from '../../runtime/runtime.ts'

/** Made when it is first asked for: most dashboards never send. */
export function createTaskSender(deps: {
  readonly broker: Broker
  readonly runtime: Runtime
  readonly app: Celery | null
}): () => Sender {
  let sender: Sender | null = null
  return () => {
    sender ??= (deps.app ?? defaultApp()).senderOf(deps)
    return sender
  }
}

/** An app of our own must not become the one that canvases of a user's tasks are sent by. */
function defaultApp(): Celery {
  const before = currentApp()
  const app = new Celery('umbel')
  if (before !== null) setCurrentApp(before)
  return app
}
