/**
 * `npm run build`: the pages (Next, into .next) and the programs (esbuild, into dist). Plain JavaScript for any
 * Node ≥ 18; what needs the pinned Node runs under it.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { putIntoOneFile } from './build/one-file.js'
import { REQUIRE, redisInside } from './build/redis-inside.js'
import { packageRoot, pinnedNode } from './pinned-node.js'
import { installPackages } from './setup/packages.js'
import { mustRun } from './setup/run.js'
import { noteBuilt } from './setup/sources.js'

/** What `exports` of package.json names. */
const PUBLIC = ['lib/client/index.ts', 'worker/index.ts', 'worker/testing.ts']

/** What `umbel worker` runs before it takes its first task. */
const WORKER_START = ['bin/commands/worker.ts', 'lib/client/index.ts', 'worker/pools/in-loop.ts']

process.chdir(new URL('.', packageRoot).pathname)
try {
  await installPackages()
  await buildPrograms()
  await buildTypes()
  await buildPages()
  await compressFiles('.next/static')
  noteBuilt()
} catch (error) {
  process.stderr.write(`error: ${error.message}\n`)
  process.exitCode = 1
}

async function buildPrograms() {
  const { build } = await import('esbuild')
  rmSync('dist', { recursive: true, force: true })
  const { metafile } = await build({
    metafile: true,
    entryPoints: {
      cli: 'bin/cli.ts',
      umbel: 'lib/client/index.ts',
      worker: 'worker/index.ts',
      testing: 'worker/testing.ts',
      'pool-process': 'worker/pools/child/process-main.ts',
      'pool-thread': 'worker/pools/child/thread-main.ts',
      'demo-tasks': 'examples/demo/tasks.ts',
    },
    outdir: 'dist',
    bundle: true,
    // Shared chunks: the app object of a user's file (`import 'umbel'`) and the worker's are of one class.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    alias: { umbel: './lib/client/index.ts' },
    plugins: [redisInside],
    banner: { js: REQUIRE },
    logLevel: 'warning',
  })
  await putIntoOneFile(metafile, WORKER_START)
  mkdirSync('dist/scripts', { recursive: true })
  for (const folder of ['lib/broker/redis/scripts', 'lib/results/redis/scripts', 'lib/schedule-store/redis/scripts'])
    copyScripts(folder)
}

function copyScripts(folder) {
  let names = []
  try {
    names = readdirSync(folder)
  } catch {
    return // a room without scripts
  }
  for (const name of names) cpSync(`${folder}/${name}`, `dist/scripts/${name}`, { errorOnExist: true, force: false })
}

/** What `import { Celery } from 'umbel'` is for TypeScript. */
async function buildTypes() {
  const output = ['--declaration', '--emitDeclarationOnly', '--rootDir', '.', '--outDir', 'dist/types']
  const language = ['--target', 'es2024', '--module', 'preserve', '--moduleResolution', 'bundler', '--strict']
  const imports = [
    '--allowImportingTsExtensions',
    '--rewriteRelativeImportExtensions',
    '--skipLibCheck',
    '--types',
    'node',
  ]
  const args = ['--ignoreConfig', ...output, ...language, ...imports, ...PUBLIC]
  await mustRun('node_modules/.bin/tsc', args, 'the types of the package cannot be written')
}

async function buildPages() {
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
  await mustRun(pinnedNode(), ['node_modules/next/dist/bin/next', 'build'], 'the pages cannot be built', { env })
}

/** Scripts and styles as small as they get, once; the server hands them out as they are (bin/commands/compressed-files.ts). */
async function compressFiles(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(js|css|svg|txt)$/.test(name),
  )
  const smallest = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
  const compress = promisify(brotliCompress)
  await Promise.all(
    names.map(async (name) =>
      writeFileSync(`${folder}/${name}.br`, await compress(readFileSync(`${folder}/${name}`), smallest)),
    ),
  )
}
