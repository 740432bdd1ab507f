/** What one visitor may ask of the server (reliability-security.md 3.6). */
export interface ServerLimits {
  readonly bodyBytes: number
  readonly headerBytes: number
  readonly headerCount: number
  readonly urlBytes: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  /** Requests of one address; visitors from this machine (a reverse proxy, a test) are not counted. */
  readonly requestsPerSecond: number
  readonly requestsBurst: number
  readonly sockets: number
  /** Sockets of one address; visitors from this machine are not counted. */
  readonly socketsPerAddress: number
  readonly socketMessageBytes: number
  readonly socketEventsPerSecond: number
  readonly socketEventsBurst: number
  /** Above this a reader is slow: it gets no diffs until it has caught up, then a snapshot. */
  readonly socketSlowBytes: number
  /** Above this, or slow for `socketCutMs`, it is cut. */
  readonly socketCutBytes: number
  readonly socketCutMs: number
}

export const SERVER_LIMITS: ServerLimits = {
  bodyBytes: 1_048_576,
  headerBytes: 16_384,
  headerCount: 100,
  urlBytes: 8_192,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  requestsPerSecond: 50,
  requestsBurst: 200,
  sockets: 2_000,
  socketsPerAddress: 50,
  socketMessageBytes: 65_536,
  socketEventsPerSecond: 20,
  socketEventsBurst: 100,
  socketSlowBytes: 1_048_576,
  socketCutBytes: 4_194_304,
  socketCutMs: 30_000,
}
