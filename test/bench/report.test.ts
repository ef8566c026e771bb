import { describe, expect, it } from '@jest/globals'
import { readOptions, SECTIONS } from '../../bench/options.ts'
import { machineText, reportOf, type Section, sectionText } from '../../bench/report.ts'

const GOOD: Section = {
  section: 'scan',
  title: 'a file',
  rows: [
    { who: 'ours', times: 1, ms: 12_345.6 },
    { who: 'another', times: 2.5, passed: false },
  ],
  notes: ['a note'],
  failures: [],
}
const BAD: Section = { ...GOOD, failures: ['another found something else'] }

describe('the report', () => {
  it('says on which machine, and passes when every section does', () => {
    const report = reportOf([GOOD], true)
    expect(report).toEqual({
      machine: { cores: expect.any(Number), node: process.versions.node, processor: expect.any(String) },
      quick: true,
      passed: true,
      sections: [GOOD],
    })
    expect(reportOf([GOOD, BAD], false).passed).toBe(false)
    expect(machineText(report)).toMatch(/^\d+ cores, .+, Node \d+\.\d+\.\d+, quick run$/)
  })
  it('is one line of JSON that says the same', () => {
    const json = JSON.stringify(reportOf([GOOD], false))
    expect(json).not.toContain('\n')
    expect(JSON.parse(json)).toEqual(reportOf([GOOD], false))
  })
  it('shows each section as a table with a column for every figure, and what failed', () => {
    const text = sectionText(BAD)
    expect(text).toContain('scan: a file')
    expect(text).toMatch(/│ who +│ times │ +ms │ passed │/)
    expect(text).toMatch(/│ ours +│ +1 │ 12,350 │ +│/)
    expect(text).toMatch(/│ another +│ +2.5 │ +│ NO +│/)
    expect(text).toContain('  a note\n  FAILED: another found something else')
  })
})

describe('its options', () => {
  it('choose sections, a file, and a quick run', () => {
    expect(readOptions([])).toEqual({ only: SECTIONS, json: undefined, quick: false, help: false })
    expect(readOptions(['--only', 'scan,copy', '--json', 'a.json', '--quick'])).toEqual({
      only: ['scan', 'copy'],
      json: 'a.json',
      quick: true,
      help: false,
    })
  })
  it('are refused with what would be right', () => {
    expect(() => readOptions(['--only', 'scan,speed'])).toThrow('there is no section "speed"; there are scan, s3')
    expect(() => readOptions(['--fast'])).toThrow('--fast')
  })
})
