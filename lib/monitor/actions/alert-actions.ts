/** Changes of the alert rules and channels; their own checks are in `alerts/`. */
import { z } from 'zod'
import type { ActionAnswer } from '../../live/http.ts'
import { action } from './action.ts'

const name = z.string().min(1).max(100)
const fields = z.record(z.string(), z.unknown())
const WEEK_MS = 7 * 86_400_000

const done = (data: unknown = null): ActionAnswer => ({ commands: [], data })

export const alertActions = [
  action({
    name: 'alert.save-rule',
    role: 'admin',
    input: z.strictObject({ rule: fields }),
    run: async ({ rule }, { alerts }) => alerts.edit.saveRule(rule).then(done),
  }),
  action({
    name: 'alert.delete-rule',
    role: 'admin',
    input: z.strictObject({ name }),
    run: async (input, { alerts }) => alerts.edit.deleteRule(input.name).then(done),
  }),
  action({
    name: 'alert.silence',
    role: 'operator',
    input: z.strictObject({ rule: name, forMs: z.number().min(0).max(WEEK_MS) }),
    run: async ({ rule, forMs }, { alerts }) => alerts.edit.silence(rule, forMs).then(done),
  }),
  action({
    name: 'alert.save-channel',
    role: 'admin',
    input: z.strictObject({ channel: fields }),
    run: async ({ channel }, { alerts }) => alerts.edit.saveChannel(channel).then(done),
  }),
  action({
    name: 'alert.delete-channel',
    role: 'admin',
    input: z.strictObject({ name }),
    run: async (input, { alerts }) => alerts.edit.deleteChannel(input.name).then(done),
  }),
  action({
    name: 'alert.test-channel',
    role: 'admin',
    input: z.strictObject({ name }),
    run: async (input, { alerts }) => alerts.edit.testChannel(input.name).then(done),
  }),
]
