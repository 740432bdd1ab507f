/** A private MariaDB (or MySQL) server for a test, with an empty database `umbel`. */
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { freePort } from './free-port.ts'
import type { DatabaseServer } from './postgres.ts'
import { findProgram, ownFolder, runAs, startServer, unprivileged } from './server-process.ts'

export async function startMariadb(): Promise<DatabaseServer> {
  const user = await unprivileged('mysql')
  const dir = await ownFolder('mariadb', user)
  const port = await freePort()
  const data = join(dir, 'data')
  const small = ['--innodb-log-file-size=4M', '--innodb-buffer-pool-size=8M', '--innodb-flush-method=nosync']
  const common = ['--no-defaults', `--datadir=${data}`, ...small]
  const install = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve', '--force']
  await runAs(user, findProgram('mariadb-install-db'), [...common, ...install], dir)
  const args = [
    ...[
      ...common,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(dir, 's')}`,
      `--pid-file=${join(dir, 'p')}`,
    ],
    ...[
      '--innodb-flush-log-at-trx-commit=0',
      '--skip-log-bin',
      '--character-set-server=utf8mb4',
      '--skip-name-resolve',
    ],
    '--default-time-zone=+01:00',
  ]
  const server = await startServer(user, findProgram('mariadbd', 'mysqld'), args, {
    dir,
    signal: 'SIGTERM',
    async probe() {
      const root = await createConnection({ socketPath: join(dir, 's'), user: 'root' })
      await root.query('CREATE DATABASE umbel')
      await root.query("CREATE USER umbel@'127.0.0.1' IDENTIFIED BY 'se:cret'")
      await root.query("GRANT ALL ON umbel.* TO umbel@'127.0.0.1'")
      await root.end()
    },
  })
  return { url: `mysql://umbel:se%3Acret@127.0.0.1:${port}/umbel`, port, stop: server.stop }
}
