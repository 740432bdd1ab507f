import type { ChannelView } from '../../lib/live/views.ts'

export type ChannelKind = ChannelView['kind']

export type ChannelForm = {
  readonly name: string
  readonly kind: ChannelKind
  readonly url: string
  readonly smtpUrl: string
  readonly from: string
  /** One or more addresses, between commas or spaces. */
  readonly to: string
}

export type ChannelField = Exclude<keyof ChannelForm, 'kind'>
export type ChannelProblems = { readonly [F in ChannelField]?: string }
export type ParsedChannel =
  | { readonly ok: true; readonly channel: { readonly [field: string]: unknown } }
  | { readonly ok: false; readonly problems: ChannelProblems }

export const NEW_CHANNEL: ChannelForm = { name: '', kind: 'webhook', url: '', smtpUrl: '', from: '', to: '' }

/** The channel that the form says, or what is wrong with which field. */
export function parseChannelForm(form: ChannelForm): ParsedChannel {
  const problems: { [F in ChannelField]?: string } = {}
  const name = form.name.trim()
  if (name === '') problems.name = 'Give the channel a name.'
  const own = form.kind === 'email' ? emailFields(form, problems) : webFields(form, problems)
  if (Object.keys(problems).length > 0) return { ok: false, problems }
  return { ok: true, channel: { name, kind: form.kind, ...own } }
}

function webFields(form: ChannelForm, problems: { [F in ChannelField]?: string }) {
  const url = form.url.trim()
  if (!isAddress(url, /^https?:$/)) problems.url = 'Enter an address that starts with https:// or http://.'
  return { url }
}

function emailFields(form: ChannelForm, problems: { [F in ChannelField]?: string }) {
  const smtpUrl = form.smtpUrl.trim()
  const from = form.from.trim()
  const to = form.to.split(/[\s,;]+/).filter((address) => address !== '')
  if (!isAddress(smtpUrl, /^smtps?:$/)) problems.smtpUrl = 'Enter smtp://user:password@host:port.'
  if (!isMail(from)) problems.from = 'Enter an e-mail address.'
  const wrong = to.find((address) => !isMail(address))
  if (to.length === 0) problems.to = 'Enter at least one e-mail address.'
  else if (wrong !== undefined) problems.to = `"${wrong}" is not an e-mail address.`
  return { smtpUrl, from, to }
}

function isAddress(text: string, protocol: RegExp): boolean {
  return URL.canParse(text) && protocol.test(new URL(text).protocol)
}

function isMail(text: string): boolean {
  return /^[^\s@<>]+@[^\s@<>]+$/.test(text)
}
