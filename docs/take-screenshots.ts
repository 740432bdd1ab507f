/**
 * Takes the pictures of the README from the running program: starts the demo, waits for its first incident, and
 * photographs the overview (light) and the task list (dark).
 *
 *   npm run build && node_modules/.bin/node docs/take-screenshots.ts
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chromium } from '@playwright/test'
import { freePort } from '../lib/testing/free-port.ts'
import { waitFor } from '../lib/testing/wait-for.ts'

const root = new URL('..', import.meta.url)
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const demo = spawn(process.execPath, ['bin/umbel.js', 'demo', `--port=${port}`], { cwd: root, stdio: 'inherit' })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })

try {
  await waitFor(
    () =>
      fetch(`${url}/metrics`).then(
        async (answer) => firing(await answer.text()),
        () => false,
      ),
    {
      timeoutMs: 180_000,
      everyMs: 500,
      what: 'the first incident of the demo',
    },
  )
  await picture('light', '/', 'overview')
  await picture('dark', '/tasks', 'tasks')
} finally {
  await browser.close()
  demo.kill('SIGTERM')
  await once(demo, 'exit')
}

function firing(metrics: string): boolean {
  return /^umbel_alerts_firing [1-9]/m.test(metrics)
}

async function picture(theme: string, path: string, name: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  await context.addCookies([{ name: 'umbel-theme', value: theme, url }])
  const page = await context.newPage()
  await page.goto(url + path)
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
  await page.getByRole('main').locator('svg, [role=row]').nth(8).waitFor()
  await page.waitForLoadState('networkidle').catch(() => {}) // the socket may keep it busy; the rows are there
  await page.screenshot({ path: new URL(`docs/${name}.png`, root).pathname })
  await context.close()
}
