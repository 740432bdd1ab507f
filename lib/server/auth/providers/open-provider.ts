import type { Provider, ProviderOptions } from './provider.ts'

/** The provider's code is loaded when the first person logs in. */
export async function openProvider(options: ProviderOptions): Promise<Provider> {
  switch (options.kind) {
    case 'github':
      return (await import('./github.ts')).createGithub(options)
    case 'gitlab':
      return (await import('./gitlab.ts')).createGitlab(options)
    case 'okta':
      if (options.issuer === null) return (await import('./okta.ts')).createOkta(options)
      return (await import('./openid.ts')).openOpenId(options)
    case 'google':
    case 'oidc':
      return (await import('./openid.ts')).openOpenId(options)
  }
}
