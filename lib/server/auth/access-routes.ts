/** What the settings page and the audit page ask: for admins, and each change is in the audit, refused ones too. */
import { z } from 'zod'
import { isProblem, messageOf, UmbelError } from '../../errors.ts'
import type { AccessView, AuditLineView, AuditPage } from '../../live/http.ts'
import { type Audit, actorOf } from '../../monitor/actions/audit.ts'
import type { Arguments } from '../api/arguments.ts'
import { json, type Reply } from '../reply.ts'
import type { Call, Route } from '../route.ts'
import type { ApiTokens } from './api-tokens.ts'
import { auditCsv } from './audit-csv.ts'

export interface AccessRoutesOptions {
  readonly tokens: ApiTokens
  readonly audit: Audit
  readonly view: () => AccessView
  /** Tells that somebody has lost a right. */
  readonly onEnded: () => void
}

const DAY_MS = 86_400_000
const LINES_A_PAGE = 100
const LINES_MOST = 500
const EXPORTED_MOST = 20_000
const OUTCOMES: readonly AuditLineView['outcome'][] = ['done', 'refused', 'failed']

const newToken = z.object({
  name: z.string().trim().min(1).max(60),
  scope: z.enum(['read', 'operate', 'admin']),
  days: z.number().int().min(1).max(3_650).nullable().default(null),
})

export function accessRoutes({ tokens, audit, view, onEnded }: AccessRoutesOptions): readonly Route[] {
  const admin = { family: 'own', role: 'admin' } as const
  // Open to be asked by everybody, so that a refused try is told as well; `change` lets only admins on.
  const asked = { family: 'own', role: 'viewer', method: 'POST' } as const

  async function change<T>({ by }: Call, action: string, target: string, run: () => Promise<T>): Promise<T> {
    const line = { ...actorOf(by), action, targets: [target.slice(0, 100)], count: 1 }
    try {
      if (by.role !== 'admin') throw new UmbelError('action/forbidden', { action, role: by.role })
      const answer = await run()
      await audit.write({ ...line, outcome: 'done', reason: null })
      return answer
    } catch (error) {
      const outcome = isProblem(error, 'action/forbidden') ? 'refused' : 'failed'
      await audit.write({ ...line, outcome, reason: messageOf(error) })
      throw error
    }
  }

  async function create(call: Call): Promise<Reply> {
    const given = await call.body()
    const name = typeof given['name'] === 'string' ? given['name'].trim() : ''
    return json(
      await change(call, 'token.create', name, () => {
        const { days, ...rest } = parseNewToken(given)
        return tokens.create({ ...rest, forMs: days === null ? null : days * DAY_MS, by: call.by.user })
      }),
    )
  }

  async function revoke(call: Call): Promise<Reply> {
    const id = call.param('id')
    const name = tokens.list().find((token) => token.id === id)?.name ?? id
    const revoked = await change(call, 'token.revoke', name, () => tokens.remove(id))
    onEnded()
    return json(revoked)
  }

  async function lines({ query }: Call): Promise<Reply> {
    const limit = Math.min(LINES_MOST, Math.max(1, query.integer('limit') ?? LINES_A_PAGE))
    return json(await audit.read({ ...searchOf(query), before: query.text('before'), limit }))
  }

  async function csv({ query }: Call): Promise<Reply> {
    const found: AuditLineView[] = []
    let before: string | null = null
    do {
      const page: AuditPage = await audit.read({ ...searchOf(query), before, limit: LINES_MOST })
      found.push(...page.lines)
      before = page.next
    } while (before !== null && found.length < EXPORTED_MOST)
    const headers = { 'Content-Disposition': 'attachment; filename="audit.csv"' }
    return { status: 200, type: 'text/csv; charset=UTF-8', body: auditCsv(found.slice(0, EXPORTED_MOST)), headers }
  }

  return [
    { ...admin, method: 'GET', path: '/umbel/access', handle: () => json(view()) },
    { ...admin, method: 'GET', path: '/umbel/audit', handle: lines },
    { ...admin, method: 'GET', path: '/umbel/audit.csv', handle: csv },
    { ...asked, path: '/umbel/tokens', handle: create },
    { ...asked, path: '/umbel/tokens/:id/revoke', handle: revoke },
  ]
}

function searchOf(query: Arguments) {
  const outcome = OUTCOMES.find((each) => each === query.text('outcome')) ?? null
  return { who: query.text('who') ?? '', what: query.text('what') ?? '', q: query.text('q') ?? '', outcome }
}

function parseNewToken(given: Readonly<Record<string, unknown>>): z.output<typeof newToken> {
  const parsed = newToken.safeParse(given)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = issue?.path.join('.') || 'input'
  throw new UmbelError('action/invalid', { action: 'token.create', field, expected: issue?.message ?? 'a valid value' })
}
