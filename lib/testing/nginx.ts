/** Debian's nginx with one file of its conf.d, for a test; in the foreground, all its files in a folder of its own. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { stopChild } from './stop-child.ts'
import { waitFor } from './wait-for.ts'

export interface Nginx {
  readonly port: number
  readonly url: string
  stop(): Promise<void>
}

/** `conf` gives the text of the file for the port that nginx is to listen on. */
export async function startNginx(conf: (port: number) => string): Promise<Nginx> {
  const port = await freePort()
  const dir = await mkdtemp(join(tmpdir(), 'umbel-nginx-'))
  await writeFile(join(dir, 'site.conf'), conf(port))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${dir}/${name};`,
  )
  const main = [
    'daemon off;',
    'worker_processes 1;',
    `pid ${dir}/nginx.pid;`,
    'error_log stderr warn;',
    'events { worker_connections 256; }',
    `http { access_log off; ${temporary.join(' ')} include ${dir}/site.conf; }`,
  ]
  await writeFile(join(dir, 'nginx.conf'), main.join('\n'))
  const child = spawn('nginx', ['-p', dir, '-e', 'stderr', '-c', join(dir, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const url = `http://127.0.0.1:${port}`
  await waitFor(
    () => {
      if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}:\n${said}`)
      return fetch(url).then(
        () => true,
        () => false,
      )
    },
    { what: 'nginx to listen' },
  )
  return {
    port,
    url,
    async stop() {
      await stopChild(child)
      await rm(dir, { recursive: true, force: true })
    },
  }
}
