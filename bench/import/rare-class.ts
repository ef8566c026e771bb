import { readFileSync } from 'node:fs'
import { classShares } from '../data/shares.ts'

/** The class that occurs least of all: a batch that wants more images of it than there are reads the whole file. */
export const RARE_CLASS: string = rareClass()

function rareClass(): string {
  const file = new URL('../../local/sample-data/class-descriptions-boxable.csv', import.meta.url)
  const rarest = classShares().at(-1)?.classId
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${rarest},`))
  return line?.slice(line.indexOf(',') + 1).trim() ?? ''
}
