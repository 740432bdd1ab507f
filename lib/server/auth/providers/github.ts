import { UmbelError } from '../../../errors.ts'
import { asObjects, authorizeUrl, exchangeCode, failed, getJson } from './oauth.ts'
import { baseUrl, type Identity, type Provider, type ProviderOptions } from './provider.ts'

/** GitHub, or a GitHub Enterprise Server, whose API is below /api/v3 (flower.md 5.3). */
export function createGithub(options: ProviderOptions): Provider {
  const base = baseUrl(options.githubDomain)
  const emailsUrl = base === 'https://github.com' ? 'https://api.github.com/user/emails' : `${base}/api/v3/user/emails`
  return {
    label: 'GitHub',
    authorizeUrl: async (attempt) => authorizeUrl(`${base}/login/oauth/authorize`, 'user:email', options, attempt),
    async identify(answer, attempt) {
      const token = await exchangeCode(`${base}/login/oauth/access_token`, answer, options, attempt)
      const headers = { Authorization: `token ${token.access_token}`, Accept: 'application/json' }
      const found = await getJson(emailsUrl, { headers }).catch((error: unknown) => {
        throw failed('GitHub did not tell the e-mail addresses; the OAuth app needs the permission to read them', error)
      })
      return { emails: verifiedEmails(found), groups: [] }
    },
  }
}

function verifiedEmails(found: unknown): Identity['emails'] {
  const verified = asObjects(found).filter((each) => each['verified'] === true && typeof each['email'] === 'string')
  if (verified.length === 0) throw new UmbelError('login/denied', { email: null })
  const mainFirst = verified.toSorted((a, b) => Number(b['primary'] === true) - Number(a['primary'] === true))
  return mainFirst.map((each) => String(each['email']))
}
