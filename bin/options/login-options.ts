/** Rows about who may come in beside basic authentication. Names of the first group are Flower's (flower.md 3, 5). */
import { OPERATOR_GRANTS } from '../../lib/monitor/actions/operator-grants.ts'
import { type ConfiguredToken, hashOf, TOKEN_START } from '../../lib/server/auth/api-tokens.ts'
import { parseEmailPattern } from '../../lib/server/auth/email-pattern.ts'
import { isUsableUrl, PROVIDER_KINDS, type ProviderKind } from '../../lib/server/auth/providers/provider.ts'
import { type RoleRule, readRoleRule } from '../../lib/server/auth/roles.ts'
import { flag, integer, list, type Option, optionalText, text, value } from './option.ts'

/** Flower names a provider by a class of Python. */
const FLOWER_CLASSES: Readonly<Record<string, ProviderKind>> = {
  'flower.views.auth.GoogleAuth2LoginHandler': 'google',
  'flower.views.auth.GithubLoginHandler': 'github',
  'flower.views.auth.GitLabLoginHandler': 'gitlab',
  'flower.views.auth.OktaLoginHandler': 'okta',
}
/** Shorter ones could be guessed. */
const TOKEN_LEAST = 24
const GRANTS = [...Object.keys(OPERATOR_GRANTS), 'all']
const SCOPES = ['read', 'operate', 'admin'] as const

const hostOrUrl = {
  expected: 'a host name, with its port where it has one',
  accepts: (said: string) => /^[\w.-]+(:\d+)?$/.test(said) || isUsableUrl(said),
} as const

const roles: Option<readonly RoleRule[]> = (() => {
  const all = (entries: readonly (readonly [string, string])[]) => {
    const rules = entries.map(([who, role]) => readRoleRule(who.trim(), role.trim()))
    return rules.every((rule) => rule !== null) ? rules : undefined
  }
  const row = value<readonly RoleRule[]>({
    default: [],
    takes: 'WHO=ROLE,…',
    expected: 'who=role entries such as ann=viewer,group:ops=admin,*=operator',
    parse: (said) =>
      all(
        said
          .split(',')
          .map((entry) => [entry.slice(0, entry.lastIndexOf('=')), entry.slice(entry.lastIndexOf('=') + 1)]),
      ),
    says: 'Roles viewer, operator and admin by user, e-mail address, pattern, group:NAME, or * for all others. In a file: a mapping.',
  })
  const fromFile = (said: unknown) =>
    isMapping(said) ? all(Object.entries(said).map(([who, role]) => [who, String(role)])) : row.fromFile(said)
  return { ...row, fromFile }
})()

const apiTokens: Option<readonly ConfiguredToken[]> = (() => {
  const all = (entries: readonly (ConfiguredToken | null)[]) => {
    const names = new Set(entries.map((entry) => entry?.name))
    return entries.every((entry) => entry !== null) && names.size === entries.length ? entries : undefined
  }
  const row = value<readonly ConfiguredToken[]>({
    default: [],
    secret: true,
    takes: 'NAME:SCOPE:TOKEN,…',
    expected: `name:scope:token entries; a scope is ${SCOPES.join(', ')}, a token is ${TOKEN_START} and ${TOKEN_LEAST} characters or more, or the SHA-256 of one in hex; names are different`,
    parse: (said) => all(said.split(',').map(readToken)),
    says: 'Tokens with which programs call the API: Authorization: Bearer umb_…. The settings page makes others.',
  })
  const fromFile = (said: unknown) =>
    Array.isArray(said)
      ? all(said.map((each) => readToken(isMapping(each) ? joined(each) : String(each))))
      : row.fromFile(said)
  return { ...row, fromFile }
})()

