/** What a canvas needs of an app. The app's class has all of it; canvases do not import it, for it imports them. */
import type { AsyncResult } from '../async-result.ts'
import type { Links } from '../connection.ts'
import type { ResultHome } from '../result-home.ts'
import type { Sender } from '../send.ts'
import type { Compiled } from '../settings/compile.ts'
import type { Conf } from '../settings/settings.ts'
import type { Signals } from '../signals.ts'
import type { RegisteredTask } from '../task.ts'

import type { CanvasResult } from './canvas-result.ts'
import type { EagerExtra } from './eager-canvas.ts'
import type { SignatureNode } from './node.ts'

export interface CanvasApp extends ResultHome {
  readonly name: string
  /** The queue in which its results come as messages (rpc://). */
  readonly oid: string
  readonly conf: Conf
  readonly compiled: Compiled
  readonly signals: Signals
  readonly tasks: ReadonlyMap<string, RegisteredTask>
  links(): Promise<Links>
  senderOf(links: Pick<Links, 'broker' | 'runtime'>): Sender
  /** Runs it in this process. */
  applyEagerly(node: SignatureNode, extra: EagerExtra): Promise<CanvasResult | null>
  result<R = unknown>(id: string): AsyncResult<R>
}

let current: CanvasApp | null = null

/** The app that was made last: for signatures that were made by a name alone. */
export function currentApp(): CanvasApp | null {
  return current
}

export function setCurrentApp(app: CanvasApp): void {
  current = app
}
