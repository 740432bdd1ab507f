/** Umbel below a path behind a real nginx, with the file of examples/nginx: pages, links, live rows, late scripts. */
import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import { type Nginx, startNginx } from '../lib/testing/nginx.ts'
import { type Stack, startStack } from './stack.ts'

const EXAMPLE = new URL('../examples/nginx/umbel.conf', import.meta.url)
let stack: Stack
let nginx: Nginx
let home: string
const faults: string[] = []

/** `nested` is the same with a path of two parts: the example names one. */
async function start(prefix: string): Promise<void> {
  stack = await startStack('', [`--url-prefix=${prefix}`, '--xheaders'])
  const example = await readFile(EXAMPLE, 'utf8')
  nginx = await startNginx((port) =>
    example
      .replace('server 127.0.0.1:5555;', `server 127.0.0.1:${stack.dashboard.port};`)
      .replace('listen 8080;', `listen 127.0.0.1:${port};`)
      .replace('location /umbel {', `location /${prefix} {`),
  )
  home = `${nginx.url}/${prefix}`
  await stack.worker({ hostname: 'one@test' })
}

test.beforeEach(({ page }) => {
  faults.length = 0
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.text().includes('hydrat')) faults.push(message.text())
  })
  page.on('request', (request) => {
    const url = request.url()
    if (url.startsWith('http') && !url.startsWith(home)) faults.push(`asked for ${url}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} for ${response.url()}`)
  })
})
test.afterEach(async () => {
  const found = [...faults] // what the page says of the end of its server is none
  await nginx.stop()
  await stack.stop()
  expect(found).toEqual([])
})

const path = (page: Page) => page.url().slice(nginx.url.length).split('?')[0]

for (const prefix of ['umbel', 'tools/celery/umbel']) {
  test(`everything works below /${prefix}`, async ({ page }) => {
    await start(prefix)
    await page.goto(home) // without a slash, where Flower has nothing
    expect(path(page)).toBe(`/${prefix}/`)
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()

    // A link, without loading the page anew.
    await page.evaluate(() => Object.assign(window, { stayed: true }))
    await page.getByRole('link', { name: 'Tasks', exact: true }).first().click()
    await expect(page).toHaveURL(`${home}/tasks`)
    await expect(page.getByRole('link', { name: 'Tasks', exact: true }).first()).toHaveAttribute('aria-current', 'page')

    // A row that comes by the socket, and its page.
    const id = (await stack.python('from proj import fail\nprint(fail.delay("below").id)')).trim()
    const row = page.locator(`[data-id="${id}"]`)
    await expect(row).toContainText('Failed')
    await row.getByRole('link').first().click()
    await expect(page).toHaveURL(`${home}/task/${id}`)
    await expect(page.getByText("ValueError('below')").first()).toBeVisible()

    // A dialog that is loaded when it is opened, and what it sends.
    await page
      .getByRole('button', { name: /^Retry/ })
      .first()
      .click()
    const dialog = page.getByRole('dialog')
    await dialog
      .getByRole('button', { name: /^Retry/ })
      .last()
      .click()
    await expect(page.getByRole('region', { name: 'Notices' })).toContainText(/Retr|sent/i)

    // By the keyboard, back, and from the address.
    await page.keyboard.press('Escape')
    // Two keys in a row count for a second, which a busy machine may take for one of them.
    await expect(async () => {
      await page.keyboard.press('g')
      await page.keyboard.press('w')
      await expect(page).toHaveURL(`${home}/workers`, { timeout: 5_000 })
    }).toPass({ timeout: 60_000 })
    await page.getByRole('link', { name: 'one@test' }).first().click()
    await expect(page).toHaveURL(`${home}/worker/${encodeURIComponent('one@test')}`)
    await expect(page.getByRole('heading', { name: 'one@test' })).toBeVisible()
    await page.goBack()
    await expect(page).toHaveURL(`${home}/workers`)
    expect(await page.evaluate(() => 'stayed' in window)).toBe(true)
    await page.reload()
    await expect(page.getByRole('link', { name: 'one@test' }).first()).toBeVisible()

    // For programs.
    const { url } = stack.dashboard
    expect(await (await fetch(`${home}/healthcheck`)).text()).toBe('OK')
    expect(await (await fetch(`${home}/api/task/info/${id}`)).json()).toMatchObject({ uuid: id, state: 'FAILURE' })
    expect(await (await fetch(`${home}/metrics`)).text()).toContain('flower_events_total')
    // An old bookmark of Flower's.
    const moved = await fetch(`${home}/dashboard`, { redirect: 'manual' })
    expect(moved.headers.get('location')).toBe(`/${prefix}/workers`)
    for (const outside of ['/', '/tasks', '/api/tasks', '/healthcheck', `/${prefix}s/`]) {
      expect([outside, (await fetch(url + outside, { redirect: 'manual' })).status]).toEqual([outside, 404])
    }
  })
}
