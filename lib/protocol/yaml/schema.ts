/**
 * The tags of YAML that are read: those of PyYAML's safe loader and, of the ones that its full dumper writes, those
 * that are plain data (`!!python/tuple`). Any other tag, `!!python/object` above all, makes the document unreadable:
 * no tag makes anything be looked up or called.
 */
import type * as JsYaml from 'js-yaml'
import { setField } from '../record.ts'
import { exactFloat } from '../whole-float.ts'
import { binaryOf, booleanOf, explicitFloatOf, floatOf, integerOf, nullOf, timestampOf } from './scalars.ts'

export type YamlLibrary = Pick<
  typeof JsYaml,
  'load' | 'Schema' | 'defineScalarTag' | 'defineSequenceTag' | 'defineMappingTag' | 'mergeTag' | 'NOT_RESOLVED'
>

const COMMON = 'tag:yaml.org,2002:'

/** With `exactFloats`, `1.0` is a WholeFloat. */
export function yamlSchema(library: YamlLibrary, exactFloats: boolean): JsYaml.Schema {
  const { defineScalarTag, NOT_RESOLVED } = library

  function scalar(name: string, read: (text: string) => unknown, plain: ((text: string) => unknown) | null) {
    return defineScalarTag(COMMON + name, {
      implicit: plain !== null,
      identify: () => false,
      resolve(source, isExplicit) {
        const value = isExplicit || plain === null ? read(source) : plain(source)
        return value === undefined ? NOT_RESOLVED : value
      },
    })
  }

  const float = (read: (text: string) => number | undefined) => (text: string) => {
    const value = read(text)
    return value === undefined || !exactFloats ? value : exactFloat(value)
  }
  const asText = (text: string) => text
  return new library.Schema([
    scalar('str', asText, null),
    scalar('null', nullOf, nullOf),
    scalar('bool', booleanOf, booleanOf),
    scalar('int', integerOf, integerOf),
    scalar('float', float(explicitFloatOf), float(floatOf)),
    scalar('timestamp', timestampOf, timestampOf),
    scalar('binary', binaryOf, null),
    library.mergeTag,
    scalar('python/none', () => null, null),
    scalar('python/bool', booleanOf, null),
    scalar('python/int', integerOf, null),
    scalar('python/long', integerOf, null),
    scalar('python/float', float(explicitFloatOf), null),
    scalar('python/str', asText, null),
    scalar('python/unicode', asText, null),
    scalar('python/bytes', binaryOf, null),
    ...['seq', 'python/list', 'python/tuple', 'omap', 'pairs'].map((name) => sequence(library, name)),
    ...['map', 'python/dict'].map((name) => mapping(library, name, plainDict)),
    mapping(library, 'set', (dict) => new Set(dict.keys())),
  ])
}

function sequence({ defineSequenceTag }: YamlLibrary, name: string): JsYaml.SequenceTagDefinition<unknown[]> {
  return defineSequenceTag<unknown[]>(COMMON + name, {
    create: () => [],
    addItem(items, item) {
      items.push(item)
    },
    identify: () => false,
  })
}

type Dict = Map<unknown, unknown>

function mapping(
  { defineMappingTag }: YamlLibrary,
  name: string,
  finalize: (dict: Dict) => unknown,
): JsYaml.MappingTagDefinition<Dict, unknown> {
  return defineMappingTag<Dict, unknown>(COMMON + name, {
    create: () => new Map(),
    addPair(dict, key, value) {
      dict.set(key, value)
      return ''
    },
    has: (dict, key) => dict.has(key),
    keys: (result) => (result instanceof Map || result instanceof Set ? result.keys() : Object.keys(Object(result))),
    get: (result, key) => (result instanceof Map ? result.get(key) : fieldOf(result, key)),
    finalize,
    identify: () => false,
  })
}

/** An object where all keys are text, else the Map. */
function plainDict(dict: Dict): unknown {
  const record: Record<string, unknown> = {}
  for (const [key, value] of dict) {
    if (typeof key !== 'string') return dict
    setField(record, key, value)
  }
  return record
}

function fieldOf(result: unknown, key: unknown): unknown {
  const name = String(key)
  if (typeof result !== 'object' || result === null || !Object.hasOwn(result, name)) return null
  return Object.getOwnPropertyDescriptor(result, name)?.value
}