export const loginOptions = {
  auth: text({
    default: '',
    takes: 'PATTERN',
    expected: 'an e-mail address, several with | between them, or one with a single .* before its @',
    accepts: (pattern) => pattern === '' || parseEmailPattern(pattern) !== null,
    says: 'Whose e-mail addresses may log in at the provider: one, several with a bar between them, or .*@example.com.',
  }),
  auth_provider: value<ProviderKind | null>({
    default: null,
    takes: 'PROVIDER',
    expected: `one of ${PROVIDER_KINDS.join(', ')}, or ${Object.keys(FLOWER_CLASSES).join(', ')}`,
    parse: (said) => FLOWER_CLASSES[said.trim()] ?? PROVIDER_KINDS.find((kind) => kind === said.trim().toLowerCase()),
    says: "Where people log in: google, github, gitlab, okta, oidc, or the name of Flower's class.",
  }),
  oauth2_key: optionalText({ takes: 'ID', says: 'The client id that the provider gave.' }),
  oauth2_secret: optionalText({ takes: 'SECRET', secret: true, says: 'The client secret that the provider gave.' }),
  oauth2_redirect_uri: optionalText({
    takes: 'URL',
    expected: 'a URL such as https://umbel.example.com/login',
    accepts: (url) => url !== null && URL.canParse(url) && /^https?:\/\//i.test(url),
    says: 'Where the provider sends people back to. By default /login under the name they came by.',
  }),
  cookie_secret: optionalText({
    takes: 'TEXT',
    secret: true,
    says: 'Signs the cookies of log-ins. By default a random one: log-ins then end with the process.',
  }),
  github_oauth_domain: text({
    default: 'github.com',
    takes: 'HOST',
    ...hostOrUrl,
    says: 'The host of a GitHub Enterprise Server.',
  }),
  gitlab_oauth_domain: text({
    default: 'gitlab.com',
    takes: 'HOST',
    ...hostOrUrl,
    says: 'The host of a GitLab of your own.',
  }),
  gitlab_auth_allowed_groups: list({
    default: [],
    expected: 'full paths of groups, separated by commas',
    accepts: () => true,
    says: 'Groups of GitLab whose members may log in. Without it everybody whose address fits.',
  }),
  gitlab_min_access_level: integer(0, 60, {
    default: 20,
    says: "The least access level that counts as membership in GitLab's groups: 20 is Reporter.",
  }),
  oauth2_okta_base_url: optionalText({
    takes: 'URL',
    expected: 'a URL such as https://example.okta.com/oauth2/default',
    accepts: (url) => url !== null && isUsableUrl(url),
    says: "The address of Okta's authorization server.",
  }),
  oidc_issuer: optionalText({
    takes: 'URL',
    expected: 'an https URL such as https://login.example.com/realms/main',
    accepts: (url) => url !== null && isUsableUrl(url),
    says: 'The issuer of --auth-provider=oidc; what else it needs is found there.',
  }),
  roles,
  operator_may: list({
    default: [],
    expected: `some of ${GRANTS.join(', ')}, separated by commas`,
    accepts: (word) => GRANTS.includes(word),
    says: `What operators may do beyond their role: ${GRANTS.join(', ')}.`,
  }),
  hide_arguments: flag({
    default: false,
    says: 'Viewers see tasks without arguments and results: on the pages, in the API, and in searches.',
  }),
  api_tokens: apiTokens,
} as const

function readToken(entry: string): ConfiguredToken | null {
  const match = /^([^:]{1,60}):(read|operate|admin):(.+)$/.exec(entry.trim())
  const [, name, scope, secret = ''] = match ?? []
  const known = SCOPES.find((each) => each === scope)
  if (name === undefined || known === undefined) return null
  if (/^[0-9a-f]{64}$/i.test(secret)) return { name, scope: known, hash: secret.toLowerCase() }
  if (!new RegExp(`^${TOKEN_START}[\\w.~+/=-]{${TOKEN_LEAST},400}$`).test(secret)) return null
  return { name, scope: known, hash: hashOf(secret) }
}

function joined({ name, scope, token, hash }: Readonly<Record<string, unknown>>): string {
  return `${String(name)}:${String(scope)}:${String(hash ?? token)}`
}

function isMapping(said: unknown): said is Readonly<Record<string, unknown>> {
  return typeof said === 'object' && said !== null && !Array.isArray(said)
}
