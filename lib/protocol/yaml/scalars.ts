/**
 * What unquoted words mean in YAML 1.1 as PyYAML's safe loader reads it: `yes` is true, `017` is fifteen, `1:30` is
 * ninety, `2024-01-02` is a day. Undefined everywhere = the text is no such value.
 */
import { bytesOfBase64, isBase64 } from '../base64.ts'
import { dateOfIso, PlainDate } from '../extended-json.ts'
import { smallestInteger } from '../smallest-integer.ts'

/** Python prints no longer integer, and neither does anybody mean one. */
const MAX_DIGITS = 4300

export function nullOf(text: string): null | undefined {
  return /^(~|null|Null|NULL|)$/.test(text) ? null : undefined
}

export function booleanOf(text: string): boolean | undefined {
  if (/^(yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) return true
  return /^(no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text) ? false : undefined
}

const INTEGER = /^([-+]?)(?:0b([01_]+)|0x([\da-fA-F_]+)|0([0-7_]+)|(0|[1-9][\d_]*)|([1-9][\d_]*(?::[0-5]?\d)+))$/

export function integerOf(text: string): number | bigint | undefined {
  if (text.length > MAX_DIGITS) return undefined
  const found = INTEGER.exec(text)
  if (found === null) return undefined
  const [, sign, binary, hex, octal, decimal, sixties] = found
  const size = sixties === undefined ? bigOf(binary, hex, octal, decimal) : BigInt(sixtiesOf(sixties))
  return size === undefined ? undefined : smallestInteger(sign === '-' ? -size : size)
}

const FLOAT =
  /^[-+]?(?:\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|\.(?:inf|Inf|INF))$/

export function floatOf(text: string): number | undefined {
  if (/^\.(nan|NaN|NAN)$/.test(text)) return Number.NaN
  if (!FLOAT.test(text)) return undefined
  const sign = text.startsWith('-') ? -1 : 1
  const size = text.replace(/^[-+]/, '').replaceAll('_', '')
  if (/inf/i.test(size)) return sign * Number.POSITIVE_INFINITY
  return sign * (size.includes(':') ? sixtiesOf(size) : Number(size))
}

/** What `!!float` before a text allows besides: a whole number. */
export function explicitFloatOf(text: string): number | undefined {
  return floatOf(text) ?? (/^[-+]?\d+([eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined)
}

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/
const INSTANT =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|[-+]\d\d?(?::\d\d)?))?$/

/** A day without a time, or a time; one without an offset is read as UTC, as everywhere. */
export function timestampOf(text: string): Date | PlainDate | undefined {
  if (DAY.test(text)) return dateOfIso(text) === undefined ? undefined : new PlainDate(text)
  const found = INSTANT.exec(text)
  if (found === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', zone = ''] = found
  const micros = fraction.slice(0, 6).padEnd(6, '0')
  const clock = `${two(hour)}:${minute}:${second}${Number(micros) === 0 ? '' : `.${micros}`}`
  return dateOfIso(`${year}-${two(month)}-${two(day)}T${clock}${zoneOf(zone)}`)
}

export function binaryOf(text: string): Uint8Array | undefined {
  const base64 = text.replace(/\s/g, '')
  return isBase64(base64) ? Uint8Array.from(bytesOfBase64(base64)) : undefined
}

function bigOf(binary?: string, hex?: string, octal?: string, decimal?: string): bigint | undefined {
  const digits = (binary ?? hex ?? octal ?? decimal ?? '').replaceAll('_', '')
  if (digits === '') return octal === undefined ? undefined : 0n
  if (binary !== undefined) return BigInt(`0b${digits}`)
  if (hex !== undefined) return BigInt(`0x${digits}`)
  return octal === undefined ? BigInt(digits) : BigInt(`0o${digits}`)
}

/** `1:30:00` in base 60. */
function sixtiesOf(text: string): number {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part.replaceAll('_', '')), 0)
}

/** `Z`, `+5`, `+05`, `+5:30` as an offset of two and two digits. */
function zoneOf(zone: string): string {
  if (zone === '' || zone === 'Z') return zone
  const [hours = '0', minutes = '00'] = zone.slice(1).split(':')
  return `${zone[0]}${two(hours)}:${minutes}`
}

function two(digits: string | undefined): string {
  return (digits ?? '').padStart(2, '0')
}
