import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { meet, visitorOf } from './visitor.ts'

function request(headers: Readonly<Record<string, string>>, value = '127.0.0.1'): IncomingMessage {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value })
  return Object.assign(new IncomingMessage(socket), { headers })
}

it.each<[Readonly<Record<string, string>>, string, boolean]>([
  [{}, '127.0.0.1', false],
  [{ 'x-real-ip': '203.0.113.9' }, '203.0.113.9', false],
  [{ 'x-real-ip': '2001:db8::1', 'x-scheme': 'https' }, '2001:db8::1', true],
  [{ 'x-forwarded-for': '10.0.0.1, 203.0.113.9', 'x-forwarded-proto': 'http, https' }, '203.0.113.9', true],
  [{ 'x-real-ip': '198.51.100.7', 'x-forwarded-for': '203.0.113.9' }, '198.51.100.7', false],
  [{ 'x-scheme': 'http', 'x-forwarded-proto': 'https' }, '127.0.0.1', false],
  [{ 'x-real-ip': 'not an address', 'x-scheme': 'gopher' }, '127.0.0.1', false],
  [{ 'x-real-ip': ' ', 'x-forwarded-for': ',' }, '127.0.0.1', false],
])('a proxy that says %j', (headers, address, isSecure) => {
  const trusted = request(headers)
  expect(meet(trusted, true)).toEqual({ address, isSecure })
  expect(visitorOf(trusted)).toEqual({ address, isSecure })
  expect(meet(request(headers), false)).toEqual({ address: '127.0.0.1', isSecure: false })
  expect(visitorOf(request(headers))).toEqual({ address: '127.0.0.1', isSecure: false })
})

it.each([
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::1', '::1'],
  ['::ffff:1:2', '::ffff:1:2'],
])('%s is written as %s', (remote, address) => {
  expect(visitorOf(request({}, remote)).address).toBe(address)
})
