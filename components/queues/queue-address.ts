/** Where the server tells what is in a queue. */
export function queueAddress(
  queue: string,
  part: 'messages' | 'unacked' | 'set-aside' | 'classes' | 'scheduled',
  query: Readonly<Record<string, string | number>> = {},
): string {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString()
  return `/umbel/queues/${encodeURIComponent(queue)}/${part}${text === '' ? '' : `?${text}`}`
}
