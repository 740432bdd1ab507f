/** The Redis client goes into the build: its fifty small files take a fifth of a worker's start to find and read. */
import { createRequire } from 'node:module'

const INSIDE = /^(ioredis|@ioredis\/commands|standard-as-callback|redis-errors|cluster-key-slot|denque|debug|ms)(\/|$)/

export const redisInside = {
  name: 'redis-inside',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: INSIDE }, ({ path, importer }) => ({ path: createRequire(importer).resolve(path) }))
  },
}

/** What such a file calls to load Node's own modules. */
export const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);"
