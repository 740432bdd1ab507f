import { UmbelError } from '../../errors.ts'
import type { ActionDeps } from './action.ts'

/**
 * An order that cannot be sent now is refused, not kept for later: when the broker is back, the person may want
 * something else. Throws `broker/unreachable`, `broker/closed` or `broker/unsupported`.
 */
export function mustReach({ broker }: Pick<ActionDeps, 'broker'>): void {
  const { url } = broker
  if (!broker.supports.fanout) throw new UmbelError('broker/unsupported', { url, what: 'order workers about' })
  const { state, reason } = broker.status()
  if (state === 'closed') throw new UmbelError('broker/closed', { url })
  if (state !== 'ready') throw new UmbelError('broker/unreachable', { url, reason: reason ?? `it is ${state}` })
}
