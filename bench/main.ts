import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readCommandLine } from '../tools/command-line.ts'
import { type Options, readOptions, type SectionName, USAGE } from './options.ts'
import { renderMachine, renderSection, type Section, toReport } from './report.ts'

/** The sections are imported lazily, so that the dependencies of unused sections need not be installed. */
const SECTION_RUNNERS: Readonly<Record<SectionName, (options: Options) => Promise<Section>>> = {
  scan: async (options) => (await import('./scan/section.ts')).scanSection(options),
  s3: async (options) => (await import('./s3/section.ts')).s3Section(options),
  import: async (options) => (await import('./import/section.ts')).importSection(options),
  index: async (options) => (await import('./index/section.ts')).indexSection(options),
  copy: async (options) => (await import('./copy/section.ts')).copySection(options),
  depth: async (options) => (await import('./depth/section.ts')).depthSection(options),
  load: async (options) => (await import('./load/section.ts')).loadSection(options),
  labeling: async (options) => (await import('./labeling/section.ts')).labelingSection(options),
  consolidation: async (options) => (await import('./consolidation/section.ts')).consolidationSection(options),
  pages: async (options) => (await import('./pages/section.ts')).pagesSection(options),
  bundles: async (options) => (await import('./bundles/section.ts')).bundlesSection(options),
}

async function run(options: Options): Promise<void> {
  const sections: Section[] = []
  for (const name of options.only) {
    console.error(`measuring ${name} …`)
    const section = await SECTION_RUNNERS[name](options).catch((error: unknown) => toFailedSection(name, error))
    console.log(renderSection(section))
    sections.push(section)
  }
  const report = toReport(sections, options.quick)
  console.log(`\n${renderMachine(report)}`)
  const json = JSON.stringify(report)
  if (options.json !== undefined) await writeFile(resolve(process.env.INIT_CWD ?? '.', options.json), `${json}\n`)
  console.log(json)
  if (!report.passed) process.exitCode = 1
}

/** Reports a section that failed. The other sections still run, and the benchmark fails. */
function toFailedSection(section: SectionName, error: unknown): Section {
  const failure = error instanceof Error ? error.message : String(error)
  console.error(error)
  return { section, title: 'could not be measured', rows: [], notes: [], failures: [failure] }
}

const options = readCommandLine(readOptions, USAGE)
if (options.help) console.log(USAGE)
else await run(options)
