import type { Conf } from './settings/settings.ts'

type BrokerConf = Pick<Conf, 'broker_url' | 'broker_read_url' | 'broker_write_url'>

/** Where one reads or writes; several servers with `;` between them. Null when no setting says. */
export function brokerUrlOf(conf: BrokerConf, use: 'read' | 'write'): string | null {
  const url = (use === 'read' ? conf.broker_read_url : conf.broker_write_url) ?? conf.broker_url
  return url === null || typeof url === 'string' ? url : url.join(';')
}
