/** Celery's global options that mean the same to every command, the dashboard included. */
import { flag, mapping, optionalText } from './option.ts'

export const brokerTransportOptions = mapping({
  default: {},
  secret: true,
  says: "Celery's setting of that name: visibility_timeout, global_keyprefix, priority_steps, sep, master_name…",
})

export const globalRows = {
  workdir: optionalText({ env: ['CELERY_WORKDIR'], takes: 'DIR', says: 'Change to this folder first.' }),
  config: optionalText({
    env: ['CELERY_CONFIG_MODULE'],
    takes: 'FILE',
    says: 'A file with settings, as CELERY_CONFIG_MODULE names it.',
  }),
  loader: optionalText({ takes: 'NAME', says: 'Accepted for the sake of scripts; changes nothing.' }),
  skip_checks: flag({ default: false, says: 'The same: there are no checks of Django to skip.' }),
  no_color: flag({ default: false, short: 'C', env: ['NO_COLOR'], says: 'No colours; they are for terminals only.' }),
  quiet: flag({ default: false, short: 'q', says: 'No banner, no arrows, no closing lines.' }),
} as const
