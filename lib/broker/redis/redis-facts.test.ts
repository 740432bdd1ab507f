import { describe, expect, it } from 'vitest'
import { describeRedis, parseInfo } from './redis-facts.ts'

const INFO = `# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nuptime_in_seconds:93784\r\n
# Memory\r\nused_memory:1572864\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n
# Rest\r\nrole:master\r\nconnected_slaves:1\r\nconnected_clients:4\r\nmaxclients:10000\r\nblocked_clients:2
aof_enabled:0\r\nevicted_keys:0\r\ninstantaneous_ops_per_sec:12\r\nrdb_last_bgsave_status:ok\r\n`

const withThese = (lines: string) => describeRedis(parseInfo(`${INFO}\r\n${lines}`), '3600 1').warnings

describe('what a Redis tells of itself', () => {
  it('is put in words', () => {
    const { facts, warnings } = describeRedis(parseInfo(INFO), '3600 1')
    expect(Object.fromEntries(facts.map(({ name, value }) => [name, value]))).toEqual({
      Version: '7.0.15',
      Role: 'master of 1 replica',
      Up: '1 d 2 h',
      Memory: '1.5 MB, no limit set',
      'When memory runs out': 'noeviction',
      'Keys evicted': '0',
      Clients: '4 of 10000',
      'Clients that wait for a message': '2',
      'Kept on disk': 'snapshots',
      'Commands per second': '12',
    })
    expect(warnings).toEqual([])
  })

  it.each([
    ['maxmemory_policy:allkeys-lru\r\nmaxmemory:104857600', 'whole queues among them (allkeys-lru)'],
    ['maxmemory_policy:allkeys-lfu', 'As soon as a memory limit is set'],
    ['maxmemory_policy:volatile-ttl\r\nmaxmemory:104857600', 'deletes results before they expire'],
    ['maxmemory:1600000', 'nearly full: 1.5 MB of 1.5 MB'],
    ['rdb_last_bgsave_status:err', 'snapshot could not be written'],
    ['aof_last_write_status:err', 'append-only file failed'],
  ])('%s can lose messages', (lines, words) => {
    expect(withThese(lines)).toHaveLength(1)
    expect(withThese(lines)[0]).toContain(words)
  })

  it('tells that nothing is kept on disk, unless that cannot be known', () => {
    expect(describeRedis(parseInfo(INFO), '').warnings[0]).toContain('all waiting messages are lost')
    expect(describeRedis(parseInfo(INFO), null).warnings).toEqual([])
  })
})
