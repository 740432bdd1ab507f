/** Logging in at a provider, in a browser: who one is, a token for a program, who did what, and the way out. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { freePort } from '../lib/testing/free-port.ts'
import { OIDC_CLIENT, type OidcServer, startOidcServer } from '../lib/testing/oidc-server.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { type Dashboard, startDashboard } from './stack.ts'

let redis: RedisServer
let provider: OidcServer
let dashboard: Dashboard
let dir: string

test.beforeAll(async () => {
  const port = await freePort()
  redis = await startRedis()
  dir = await mkdtemp(join(tmpdir(), 'umbel-auth-'))
  provider = await startOidcServer(`http://127.0.0.1:${port}/login`)
  const login = ['--auth=.*@example.com', '--auth-provider=oidc', `--oidc-issuer=${provider.issuer}`]
  const client = [
    `--oauth2-key=${OIDC_CLIENT.id}`,
    `--oauth2-secret=${OIDC_CLIENT.secret}`,
    '--cookie-secret=of-the-test',
  ]
  const roles = '--roles=ann@example.com=admin,*=viewer'
  const where = [`--broker=${redis.url}`, `--data-dir=${dir}`]
  dashboard = await startDashboard([...where, ...login, ...client, roles], {}, port)
})

test.afterAll(async () => {
  await dashboard.stop()
  await provider.stop()
  await redis.stop()
  await rm(dir, { recursive: true, force: true })
})

test('an admin comes back to the page they wanted, makes a token, reads the audit, and leaves', async ({ page }) => {
  provider.person = { sub: 'ann', email: 'ann@example.com', email_verified: true, groups: [] }
  await page.goto(`${dashboard.url}/tasks?q=state%3Afailed`)

  await expect(page).toHaveURL(`${dashboard.url}/tasks?q=state%3Afailed`)
  await expect(page.getByRole('navigation', { name: 'Pages' }).first()).toContainText('ann@example.com')

  await page.getByRole('link', { name: 'Settings' }).click()
  await expect(page.getByRole('tabpanel')).toContainText('admin: may do everything')
  await page.screenshot({ path: 'test-results/settings-you.png' })
  await page.getByRole('tab', { name: 'Access' }).click()
  await expect(page.getByRole('tabpanel')).toContainText('OpenID Connect')
  await expect(page.getByRole('row', { name: /everybody else/ })).toContainText('viewer')
  await page.screenshot({ path: 'test-results/settings-access.png' })

  await page.getByRole('tab', { name: 'API tokens' }).click()
  await page.getByRole('button', { name: 'New token' }).click()
  await page.getByLabel('Name').fill('ci')
  await page.getByLabel('It may').selectOption('operate')
  await page.getByRole('button', { name: 'Create token' }).click()
  const shown = page.getByRole('dialog', { name: 'The token ci' })
  await expect(shown).toContainText('It is shown only now.')
  const token = (await shown.locator('code').textContent()) ?? ''
  expect(token).toMatch(/^umb_[\w-]{43}$/)
  await page.screenshot({ path: 'test-results/settings-token.png' })
  await shown.getByRole('button', { name: 'I have kept it' }).click()
  const headers = { Authorization: `Bearer ${token}` }
  expect((await fetch(`${dashboard.url}/api/task/types`, { headers })).status).toBe(200)
  await page.reload()
  await expect(page.getByRole('row', { name: /ci/ })).toContainText('operate')
  await expect(page.getByRole('row', { name: /ci/ })).toContainText('from 127.0.0.1')
  expect(await page.content()).not.toContain(token)
  await page.screenshot({ path: 'test-results/settings-tokens.png' })

  await page.getByRole('button', { name: 'Revoke ci' }).click()
  await page.getByRole('button', { name: 'Revoke token' }).click()
  await expect(page.getByText('No token yet')).toBeVisible()
  expect((await fetch(`${dashboard.url}/api/task/types`, { headers, redirect: 'manual' })).status).toBe(401)

  await page.getByRole('link', { name: 'Audit' }).click()
  const rows = page.getByRole('table', { name: 'Audit' }).getByRole('row')
  await expect(rows.nth(1)).toContainText('token.revoke')
  await expect(rows.nth(2)).toContainText('token.create')
  await expect(rows.nth(3)).toContainText('login')
  await page.screenshot({ path: 'test-results/audit.png' })
  await page.getByRole('searchbox', { name: 'Action' }).fill('login')
  await expect(rows).toHaveCount(2)
  await expect(page).toHaveURL(`${dashboard.url}/audit?what=login`)

  await page.getByRole('button', { name: 'Log out' }).click()
  await expect(page.getByRole('heading', { name: 'You have been logged out' })).toBeVisible()
  await page.screenshot({ path: 'test-results/logged-out.png' })
  expect((await page.request.get(`${dashboard.url}/umbel/me`)).status()).toBe(401)
})

test('a viewer sees everything but what is for admins, and why', async ({ page }) => {
  provider.person = { sub: 'bob', email: 'bob@example.com', email_verified: true, groups: [] }
  await page.goto(`${dashboard.url}/settings`)

  await expect(page.getByRole('tabpanel')).toContainText('You can look, and change nothing.')
  await expect(page.getByRole('tabpanel')).toContainText('Needs the operator role; yours is viewer')
  await page.goto(`${dashboard.url}/audit`)
  await expect(page.getByRole('main')).toContainText('Only admins see the audit.')
  await page.goto(`${dashboard.url}/settings?tab=tokens`)
  await expect(page.getByRole('button', { name: 'New token' })).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByRole('main')).toContainText('Only admins see API tokens.')
})

test('whoever does not fit is told so on a page that loads nothing', async ({ page }) => {
  provider.person = { sub: 'eve', email: 'eve@example.com.evil.org', email_verified: true, groups: [] }
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))

  const response = await page.goto(`${dashboard.url}/`)

  expect(response?.status()).toBe(403)
  await expect(page.getByRole('main')).toContainText("Access denied to 'eve@example.com.evil.org'")
  expect(asked.filter((path) => path.startsWith('/_next/'))).toEqual([])
  await page.screenshot({ path: 'test-results/denied.png' })
})
