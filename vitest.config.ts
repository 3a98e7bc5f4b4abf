import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: the test runner reads the default export of this file.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests load ONNX Runtime by themselves; it reports to its maker unless it is told not to.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: 'forks',
    expect: { poll: { timeout: 10_000 } },
  },
});
