import { UmbelError } from '../../../errors.ts'
import { asObject, asObjects, authorizeUrl, exchangeCode, getJson } from './oauth.ts'
import { baseUrl, type Provider, type ProviderOptions } from './provider.ts'

const GROUPS_A_PAGE = 100
const PAGES_MOST = 20

/** GitLab, with the groups that may log in (flower.md 5.3). Unlike Flower all pages of the groups are read. */
export function createGitlab(options: ProviderOptions): Provider {
  const base = baseUrl(options.gitlabDomain)
  return {
    label: 'GitLab',
    authorizeUrl: async (attempt) => authorizeUrl(`${base}/oauth/authorize`, 'read_api', options, attempt),
    async identify(answer, attempt) {
      const token = await exchangeCode(`${base}/oauth/token`, answer, options, attempt)
      const headers = { Authorization: `Bearer ${token.access_token}`, Accept: 'application/json' }
      const user = asObject(await getJson(`${base}/api/v4/user`, { headers }))
      const { email } = user
      // `email` is the confirmed one; `confirmed_at` is null for whoever never confirmed any.
      if (typeof email !== 'string' || user['confirmed_at'] === null) throw denied(null)
      const groups = await groupsOf(`${base}/api/v4/groups?min_access_level=${options.gitlabAccessLevel}`, headers)
      const { gitlabGroups: allowed } = options
      if (allowed.length > 0 && !groups.some((group) => allowed.includes(group))) throw denied(email)
      return { emails: [email], groups }
    },
  }
}

async function groupsOf(address: string, headers: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const paths: string[] = []
  for (let page = 1; page <= PAGES_MOST; page++) {
    const found = asObjects(await getJson(`${address}&per_page=${GROUPS_A_PAGE}&page=${page}`, { headers }))
    for (const { full_path: path } of found) if (typeof path === 'string') paths.push(path)
    if (found.length < GROUPS_A_PAGE) break
  }
  return paths
}

function denied(email: string | null): UmbelError {
  return new UmbelError('login/denied', { email })
}
