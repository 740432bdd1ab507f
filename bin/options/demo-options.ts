/** The options of `umbel demo`. */

import { LOG_LEVELS } from '../../lib/runtime/log.ts'
import { dashboardOptions } from './dashboard-options.ts'
import { oneOf, optionalText } from './option.ts'

const { port, address, debug } = dashboardOptions

export const demoOptions = {
  port,
  address,
  debug,
  broker: optionalText({
    short: 'b',
    takes: 'URL',
    secret: true,
    expected: 'a URL such as redis://host:port/db',
    says: 'Run the demo on this broker. By default on a private redis-server, or in memory where there is none.',
  }),
  loglevel: oneOf(LOG_LEVELS, { default: 'warning', short: 'l', says: 'Least important lines to log.' }),
} as const
