import { defineConfig } from 'vitest/config'

const everywhere = ['lib/**', 'worker/**', 'components/**', 'bin/**', 'tests/**', 'bench/**', 'examples/**']

/** What the package calls itself: the examples import it by that name, built or not. */
const resolve = { alias: { umbel: new URL('./lib/client/index.ts', import.meta.url).pathname } }

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: everywhere.map((dir) => `${dir}/*.test.{ts,tsx}`),
          exclude: ['**/*.integration.test.ts', '**/node_modules/**'],
          // Pure logic shares nothing: a process that is kept loads each module once.
          isolate: false,
          // Some try thousands of cases: a second or two, on a machine that has other things to do as well, many more.
          testTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'integration',
          include: [...everywhere, 'e2e/**'].map((dir) => `${dir}/*.integration.test.ts`),
          exclude: ['**/node_modules/**'],
          // Patience only: what is waited for mostly has a limit of its own, that says what did not come.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Each file starts servers of its own, and mostly waits for them: two cores carry four files at a time.
          maxWorkers: 4,
          // After the unit tests, where both are run by one command.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
