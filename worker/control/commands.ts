/** Every command by its name on the wire, old names included. */
import type { Command } from './command.ts'
import { conf } from './conf.ts'
import { rateLimit, timeLimit } from './limits.ts'
import { memdump, memsample, objgraph } from './memory.ts'
import { activeQueues, addConsumer, cancelConsumer } from './queues.ts'
import { registered } from './registered.ts'
import { active, queryTask, reserved, scheduled } from './requests.ts'
import { revoke, revoked, terminate } from './revoke.ts'
import { revokeByStampedHeaders } from './revoke-by-stamps.ts'
import { clock, hello, ping, report, stats } from './stats.ts'
import {
  autoscale,
  disableEvents,
  election,
  enableEvents,
  heartbeat,
  poolGrow,
  poolRestart,
  poolShrink,
  shutdown,
} from './worker-commands.ts'

export const COMMANDS: Readonly<Record<string, Command>> = {
  ping,
  clock,
  hello,
  stats,
  report,
  conf,
  dump_conf: conf,
  active,
  dump_active: active,
  reserved,
  dump_reserved: reserved,
  scheduled,
  dump_schedule: scheduled,
  revoked,
  dump_revoked: revoked,
  registered,
  dump_tasks: registered,
  active_queues: activeQueues,
  query_task: queryTask,
  memsample,
  memdump,
  objgraph,
  revoke,
  terminate,
  revoke_by_stamped_headers: revokeByStampedHeaders,
  rate_limit: rateLimit,
  time_limit: timeLimit,
  enable_events: enableEvents,
  disable_events: disableEvents,
  heartbeat,
  pool_grow: poolGrow,
  pool_shrink: poolShrink,
  pool_restart: poolRestart,
  autoscale,
  add_consumer: addConsumer,
  cancel_consumer: cancelConsumer,
  shutdown,
  election,
}
