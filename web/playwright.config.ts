import { defineConfig, devices } from '@playwright/test'

/** Runs against the real binary (it serves the built app): E2E_BASE_URL says where it listens. */
export default defineConfig({
  testDir: 'e2e',
  workers: 2,
  reporter: 'line',
  // Two browsers and a server share the cores of a small machine: a page may take its time, a fault stays one.
  retries: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    baseURL: process.env['E2E_BASE_URL'] ?? 'http://127.0.0.1:3000',
    launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
    trace: 'on-first-retry',
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1440, height: 900 } } },
    { name: 'mobile', use: { ...devices['Pixel 7'] }, grepInvert: /@desktop/ },
    // No tests: what scripts/board-frames prints.
    ...(process.env['E2E_MEASURE']
      ? [
          {
            name: 'measure',
            testMatch: '**/*.measure.ts',
            use: { viewport: { width: 1440, height: 900 }, trace: 'off' as const },
          },
        ]
      : []),
  ],
})
