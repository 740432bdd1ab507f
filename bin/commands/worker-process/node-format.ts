/** The file names of a worker: %h the host, %n the name, %d the domain, %p the node, %i and %I the process (worker-beat.md 1.2). */
export function nodeFormat(path: string, nodename: string): string {
  const at = nodename.indexOf('@')
  const [name, host] = at < 0 ? ['celery', nodename] : [nodename.slice(0, at), nodename.slice(at + 1)]
  const dot = host.indexOf('.')
  const parts: Readonly<Record<string, string>> = {
    h: host,
    n: name,
    d: dot < 0 ? '' : host.slice(dot + 1),
    p: nodename,
    i: '0', // the main process; pools have no log files of their own
    I: '',
    '%': '%',
  }
  return path.replace(/%([hndpiI%])/g, (_, part: string) => parts[part] ?? '')
}
