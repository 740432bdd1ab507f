/** What the options say of log-ins, as the server takes it. */
import { grantedActions } from '../../lib/monitor/actions/operator-grants.ts'
import type { AccessSettings } from '../../lib/server/auth/access.ts'
import type { DashboardOptions } from '../options/dashboard-options.ts'

export function accessOf(options: DashboardOptions, dataDir: string | null): AccessSettings {
  const { auth_provider: kind } = options
  return {
    auth: options.auth === '' ? null : options.auth,
    provider:
      kind === null
        ? null
        : {
            kind,
            clientId: options.oauth2_key ?? '',
            clientSecret: options.oauth2_secret ?? '',
            redirectUri: options.oauth2_redirect_uri,
            issuer: options.oidc_issuer,
            githubDomain: options.github_oauth_domain,
            gitlabDomain: options.gitlab_oauth_domain,
            gitlabGroups: options.gitlab_auth_allowed_groups.filter((group) => group !== ''),
            gitlabAccessLevel: options.gitlab_min_access_level,
            oktaBaseUrl: options.oauth2_okta_base_url ?? '',
          },
    roles: options.roles,
    hideArguments: options.hide_arguments,
    operatorMay: grantedActions(options.operator_may),
    apiTokens: options.api_tokens,
    cookieSecret: options.cookie_secret,
    dataDir,
  }
}

/** What starts all the same, as in Flower, and cannot work. */
export function loginWarnings(options: DashboardOptions): readonly string[] {
  const { auth, auth_provider: provider } = options
  if (provider === null) return []
  if (auth === '') return ['--auth-provider without --auth does nothing: whoever reaches this port may come in']
  const missing = [
    options.oauth2_key === null && '--oauth2-key',
    options.oauth2_secret === null && provider !== 'oidc' && '--oauth2-secret',
    provider === 'oidc' && options.oidc_issuer === null && '--oidc-issuer',
    provider === 'okta' && (options.oauth2_okta_base_url ?? options.oidc_issuer) === null && '--oauth2-okta-base-url',
  ].filter((each) => each !== false)
  return missing.length === 0 ? [] : [`Nobody can log in at ${provider}: ${missing.join(', ')} missing`]
}
