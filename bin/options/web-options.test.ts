import { expect, it } from 'vitest'
import { brokerApiFault } from './web-options.ts'

it.each([
  ['http://user:pass@host:15672/api/', null],
  [' HTTPS://[::1]:15671/', null],
  ['ftp://host/', "invalid scheme 'ftp', expected 'http' or 'https'"],
  ['host/api', "invalid scheme '', expected 'http' or 'https'"],
  ['', "invalid scheme '', expected 'http' or 'https'"],
  ['http:///api/', 'no host in url'],
  ['http://', 'no host in url'],
])('%j as an address of the management API', (text, fault) => {
  expect(brokerApiFault(text)).toBe(fault)
})
