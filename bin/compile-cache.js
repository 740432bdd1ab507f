import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { packageRoot } from './pinned-node.js'

/** Keeps compiled code beside the build: a start then takes half the time. Where that is not writable, nothing is lost. */
export function enableCompileCache() {
  module.enableCompileCache?.(fileURLToPath(new URL('dist/.compile-cache', packageRoot)))
}
