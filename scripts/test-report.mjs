// A reporter for `npm test`: counts, and the tests that were left out with their reasons. Vitest asks for a default export.
import { writeFileSync } from 'node:fs';

// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter by its default export.
export default class TestReport {
  #counts = { passed: 0, failed: 0, skipped: [], slowest: [] };

  onTestCaseResult(testCase) {
    const { state, note } = testCase.result();
    if (state === 'passed') this.#counts.passed++;
    else if (state === 'failed') this.#counts.failed++;
    else
      this.#counts.skipped.push({
        name: `${testCase.module.relativeModuleId} > ${testCase.fullName}`,
        note: note ?? '',
      });
  }

  onTestRunEnd(modules, unhandledErrors) {
    // A file that could not be loaded has no cases to fail: it counts as one.
    for (const module of modules) if (module.errors().length > 0) this.#counts.failed++;
    this.#counts.failed += unhandledErrors.length;
    this.#counts.slowest = modules
      .map((module) => ({ name: module.relativeModuleId, seconds: module.diagnostic().duration / 1000 }))
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, 20);
    writeFileSync(process.env.TRIBUTARY_TEST_REPORT, JSON.stringify(this.#counts));
  }
}
