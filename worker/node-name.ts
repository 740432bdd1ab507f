/** `name@host` from what a user gave: %h the host, %n its first part, %d the rest (worker-beat.md 1.2). */
export function nodeName(given: string | undefined, host: string): string {
  const dot = host.indexOf('.')
  const [name, domain] = dot < 0 ? [host, ''] : [host.slice(0, dot), host.slice(dot + 1)]
  const parts: Readonly<Record<string, string>> = { h: host, n: name, d: domain, '%': '%' }
  const expanded = (given ?? 'celery@%h').replace(/%([hnd%])/g, (_, part: string) => parts[part] ?? '')
  return expanded.includes('@') ? expanded : `${expanded}@${host}`
}

/** The same for the name of a file, with %p for the whole node name (worker-beat.md 1.2). */
export function expandNodeName(text: string, hostname: string): string {
  const at = hostname.indexOf('@')
  const [name, host] = [hostname.slice(0, at), hostname.slice(at + 1)]
  const dot = host.indexOf('.')
  const parts: Readonly<Record<string, string>> = {
    p: hostname,
    h: host,
    n: name,
    d: dot < 0 ? '' : host.slice(dot + 1),
    '%': '%',
  }
  return text.replace(/%([phnd%])/g, (_, part: string) => parts[part] ?? '')
}
