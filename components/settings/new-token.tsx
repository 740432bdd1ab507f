'use client'

import { useRef, useState } from 'react'
import type { NewTokenAnswer, NewTokenInput, TokenScope } from '../../lib/live/http.ts'
import { post } from '../live/http.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Copy } from '../ui/copy.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Input } from '../ui/input.tsx'
import { Select } from '../ui/select.tsx'

const SCOPES = [
  { value: 'read', label: 'Read: look at everything' },
  { value: 'operate', label: 'Operate: retry, revoke, set rates' },
  { value: 'admin', label: 'Admin: everything' },
] as const
const LIVES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '', label: 'Until it is revoked' },
] as const

type Props = { readonly names: readonly string[]; readonly onClose: () => void; readonly onMade: () => void }

/** Asks what the token is for; then shows it, once. */
export function NewToken({ names, onClose, onMade }: Props) {
  // The form closes when it is done; the token must stay.
  const isMade = useRef(false)
  const [made, setMade] = useState<NewTokenAnswer | null>(null)
  const [name, setName] = useState('')
  const [scope, setScope] = useState<TokenScope>('read')
  const [days, setDays] = useState<(typeof LIVES)[number]['value']>('90')
  const [error, setError] = useState<string | null>(null)
  if (made !== null) return <Shown token={made.token} name={made.view.name} onClose={onClose} />

  async function create() {
    const wrong =
      name.trim() === ''
        ? 'A token needs a name.'
        : names.includes(name.trim())
          ? 'There is a token of this name.'
          : null
    setError(wrong)
    if (wrong !== null) throw new Error('Something is missing or wrong above.')
    const input: NewTokenInput = { name: name.trim(), scope, days: days === '' ? null : Number(days) }
    const answer = await post<NewTokenAnswer>('/umbel/tokens', input)
    isMade.current = true
    setMade(answer)
    onMade()
  }

  return (
    <Confirm
      open
      level={1}
      title="New API token"
      verb="Create token"
      facts={[]}
      onClose={() => isMade.current || onClose()}
      onConfirm={create}
    >
      <div className="flex flex-col gap-4">
        <Field label="Name" hint="The program that will use it." error={error}>
          {(field) => (
            <Input
              {...field}
              data-autofocus
              maxLength={60}
              autoComplete="off"
              value={name}
              placeholder="ci"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="It may">
          {(field) => <Select {...field} options={SCOPES} value={scope} onChange={setScope} />}
        </Field>
        <Field label="It lives">
          {(field) => <Select {...field} options={LIVES} value={days} onChange={setDays} />}
        </Field>
      </div>
    </Confirm>
  )
}

function Shown({
  token,
  name,
  onClose,
}: {
  readonly token: string
  readonly name: string
  readonly onClose: () => void
}) {
  return (
    <Dialog
      open
      title={`The token ${name}`}
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose} data-autofocus>
          I have kept it
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <Callout level="warn" title="It is shown only now.">
          Umbel keeps nothing that it could be read from.
        </Callout>
        <div className="flex items-center gap-2 rounded-md border border-line bg-sunken px-2 py-1.5">
          <code className="min-w-0 flex-1 break-all font-mono text-xs">{token}</code>
          <Copy text={token} label="Copy the token" />
        </div>
      </div>
    </Dialog>
  )
}
