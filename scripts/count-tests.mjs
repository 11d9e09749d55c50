// Prints how many tests a runner's own report counts: `12 passed, 1 failed, 0 skipped`.
// node scripts/count-tests.mjs nextest|cargo|vitest|playwright|junit <report>
import { readFileSync } from 'node:fs'

/** The last summary line: `35 tests run: 34 passed (1 slow), 1 failed, 2 skipped`. */
function nextest(text) {
  const summary = [...text.matchAll(/ tests? run: (.*)$/gm)].at(-1)?.[1] ?? ''
  const counts = [...summary.matchAll(/(\d+) ([a-z ]+?)(?= \(|,|$)/g)].map((m) => [Number(m[1]), m[2]])
  const sum = (...names) => counts.filter(([, name]) => names.includes(name)).reduce((a, [n]) => a + n, 0)
  const all = counts.reduce((a, [n]) => a + n, 0)
  const passed = sum('passed')
  const skipped = sum('skipped')
  return { passed, skipped, failed: all - passed - skipped } // failed, timed out, exec failed
}

/** One line per test binary: `test result: ok. 12 passed; 0 failed; 1 ignored; …`. */
function cargo(text) {
  const total = (word) => [...text.matchAll(new RegExp(`^test result: .*?(\\d+) ${word};`, 'gm'))].reduce((a, m) => a + Number(m[1]), 0)
  return { passed: total('passed'), failed: total('failed'), skipped: total('ignored') }
}

function vitest(text) {
  const report = JSON.parse(text)
  return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests + report.numTodoTests }
}

function playwright(text) {
  const { stats } = JSON.parse(text)
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }
}

/** One after the other: `<testsuites errors="0" failures="1" skipped="0" tests="12" …>`. */
function junit(text) {
  const suites = text.match(/<testsuites [^>]*>/g) ?? []
  const total = (name) => suites.reduce((a, suite) => a + Number(suite.match(new RegExp(` ${name}="(\\d+)"`))?.[1] ?? 0), 0)
  const [all, failed, skipped] = [total('tests'), total('failures') + total('errors'), total('skipped')]
  return { passed: all - failed - skipped, failed, skipped }
}

const [runner, file] = process.argv.slice(2)
const { passed, failed, skipped } = { nextest, cargo, vitest, playwright, junit }[runner](readFileSync(file, 'utf8'))
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
