/** What Linux says about a process: CPU time and memory. */
import { readdirSync, readFileSync } from 'node:fs'

/** The unit of /proc/<pid>/stat on every Linux of today. */
const TICKS_A_SECOND = 100

/** User and system time of all its threads, seconds. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in the parentheses may hold spaces; utime and stime are the 12th and 13th fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}

export function rssMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes ?? Number.NaN) / 1_024
}

/** This process and all that it has started, and they have started. */
export function processTree(pid: number): readonly number[] {
  const parents = readdirSync('/proc').flatMap((name) => {
    const child = Number(name)
    const parent = Number.isInteger(child) ? parentOf(child) : null
    return parent === null ? [] : [{ child, parent }]
  })
  const tree = [pid]
  for (const one of tree) tree.push(...parents.filter(({ parent }) => parent === one).map(({ child }) => child))
  return tree
}

/** Null for one that has just ended. */
function parentOf(pid: number): number | null {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return null
  }
}
