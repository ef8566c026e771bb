import { describe, expect, it } from '@jest/globals'
import { readOptions, SECTIONS } from '../../bench/options.ts'
import { renderMachine, renderSection, type Section, toReport } from '../../bench/report.ts'

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
  it('describes the machine, and passes if all sections pass', () => {
    const report = toReport([GOOD], true)
    expect(report).toEqual({
      machine: { cores: expect.any(Number), node: process.versions.node, processor: expect.any(String) },
      quick: true,
      passed: true,
      sections: [GOOD],
    })
    expect(toReport([GOOD, BAD], false).passed).toBe(false)
    expect(renderMachine(report)).toMatch(/^\d+ cores, .+, Node \d+\.\d+\.\d+, quick run$/)
  })
  it('is serialized to one line of JSON', () => {
    const json = JSON.stringify(toReport([GOOD], false))
    expect(json).not.toContain('\n')
    expect(JSON.parse(json)).toEqual(toReport([GOOD], false))
  })
  it('renders each section as a table with its failures', () => {
    const text = renderSection(BAD)
    expect(text).toContain('scan: a file')
    expect(text).toMatch(/│ who +│ times │ +ms │ passed │/)
    expect(text).toMatch(/│ ours +│ +1 │ 12,350 │ +│/)
    expect(text).toMatch(/│ another +│ +2.5 │ +│ NO +│/)
    expect(text).toContain('  a note\n  FAILED: another found something else')
  })
})

describe('readOptions', () => {
  it('parses sections, a report file and a quick run', () => {
    expect(readOptions([])).toEqual({ only: SECTIONS, json: undefined, quick: false, help: false })
    expect(readOptions(['--only', 'scan,copy', '--json', 'a.json', '--quick'])).toEqual({
      only: ['scan', 'copy'],
      json: 'a.json',
      quick: true,
      help: false,
    })
  })
  it('rejects unknown sections and options', () => {
    expect(() => readOptions(['--only', 'scan,speed'])).toThrow(/"speed".*scan, s3/)
    expect(() => readOptions(['--fast'])).toThrow('--fast')
  })
})
