/** The ids that were revoked: bounded, oldest out first, each for three hours (worker-beat.md 1.7). */
export interface RevokedOptions {
  readonly limit: number
  readonly lifeMs: number
}

/** CELERY_WORKER_REVOKES_MAX and CELERY_WORKER_REVOKE_EXPIRES of Celery. */
export const REVOKED_DEFAULTS: RevokedOptions = { limit: 50_000, lifeMs: 10_800_000 }

export interface Revoked {
  readonly size: number
  add(id: string): void
  has(id: string): boolean
  /** Oldest first. */
  ids(): readonly string[]
}

/** `nowMs` only has to grow: an id lives by this clock, whatever the clock of whoever told us of it says. */
export function createRevoked(nowMs: () => number, options: RevokedOptions = REVOKED_DEFAULTS): Revoked {
  const since = new Map<string, number>()

  function dropOld(): void {
    const oldest = nowMs() - options.lifeMs
    for (const [id, at] of since) {
      if (at > oldest && since.size <= options.limit) return
      since.delete(id)
    }
  }

  return {
    get size() {
      return since.size
    },
    add(id) {
      since.delete(id) // moves it to the young end
      since.set(id, nowMs())
      dropOld()
    },
    has(id) {
      const at = since.get(id)
      return at !== undefined && at > nowMs() - options.lifeMs
    },
    ids() {
      dropOld()
      return [...since.keys()]
    },
  }
}

/** The ids in a `hello`: an array (5.7), or a map of id to anything (before); anything else is none. */
export function idsOfHello(revoked: unknown): readonly string[] {
  if (Array.isArray(revoked)) return revoked.filter((id) => typeof id === 'string')
  return typeof revoked === 'object' && revoked !== null ? Object.keys(revoked) : []
}
