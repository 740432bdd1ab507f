#!/usr/bin/env node
/**
 * The one program. Plain JavaScript, so that any Node from 18 on can start it: on a Node too old for Umbel it goes on
 * under the one that the package brings along, on a new enough one it stays in its own process.
 */
import { existsSync } from 'node:fs'
import { enableCompileCache } from './compile-cache.js'
import { isNewEnough, packageRoot, runUnderPinnedNode } from './pinned-node.js'
import { keepWorkerSmall } from './worker-heap.js'

if (isNewEnough(process.versions.node)) {
  enableCompileCache()
  if (process.argv.includes('worker')) keepWorkerSmall()
  // The built program where there is one (always in the published package); the sources in a checkout before `npm run build`.
  const built = new URL('dist/cli.js', packageRoot)
  const { main } = await import(existsSync(built) ? built.href : new URL('bin/cli.ts', packageRoot).href)
  await main(process.argv.slice(2))
} else {
  runUnderPinnedNode(process.argv.slice(1))
}
