/** The two checksums of .xz files: CRC32 in headers, and CRC64 or CRC32 over the data. */

const TABLE_32 = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc >>> 0
})

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE_32[(crc ^ byte) & 0xff] ?? 0)
  return ~crc >>> 0
}

/** In two halves: a bigint for each byte would take a hundred times as long. */
const LOW = new Uint32Array(256)
const HIGH = new Uint32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let low = byte
  let high = 0
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1
    low = (low >>> 1) | (high << 31)
    high >>>= 1
    if (odd) {
      low ^= 0xd7870f42
      high ^= 0xc96c5795
    }
  }
  LOW[byte] = low
  HIGH[byte] = high
}

/** Low half, high half. */
export function crc64(bytes: Uint8Array): readonly [number, number] {
  let low = 0xffffffff
  let high = 0xffffffff
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ (LOW[index] ?? 0)
    high = (high >>> 8) ^ (HIGH[index] ?? 0)
  }
  return [~low >>> 0, ~high >>> 0]
}
