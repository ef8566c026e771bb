import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readCommandLine } from '../tools/command-line.ts'
import { type Options, readOptions, type SectionName, USAGE } from './options.ts'
import { machineText, reportOf, type Section, sectionText } from './report.ts'

/** Each section is loaded when it is its turn: one that was not asked for need not even be installed. */
const MEASURES: Readonly<Record<SectionName, (options: Options) => Promise<Section>>> = {
  scan: async (options) => (await import('./scan/section.ts')).scanSection(options),
  s3: async (options) => (await import('./s3/section.ts')).s3Section(options),
  import: async (options) => (await import('./import/section.ts')).importSection(options),
  index: async (options) => (await import('./index/section.ts')).indexSection(options),
  copy: async (options) => (await import('./copy/section.ts')).copySection(options),
  load: async (options) => (await import('./load/section.ts')).loadSection(options),
  bundles: async (options) => (await import('./bundles/section.ts')).bundlesSection(options),
}

async function run(options: Options): Promise<void> {
  const sections: Section[] = []
  for (const name of options.only) {
    console.error(`measuring ${name} …`)
    const section = await MEASURES[name](options).catch((error: unknown) => brokenOff(name, error))
    console.log(sectionText(section))
    sections.push(section)
  }
  const report = reportOf(sections, options.quick)
  console.log(`\n${machineText(report)}`)
  const json = JSON.stringify(report)
  if (options.json !== undefined) await writeFile(resolve(process.env.INIT_CWD ?? '.', options.json), `${json}\n`)
  console.log(json)
  if (!report.passed) process.exitCode = 1
}

/** A section that could not be measured: the others still are, and the bench fails. */
function brokenOff(section: SectionName, error: unknown): Section {
  const failure = error instanceof Error ? error.message : String(error)
  console.error(error)
  return { section, title: 'could not be measured', rows: [], notes: [], failures: [failure] }
}

const given = readCommandLine(readOptions, USAGE)
if (given.help) console.log(USAGE)
else await run(given)
