/**
 * esbuild cuts what several programs share into some seventy chunks; to find and link each of them takes Node a
 * millisecond. What a worker loads at its start, and all that this imports, becomes one file; the chunks that it was
 * made of stay, and hand on what they exported.
 */
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'

/**
 * Puts the outputs whose sources are `entryPoints`, with all that they import statically, into `dist/core.js`.
 * @param {import('esbuild').Metafile} metafile of the build that made the chunks
 * @param {string[]} entryPoints sources, such as `bin/commands/worker.ts`
 */
export async function putIntoOneFile(metafile, entryPoints) {
  const { build } = await import('esbuild')
  const chunks = [...staticClosure(metafile.outputs, entryPoints)]
  const exportsOf = (path) => metafile.outputs[path].exports.map((name, index) => [name, `${idOf(path)}_${index}`])
  const from = (path) => JSON.stringify(`./${basename(path)}`)
  const contents = chunks.map((path) => handOn(exportsOf(path), from(path))).join('\n')
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: 'dist', sourcefile: 'core.js' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    minifySyntax: true,
    minifyWhitespace: true,
    // Node prints the whole line of an error that nobody caught.
    lineLimit: 160,
    write: false,
    logLevel: 'warning',
    // What is loaded later stays apart.
    plugins: [{ name: 'later', setup: (it) => it.onResolve({ filter: /^\.\// }, leaveDynamic) }],
  })
  writeFileSync('dist/core.js', outputFiles[0].contents)
  for (const path of chunks) {
    const back = exportsOf(path).map(([name, id]) => [id, name])
    writeFileSync(path, `${handOn(back, "'./core.js'") || "import './core.js'"}\n`)
  }
}

function leaveDynamic({ kind, path }) {
  return kind === 'dynamic-import' ? { path, external: true } : null
}

/** @param {[string, string][]} names each with the one that it is exported by */
function handOn(names, from) {
  if (names.length === 0) return from === "'./core.js'" ? '' : `import ${from}`
  return `export { ${names.map(([name, as]) => `${name} as ${as}`).join(', ')} } from ${from}`
}

function staticClosure(outputs, entryPoints) {
  const open = Object.keys(outputs).filter((path) => entryPoints.includes(outputs[path].entryPoint))
  const found = new Set()
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue
    found.add(path)
    for (const { path: next, kind, external } of outputs[path].imports) {
      if (kind === 'import-statement' && external !== true) open.push(next)
    }
  }
  return found
}

function idOf(path) {
  return basename(path, '.js').replace(/\W/g, '_')
}
