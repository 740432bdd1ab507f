/** Pickles that are made to run something, to grow without end or to break their reader (reliability-security.md S24). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../tests/vectors/bodies.json' with { type: 'json' }
import { nodeCodecs } from '../../runtime/codecs.ts'
import { PythonObject } from '../python-object.ts'
import { pythonRepr } from '../repr.ts'
import { readPickle } from './read-pickle.ts'
import { writePickle } from './write-pickle.ts'

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const read = (text: string) => readPickle(latin1(text))

describe('what would run something in Python is a name with arguments', () => {
  it.each([
    ['REDUCE', "cos\nsystem\n(S'echo hi'\ntR.", "os.system('echo hi')"],
    ['STACK_GLOBAL', '\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x07echo hi\x85R.', "os.system('echo hi')"],
    ['INST', "(S'echo hi'\nios\nsystem\n.", "os.system('echo hi')"],
    ['OBJ', "(cos\nsystem\nS'echo hi'\no.", "os.system('echo hi')"],
    ['NEWOBJ', '\x80\x02csubprocess\nPopen\nX\x02\x00\x00\x00ls\x85\x81.', "subprocess.Popen('ls')"],
    ['NEWOBJ_EX', '\x80\x04csubprocess\nPopen\nX\x02\x00\x00\x00ls\x85}\x92.', "subprocess.Popen('ls')"],
    ['a name alone', 'cos\nsystem\n.', '<os.system>'],
    ['eval', "c__builtin__\neval\n(S'1'\ntR.", "builtins.eval('1')"],
    ['a call of what a call gave', "cbuiltins\nsetattr\n(tR(S'x'\ntR.", "builtins.setattr()('x')"],
    ['getattr', "cbuiltins\ngetattr\n(cos\npath\nS'join'\ntR(S'a'\ntR.", "os.path.join('a')"],
    ['BUILD', "cos\nsystem\n(S'x'\ntR(dS'__setstate__'\ncos\nsystem\nsb.", "os.system('x')"],
    ['PERSID', 'Pfile:///etc/passwd\n.', "pickle.persistent_load('file:///etc/passwd')"],
    ['BINPERSID', "S'x'\nQ.", "pickle.persistent_load('x')"],
    ['EXT1', '\x80\x02\x82\x01.', '<copyreg.extension_1>'],
  ])('%s', (_name, pickle, shown) => {
    const value = read(pickle)
    expect(value).toBeInstanceOf(PythonObject)
    expect(pythonRepr(value)).toBe(shown)
    expect(() => writePickle(value)).toThrow(expect.objectContaining({ code: 'message/invalid' }))
  })

  it('names of JavaScript are names like any other', () => {
    const value = read("(dS'__proto__'\n(dS'polluted'\nI1\nssS'constructor'\nI2\ns.")
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']) // an object was read
    expect('polluted' in {}).toBe(false)
    expect(pythonRepr(read('cconstructor\nprototype\n(tR.'))).toBe('constructor.prototype()')
  })
})

const length = (value: number) =>
  String.fromCharCode(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24)

describe('what cannot be data is refused', () => {
  it.each([
    ['nothing', ''],
    ['no end', 'N'],
    ['an empty stack', '.'],
    ['an unknown operation', '\xff.'],
    ['an unknown protocol', '\x80\x06N.'],
    ['a length that lies', `X${length(0x7fffffff)}a.`],
    ['a negative length', `T${length(0xffffffff)}a.`],
    ['a length beyond all memory', `\x80\x04\x8e${length(0xffffffff)}${length(0xffffffff)}a.`],
    ['a memo that was never set', 'h\x05.'],
    ['a negative memo', 'Ng-1\n.'],
    ['out-of-band data', '\x80\x05\x97.'],
    ['a list in itself', ']q\x00h\x00a.'],
    ['a tuple in itself', '(]q\x00tq\x01h\x00h\x01a.'],
    ['a dict in itself', "}q\x00S'a'\nh\x00s."],
    ['too deep', `${']'.repeat(300)}${'a'.repeat(299)}.`],
    ['too many marks', `${'('.repeat(5000)}t.`],
    ['a long integer', `\x8b${length(100_000)}${'\x01'.repeat(100_000)}.`],
    ['long digits', `I${'1'.repeat(10_000)}\n.`],
    [
      'a billion laughs',
      `]q\x00${Array.from({ length: 40 }, (_, n) => `]q${String.fromCharCode(n + 1)}(${`h${String.fromCharCode(n)}`.repeat(2)}e`).join('')}.`,
    ],
    ['sets of a list again and again', `](${'N'.repeat(50_000)}eq\x000${'cbuiltins\nset\n(h\x00tR0'.repeat(5000)}N.`],
    ['items of an append to nothing', 'NNa.'],
    ['a call of a number', 'I1\n(tR.'],
    ['a call without a tuple', 'cos\nsystem\nNR.'],
    ['a key without a value', '(Nd.'],
  ])('%s', (_name, pickle) => {
    const before = performance.now()
    expect(() => read(pickle)).toThrow(SyntaxError)
    expect(performance.now() - before).toBeLessThan(10_000)
  })

  it('wherever a pickle is cut', () => {
    for (const { pickle } of vectors.pickles.filter(({ name }) => name === 'all')) {
      const whole = Buffer.from(pickle, 'base64')
      for (let end = 0; end < whole.length; end += 7)
        expect(() => readPickle(whole.subarray(0, end))).toThrow(SyntaxError)
    }
  })
})

describe('no bytes', () => {
  const serializers = nodeCodecs.serializers.map((serializer) => [serializer.name, serializer] as const)
  const samples = vectors.bodies.filter(({ compression }) => compression === null)

  it.each(serializers)('break the reader of %s', (name, serializer) => {
    const whole = Buffer.from(samples.find((one) => one.serializer === name)?.body ?? '', 'base64')
    const attempt = (bytes: Uint8Array) => {
      try {
        serializer.decode(bytes, null)
      } catch (error) {
        expect(error).toMatchObject({ name: 'UmbelError' })
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), attempt), { numRuns: 500 })
    const spoilt = fc.tuple(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 4 }))
    fc.assert(
      fc.property(spoilt, ([at, bytes]) => {
        const copy = Buffer.from(whole)
        copy.set(bytes.subarray(0, copy.length - at), at)
        attempt(copy)
      }),
      { numRuns: 200 },
    )
    attempt(Buffer.alloc(100_000, '['))
    attempt(Buffer.alloc(100_000, 0x91))
  })

  it.each(serializers)('of ours are read differently by %s than they were written', (_name, serializer) => {
    const json = fc.jsonValue({ maxDepth: 5 })
    fc.assert(
      fc.property(json, (value) => {
        // -0 is an integer, and integers have one zero.
        const plain: unknown = JSON.parse(JSON.stringify(value))
        expect(serializer.decode(serializer.encode(plain), null)).toEqual(plain)
      }),
      { numRuns: 150 },
    )
  })
})
