'use client'

import { useState } from 'react'
import type { ChannelView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import { Input } from '../ui/input.tsx'
import { Select } from '../ui/select.tsx'
import {
  type ChannelField,
  type ChannelForm,
  type ChannelProblems,
  NEW_CHANNEL,
  parseChannelForm,
} from './channel-form.model.ts'

const KINDS = [
  { value: 'webhook', label: 'Webhook (JSON by POST)' },
  { value: 'slack', label: 'Slack, or what speaks its webhooks' },
  { value: 'email', label: 'E-mail' },
] as const

type FieldSpec = {
  readonly field: ChannelField
  readonly label: string
  readonly placeholder: string
  readonly hint?: string
}

const WEB_FIELDS: readonly FieldSpec[] = [
  {
    field: 'url',
    label: 'Address',
    placeholder: 'https://example.org/hooks/umbel',
    hint: 'It is kept secret once saved: only its host is shown.',
  },
]
const MAIL_FIELDS: readonly FieldSpec[] = [
  { field: 'to', label: 'To', placeholder: 'ops@example.org, night@example.org' },
  { field: 'from', label: 'From', placeholder: 'umbel@example.org' },
  {
    field: 'smtpUrl',
    label: 'Mail server',
    placeholder: 'smtp://user:password@mail.example.org:587',
    hint: 'smtps:// for TLS from the start.',
  },
]

/** A new place to tell. */
export function ChannelDialog({
  channels,
  onClose,
}: {
  readonly channels: readonly ChannelView[]
  readonly onClose: () => void
}) {
  const [form, setForm] = useState<ChannelForm>(NEW_CHANNEL)
  const [problems, setProblems] = useState<ChannelProblems>({})
  const action = useAction()
  const fields = form.kind === 'email' ? MAIL_FIELDS : WEB_FIELDS

  async function save() {
    const parsed = parseChannelForm(form)
    const isTaken = channels.some(({ name }) => name === form.name.trim())
    if (!parsed.ok || isTaken) {
      setProblems({ ...(isTaken && { name: 'There is a channel of this name.' }), ...(!parsed.ok && parsed.problems) })
      throw new Error('Something is missing or wrong above.')
    }
    setProblems({})
    await action.run('alert.save-channel', { channel: parsed.channel })
  }

  return (
    <Confirm open level={1} title="New channel" verb="Save channel" facts={[]} onClose={onClose} onConfirm={save}>
      <div className="flex flex-col gap-4">
        <Field label="Name" error={problems.name}>
          {(field) => (
            <Input
              {...field}
              data-autofocus
              value={form.name}
              placeholder="ops"
              onChange={(event) => setForm({ ...form, name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Kind">
          {(field) => (
            <Select {...field} options={KINDS} value={form.kind} onChange={(kind) => setForm({ ...form, kind })} />
          )}
        </Field>
        {fields.map((spec) => (
          <Field
            key={spec.field}
            label={spec.label}
            error={problems[spec.field]}
            {...(spec.hint !== undefined && { hint: spec.hint })}
          >
            {(field) => (
              <Input
                {...field}
                mono
                autoComplete="off"
                spellCheck={false}
                value={form[spec.field]}
                placeholder={spec.placeholder}
                onChange={(event) => setForm({ ...form, [spec.field]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
    </Confirm>
  )
}
