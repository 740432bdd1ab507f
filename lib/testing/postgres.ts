/** A private PostgreSQL server for a test, with an empty database `umbel`. */
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.ts'
import { findProgram, ownFolder, runAs, startServer, unprivileged } from './server-process.ts'

export interface DatabaseServer {
  /** `postgresql://umbel:…@127.0.0.1:<port>/umbel` */
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

export async function startPostgres(): Promise<DatabaseServer> {
  const user = await unprivileged('postgres')
  const dir = await ownFolder('postgres', user)
  const port = await freePort()
  const data = join(dir, 'data')
  await runAs(user, findProgram('initdb'), ['-D', data, '-U', 'umbel', '-A', 'trust', '-E', 'UTF8', '--no-sync'], dir)
  const settings = ['fsync=off', 'shared_buffers=16MB', `unix_socket_directories=${dir}`, 'timezone=Europe/Berlin']
  const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), ...settings.flatMap((each) => ['-c', each])]
  const server = await startServer(user, findProgram('postgres'), args, {
    dir,
    signal: 'SIGINT',
    async probe() {
      const client = new pg.Client({ host: '127.0.0.1', port, user: 'umbel', database: 'postgres' })
      client.on('error', () => {}) // it listens, but is not ready
      await client.connect()
      await client.query('CREATE DATABASE umbel').finally(() => client.end())
    },
  })
  return { url: `postgresql://umbel:se%3Acret@127.0.0.1:${port}/umbel`, port, stop: server.stop }
}
