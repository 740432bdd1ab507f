/** A program with two busy child processes, to be killed: one waits, the other computes. Prints their pids. */
import { openBench } from '../../lib/testing/pool-bench.ts'

const bench = await openBench('processes', { concurrency: 2 })
const pids = [bench.run('pool.deaf', [60]), bench.run('pool.spin', [60])].map(({ startedPid }) => startedPid)
process.stdout.write(JSON.stringify(pids))
