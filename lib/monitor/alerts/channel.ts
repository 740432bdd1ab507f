/** Where notifications go. Secrets (webhook addresses, SMTP passwords) stay in here; views show a masked target. */
import { z } from 'zod'

const name = z.string().trim().min(1).max(100)
const webAddress = z
  .string()
  .max(2_000)
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'expected an http:// or https:// address',
  )
const mailAddress = z.string().regex(/^[^\s@<>]+@[^\s@<>]+$/, 'expected an e-mail address')
const smtpAddress = z.string().max(2_000).refine(isSmtpAddress, 'expected smtp://user:password@host:port')

export const channelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ name, kind: z.literal('webhook'), url: webAddress }),
  z.strictObject({ name, kind: z.literal('slack'), url: webAddress }),
  z.strictObject({
    name,
    kind: z.literal('email'),
    smtpUrl: smtpAddress,
    from: mailAddress,
    to: z
      .array(mailAddress)
      .min(1)
      .max(50)
      .or(mailAddress.transform((one) => [one])),
  }),
])
export type Channel = z.output<typeof channelSchema>

/** For people: where it goes, without what opens it. A Slack webhook's path is its password. */
export function channelTarget(channel: Channel): string {
  switch (channel.kind) {
    case 'webhook':
    case 'slack': {
      const url = new URL(channel.url)
      return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : '/…'}`
    }
    case 'email':
      return channel.to.join(', ')
  }
}

/** Host, port and account, and nothing more: the library takes further settings from a query, programs to run too. */
function isSmtpAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(text)
  if (!/^smtps?:$/.test(protocol) || hostname === '' || !/^\/?$/.test(pathname) || search + hash !== '') return false
  return !/%(?![\da-f]{2})/i.test(username + password)
}
