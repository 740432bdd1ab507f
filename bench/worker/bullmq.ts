/**
 * BullMQ, installed when it is first measured, into the cache folder: Umbel itself has no use for it, and its optional
 * packages for other machines would be everybody's to lock.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { cacheFolder } from '../../bin/setup/cache-folder.js'

const VERSION = '6.7.0'
/** Its client, which it leaves to its user to install: the one that Umbel has. */
const CLIENT = 'ioredis@6.0.0'

interface Connection {
  readonly host: string
  readonly port: number | undefined
  readonly maxRetriesPerRequest?: null
}

/** The part of it that is measured. */
export interface BullMq {
  readonly Queue: new (
    name: string,
    options: { readonly connection: Connection },
  ) => {
    addBulk(jobs: readonly { readonly name: string; readonly data: unknown }[]): Promise<unknown>
    close(): Promise<void>
  }
  readonly Worker: new (
    name: string,
    run: (job: { readonly data: { readonly x: number; readonly y: number } }) => Promise<number>,
    options: { readonly connection: Connection; readonly concurrency: number },
  ) => object
}

export function loadBullMq(): BullMq {
  const folder = join(cacheFolder(), `bullmq-${VERSION}`)
  if (!['bullmq', 'ioredis'].every((name) => existsSync(join(folder, 'node_modules', name)))) install(folder)
  // Only what the interface above names is used of it.
  return createRequire(join(folder, 'package.json'))('bullmq') as BullMq
}

function install(folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
  const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', `bullmq@${VERSION}`, CLIENT]
  const { status, stderr } = spawnSync('npm', words, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`BullMQ could not be installed: ${stderr}`)
}
