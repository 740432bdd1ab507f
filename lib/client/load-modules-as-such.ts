/**
 * `npm init` writes "type": "commonjs" into package.json, and Node then refuses `import` in every `.ts` and `.js` file
 * of that package, or warns where no type is written. What is plainly a module is loaded as one.
 */
import { readFileSync } from 'node:fs'
import type { LoadFnOutput, LoadHookContext } from 'node:module'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SCRIPT = /^file:.*\.([jt]s)$/
/** A statement that only modules have, at the beginning of a line. */
const MODULE_SYNTAX =
  /^\s*(?:import\s*["'{*]|import\s+[\w$]+[\s,]|export\s+(?:const|let|async|function|class|default|type|\{|\*)|export\s*[{*])/m

let isRegistered = false

/** For `file` and what it imports; does nothing where the package says "type": "module". */
export function loadModulesAsSuch(file: string): void {
  if (isRegistered || !/\.[jt]s$/.test(file) || packageType(dirname(file)) === 'module') return
  isRegistered = true
  nodeModule.registerHooks({ load })
}

function load(
  url: string,
  context: LoadHookContext,
  nextLoad: (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput,
): LoadFnOutput {
  const [, extension] = SCRIPT.exec(url) ?? []
  if (extension === undefined || url.includes('/node_modules/') || context.format?.startsWith('module')) {
    return nextLoad(url, context)
  }
  if (!isModule(url)) return nextLoad(url, context)
  return nextLoad(url, { ...context, format: extension === 'ts' ? 'module-typescript' : 'module' })
}

function isModule(url: string): boolean {
  try {
    return MODULE_SYNTAX.test(readFileSync(fileURLToPath(url), 'utf8'))
  } catch {
    return false // Node says what is wrong with it
  }
}

/** Of the nearest package.json; null where there is none, or it does not say. */
function packageType(folder: string): unknown {
  try {
    const content: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return Object(content).type ?? null
  } catch {
    const above = dirname(folder)
    return above === folder ? null : packageType(above)
  }
}
