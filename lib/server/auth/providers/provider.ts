/** Where people log in: Google, GitHub, GitLab, Okta, or any provider that speaks OpenID Connect. */

export const PROVIDER_KINDS = ['google', 'github', 'gitlab', 'okta', 'oidc'] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]

export interface ProviderOptions {
  readonly kind: ProviderKind
  readonly clientId: string
  readonly clientSecret: string
  /** Null: `/login` under the name by which the browser came. */
  readonly redirectUri: string | null
  /** Of OpenID Connect; null = the provider's own. */
  readonly issuer: string | null
  /** A host, as FLOWER_GITHUB_OAUTH_DOMAIN names it, or a URL. */
  readonly githubDomain: string
  readonly gitlabDomain: string
  /** Full paths of groups; none = everybody whose address fits. */
  readonly gitlabGroups: readonly string[]
  readonly gitlabAccessLevel: number
  readonly oktaBaseUrl: string
}

/** One try to log in. All but the address are secrets that only we can know. */
export interface Attempt {
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  /** PKCE. */
  readonly verifier: string
}

/** Somebody as the provider vouches for them. */
export interface Identity {
  /** Verified, the main one first. */
  readonly emails: readonly string[]
  readonly groups: readonly string[]
}

export interface Provider {
  /** For people: "Log in with …". */
  readonly label: string
  /** Where the browser is sent. */
  authorizeUrl(attempt: Attempt): Promise<URL>
  /** Who came back, with these parameters. Throws `login/failed`, `login/denied`, or anything: it is then logged. */
  identify(answer: URLSearchParams, attempt: Attempt): Promise<Identity>
}

/** Plain http only to this very machine: a test, or a proxy beside us. */
export function isUsableUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
}

/** `gitlab.example.com`, or a whole URL, as the beginning of addresses. */
export function baseUrl(domain: string): string {
  return (/^https?:\/\//.test(domain) ? domain : `https://${domain}`).replace(/\/+$/, '')
}
