/** YAML as kombu's `yaml.safe_dump` writes it and `yaml.safe_load` reads it. The parser is handed in: it is large. */
import { UmbelError } from '../../errors.ts'
import { assertBounded } from '../bounded-value.ts'
import { MAX_JSON_DEPTH } from '../json.ts'
import { type YamlLibrary, yamlSchema } from '../yaml/schema.ts'
import { writeYaml } from '../yaml/write-yaml.ts'
import { reading } from './reading.ts'
import type { Serializer } from './serializer.ts'
import { decodeText } from './text.ts'

/** YAML takes about 200 ms a megabyte to read, which is time that nothing else runs. */
const MAX_YAML_BYTES = 16 * 1024 * 1024
const MAX_MERGED_KEYS = 10_000

/** `library` is asked for when the first YAML is read. */
export function createYamlSerializer(library: () => YamlLibrary): Serializer {
  const schemas = new Map<boolean, ReturnType<typeof yamlSchema>>()

  function schemaFor(exactFloats: boolean): ReturnType<typeof yamlSchema> {
    const known = schemas.get(exactFloats) ?? yamlSchema(library(), exactFloats)
    schemas.set(exactFloats, known)
    return known
  }

  return {
    name: 'yaml',
    contentType: 'application/x-yaml',
    contentEncoding: 'utf-8',
    encode: (value) => new TextEncoder().encode(writeYaml(value)),
    decode(bytes, contentEncoding, options) {
      if (bytes.length > MAX_YAML_BYTES) {
        throw new UmbelError('message/too-large', { bytes: bytes.length, limit: MAX_YAML_BYTES })
      }
      const text = decodeText(bytes, contentEncoding)
      return reading('YAML', () => {
        const schema = schemaFor(options?.exactFloats ?? false)
        const limits = { maxDepth: MAX_JSON_DEPTH, maxTotalMergeKeys: MAX_MERGED_KEYS }
        // A key that comes twice takes its last value, as in Python.
        const value = library().load(text, { schema, json: true, ...limits })
        assertBounded(value, bytes.length)
        return value
      })
    },
  }
}
