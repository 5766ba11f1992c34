// `npm test`: installs what is missing, runs format, types, lint, unit and e2e one after the other whatever fails, and
// closes with one line, `N passed, N failed`. Nothing is skipped: a skipped test counts as failed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackages, root } from './install.mjs';
import { prepareSystem } from './system.mjs';

const reports = mkdtempSync(join(tmpdir(), 'attnlrp-webgpu-'));
const unitReport = join(reports, 'unit.json');
const endToEndReport = join(reports, 'e2e.json');

const single = (status) => (status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

const steps = [
  { script: 'test:format', count: single },
  { script: 'test:types', count: single },
  { script: 'test:lint', count: single },
  {
    script: 'test:unit',
    arguments: ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`],
    count: (status) => fromReport(status, unitReport, countUnit),
  },
  {
    script: 'test:e2e',
    arguments: ['--reporter=list,json'],
    count: (status) => fromReport(status, endToEndReport, countEndToEnd),
  },
];

/** A step that fails without naming a failed test (no tests, an error outside of them) is one failure. */
function fromReport(status, path, count) {
  const { passed, failed } = existsSync(path)
    ? count(JSON.parse(readFileSync(path, 'utf8')))
    : { passed: 0, failed: 0 };
  return { passed, failed: failed === 0 && (status !== 0 || passed === 0) ? 1 : failed };
}

function countUnit(report) {
  let passed = 0;
  let failed = 0;
  for (const file of report.testResults) {
    const results = file.assertionResults;
    passed += results.filter((test) => test.status === 'passed').length;
    const notPassed = results.filter((test) => test.status !== 'passed').length;
    // A file that breaks while it loads has no tests to name.
    failed += notPassed === 0 && file.status === 'failed' ? 1 : notPassed;
  }
  return { passed, failed };
}

function countEndToEnd({ stats, errors }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped + errors.length };
}

installPackages();
const chromium = prepareSystem();
let passed = 0;
let failed = 0;
for (const step of steps) {
  console.log(`\n── ${step.script} ──`);
  const { status } = spawnSync('npm', ['run', '--silent', step.script, '--', ...(step.arguments ?? [])], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: endToEndReport },
    shell: process.platform === 'win32',
  });
  const result = step.count(status);
  console.log(`${step.script}: ${result.passed} passed, ${result.failed} failed`);
  passed += result.passed;
  failed += result.failed;
}
rmSync(reports, { recursive: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
