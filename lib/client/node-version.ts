/**
 * The client runs under the Node of the program that imports it, which may be too old: said at once and in a sentence,
 * where Node would stumble over the first thing that it does not know. `umbel` itself brings its own.
 */

/** As `engines` in package.json. */
const NEEDED = [22, 18] as const

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  throw new Error(
    `Umbel needs Node ${NEEDED.join('.')} or newer, this is ${process.versions.node}; the one that it brings along is node_modules/.bin/node`,
  )
}
